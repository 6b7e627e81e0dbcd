#include "firmware/idf/p4jit/kernel.h"

#include "firmware/idf/p4jit/console.h"
#include "firmware/idf/p4jit/cycles.h"
#include "firmware/idf/p4jit/doorbell.h"
#include "firmware/idf/p4jit/enter.h"
#include "firmware/idf/p4jit/fault.h"
#include "firmware/idf/p4jit/link.h"
#include "firmware/idf/p4jit/stack.h"
#include "firmware/idf/p4jit/stop.h"

#include <esp_attr.h>
#include <esp_cpu.h>
#include <esp_rom_sys.h>
#include <esp_timer.h>
#include <freertos/FreeRTOS.h>
#include <freertos/task.h>
#include <sdkconfig.h>

#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>

// What the tasks tell each other. The serving task writes what is to be run and
// then START; the kernel task writes RUNNING, and at the end the rest and DONE.
enum { DONE, START, RUNNING };
static struct {
    _Atomic uint32_t state, number;
    atomic_bool stop;
    uint32_t address, argument;
    bool measure_stack;
    p4_outcome outcome;
    uint32_t result, stack_used;
    uint64_t cycles;
    p4_fault fault;
} job;

static p4jit_stack stack;
static TaskHandle_t task;
p4jit_guard p4jit_kernel_guard;

bool p4jit_kernel_is_me(void) { return xTaskGetCurrentTaskHandle() == task; }

bool p4jit_kernel_is_stopping(void) { return atomic_load(&job.stop); }

bool p4jit_kernel_is_done(void) { return atomic_load(&job.state) == DONE; }

uint32_t p4jit_kernel_number(void) { return atomic_load(&job.number); }

uint32_t p4jit_kernel_stack(uint32_t* size) {
    *size = stack.high - stack.low;
    return stack.low;
}

void IRAM_ATTR p4jit_kernel_note(const RvExcFrame* frame, p4_outcome outcome) {
    job.outcome = outcome;
    job.fault.cause = (uint32_t)frame->mcause;
    job.fault.pc = (uint32_t)frame->mepc;
    job.fault.value = (uint32_t)frame->mtval;
    // The frame's registers lie in the order of their numbers, behind mepc.
    job.fault.x[0] = 0;
    for (int i = 1; i < 32; ++i) job.fault.x[i] = (uint32_t)(&frame->mepc)[i];
    p4jit_stack_copy(&stack, &job.fault, (uint32_t)frame->sp);
}

// The kernel task.

// A host of protocol v1 learns no more than that it crashed.
static void report_fault(void) {
    const p4_fault* fault = &job.fault;
    if (job.outcome != P4_FAULTED || p4jit_console_goes_to_host()) return;
    esp_rom_printf("p4jit: kernel fault: mcause %u, pc %08x, mtval %08x, ra %08x, sp %08x\n", (unsigned)fault->cause,
                   (unsigned)fault->pc, (unsigned)fault->value, (unsigned)fault->x[1], (unsigned)fault->x[2]);
}

static void recover(void) {
    p4jit_fault_recover();
    report_fault();
}

static void enter(void) {
    // The frames of this function and of what paints are not painted over.
    if (job.measure_stack) p4jit_stack_paint(&stack, (uint32_t)(uintptr_t)__builtin_frame_address(0) - 256);
    int64_t began = esp_timer_get_time();
    uint32_t first = esp_cpu_get_cycle_count();
    p4jit_ending ending = p4jit_kernel_enter(job.address, job.argument);
    uint32_t last = esp_cpu_get_cycle_count();
    if (ending.aborted) recover();
    job.result = ending.result;
    job.cycles = p4jit_cycles(first, last, (uint64_t)(esp_timer_get_time() - began), esp_rom_get_cpu_ticks_per_us());
    if (job.measure_stack) job.stack_used = p4jit_stack_used(&stack, p4jit_kernel_guard.sp);
}

static void run_job(void) {
    job.outcome = P4_RETURNED;
    atomic_store(&job.state, RUNNING);
    if (atomic_load(&job.stop)) {
        job.outcome = P4_STOPPED;
        job.fault = (p4_fault){.pc = job.address};
    } else {
        enter();
        fflush(stdout);
    }
    atomic_store(&job.state, DONE);
    p4jit_doorbell_ring();
}

static void kernel_task(void* self) {
    (void)self;
    p4jit_fault_start();
    for (;;) {
        ulTaskNotifyTake(pdTRUE, portMAX_DELAY);
        if (atomic_load(&job.state) == START) run_job();
    }
}

esp_err_t p4jit_kernel_start(void) {
    static StaticTask_t memory;
    static _Alignas(16) uint8_t emergency[1024];
    if (!p4jit_stack_make(&stack)) return ESP_ERR_NO_MEM;
    task = xTaskCreateStaticPinnedToCore(kernel_task, "p4jit kernel", stack.high - stack.low, NULL,
                                         CONFIG_P4JIT_KERNEL_PRIORITY, (StackType_t*)(uintptr_t)stack.low, &memory,
                                         CONFIG_P4JIT_KERNEL_CORE);
    p4jit_kernel_guard.low = stack.low;
    p4jit_kernel_guard.high = stack.high;
    p4jit_kernel_guard.emergency = (uint32_t)(uintptr_t)(emergency + sizeof emergency);
    p4jit_kernel_guard.task = (uint32_t)(uintptr_t)task;
    return p4jit_stop_start(task);
}

// The serving task.

static uint32_t passed_ms(int64_t since) { return (uint32_t)((esp_timer_get_time() - since) / 1000); }

// Why the kernel is to be stopped; P4_RETURNED: it ended by itself.
static p4_outcome wait_for_end(const p4_run* run) {
    const int64_t began = esp_timer_get_time();
    for (;;) {
        if (p4jit_kernel_is_done()) return P4_RETURNED;
        if ((p4jit_link_has_news() || p4jit_console_waits()) && run->attend(run->context)) return P4_STOPPED;
        uint32_t passed = passed_ms(began);
        if (run->limit_ms != 0 && passed >= run->limit_ms) return P4_LIMIT;
        p4jit_doorbell_wait(run->limit_ms != 0 ? run->limit_ms - passed : P4_FOREVER);
    }
}

static bool stopped_in_time(void) {
    enum { STOP_LIMIT_MS = P4JIT_STOP_PATIENCE_MS + 100 };
    const int64_t asked = esp_timer_get_time();
    atomic_store(&job.stop, true);
    p4jit_stop_kernel(p4jit_kernel_number());
    while (!p4jit_kernel_is_done()) {
        uint32_t passed = passed_ms(asked);
        if (passed >= STOP_LIMIT_MS) return false;
        p4jit_doorbell_wait(STOP_LIMIT_MS - passed);
    }
    return true;
}

p4_outcome p4jit_kernel_run(void* self, const p4_run* run, p4_end* end) {
    (void)self;
    if (!p4jit_kernel_is_done()) return P4_STUCK;
    job.address = run->address;
    job.argument = run->argument;
    job.measure_stack = run->measure_stack;
    job.stack_used = 0;
    atomic_fetch_add(&job.number, 1);
    atomic_store(&job.stop, false);
    atomic_store(&job.state, START);
    xTaskNotifyGive(task);

    p4_outcome why = wait_for_end(run);
    if (why != P4_RETURNED && !stopped_in_time()) return P4_STUCK;
    // Beyond this point the kernel task is idle.
    end->cycles = job.cycles;
    end->stack_used = job.stack_used;
    if (job.outcome == P4_RETURNED)
        end->result = job.result;
    else
        end->fault = job.fault;
    return job.outcome == P4_STOPPED ? why : job.outcome;
}
