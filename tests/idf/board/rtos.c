// A scheduler as small as it can be: hart 0 has the serving task and takes no
// interrupts, hart 1 switches between the kernel task, the stopping task and an
// idle one when its software interrupt comes. There is no timer: hart 0 wakes
// those whose time has come while it waits itself.
#include "tests/idf/board/rtos.h"

#include "firmware/virtual/chip.h"

#include <freertos/FreeRTOS.h>
#include <freertos/task.h>
#include <riscv/rvruntime-frames.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

// Time in units of 1024 cycles, so that a word holds it.
#define NEVER UINT32_MAX
enum { TASKS = 3, TICK = 1000 * CPU_MHZ / 1024 };

/// The first word is where its registers are, as FreeRTOS has it.
typedef struct task {
    RvExcFrame* top;
    UBaseType_t priority;
    TaskFunction_t code;
    void* parameters;
    _Atomic uint32_t notified;
    atomic_bool sleeps, for_notice;
    _Atomic uint32_t wake;
} task;

volatile UBaseType_t port_uxInterruptNesting[2];
volatile UBaseType_t port_uxCriticalNesting[2];
void* volatile pxCurrentTCBs[2];
static task serving, idle, others[TASKS - 1];
static int made;

static uint32_t now(void) { return (uint32_t)(cycles() >> 10); }

static task* self(void) { return hart_id() == SERVICE_HART ? &serving : pxCurrentTCBs[KERNEL_HART]; }

static void call_hart(uint32_t hart) {
    fence();
    write_register(hart == SERVICE_HART ? HP_SYS_CPU_INT_FROM_CPU_0 : HP_SYS_CPU_INT_FROM_CPU_1, 1);
}

static bool ready(task* t) {
    return !atomic_load(&t->sleeps) || (atomic_load(&t->for_notice) && atomic_load(&t->notified) > 0) ||
           now() >= atomic_load(&t->wake);
}

/// For start.S, in hart 1's interrupt: who goes on.
void rtos_switch(void) {
    write_register(HP_SYS_CPU_INT_FROM_CPU_1, 0);
    task* best = &idle;
    for (int i = 0; i < made; ++i)
        if (ready(&others[i]) && (best == &idle || others[i].priority > best->priority)) best = &others[i];
    pxCurrentTCBs[KERNEL_HART] = best;
}

static void sleep_here(task* t, bool for_notice, uint32_t wake) {
    atomic_store(&t->for_notice, for_notice);
    atomic_store(&t->wake, wake);
    atomic_store(&t->sleeps, true);
    while (!ready(t)) call_hart(KERNEL_HART);
    atomic_store(&t->sleeps, false);
}

// Hart 0 looks around: true, somebody of the other hart sleeps for a time.
static bool wake_the_others(void) {
    bool timed = false;
    for (int i = 0; i < made; ++i) {
        if (!atomic_load(&others[i].sleeps) || atomic_load(&others[i].wake) == NEVER) continue;
        timed = true;
        if (now() >= atomic_load(&others[i].wake)) call_hart(KERNEL_HART);
    }
    return timed;
}

static void wait_on_service_hart(uint32_t wake) {
    for (;;) {
        write_register(HP_SYS_CPU_INT_FROM_CPU_0, 0);
        bool timed = wake_the_others();
        if (atomic_load(&serving.notified) > 0 || read_register(LINK_RX_AVAILABLE) != 0 || now() >= wake) return;
        if (!timed && wake == NEVER)
            sleep_until(INTERRUPT_SOFTWARE | INTERRUPT_EXTERNAL);
        else
            for (int i = 0; i < 100; ++i) __asm__ volatile("");
    }
}

static uint32_t after(TickType_t ticks) { return ticks == portMAX_DELAY ? NEVER : now() + ticks * TICK + 1; }

uint32_t ulTaskGenericNotifyTake(UBaseType_t index, BaseType_t clear, TickType_t wait) {
    (void)index;
    (void)clear;
    task* t = self();
    if (t == &serving)
        wait_on_service_hart(after(wait));
    else
        sleep_here(t, true, after(wait));
    return atomic_exchange(&t->notified, 0);
}

BaseType_t xTaskGenericNotify(TaskHandle_t handle, UBaseType_t index, uint32_t value, eNotifyAction action,
                              uint32_t* previous) {
    (void)index;
    (void)value;
    (void)action;
    (void)previous;
    task* t = (task*)handle;
    atomic_fetch_add(&t->notified, 1);
    call_hart(t == &serving ? SERVICE_HART : KERNEL_HART);
    return pdPASS;
}

void vTaskDelay(TickType_t ticks) {
    task* t = self();
    // Without a timer hart 0 has to be awake for this.
    call_hart(SERVICE_HART);
    sleep_here(t, false, after(ticks));
}

BaseType_t xTaskAbortDelay(TaskHandle_t handle) {
    atomic_store(&((task*)handle)->wake, 0);
    return pdPASS;
}

void vTaskSuspend(TaskHandle_t handle) {
    if (handle == NULL) sleep_here(self(), false, NEVER);
}

void vTaskResume(TaskHandle_t handle) { xTaskAbortDelay(handle); }

TaskHandle_t xTaskGetCurrentTaskHandle(void) { return (TaskHandle_t)self(); }
BaseType_t xTaskGetSchedulerState(void) { return taskSCHEDULER_RUNNING; }
BaseType_t xTaskResumeAll(void) { return pdTRUE; }

static TaskHandle_t make(task* t, TaskFunction_t code, void* parameters, UBaseType_t priority, uint32_t top) {
    extern char __global_pointer$[], __kernel_tls[];
    *t = (task){.top = (RvExcFrame*)(top - sizeof(RvExcFrame) - 16), .priority = priority};
    *t->top = (RvExcFrame){
        .mepc = (long)code, .a0 = (long)parameters, .gp = (long)__global_pointer$, .tp = (long)__kernel_tls};
    // An interrupt's frame is shorter: sp is what follows 128 bytes.
    return (TaskHandle_t)t;
}

TaskHandle_t xTaskCreateStaticPinnedToCore(TaskFunction_t code, const char* name, uint32_t stack_bytes,
                                           void* parameters, UBaseType_t priority, StackType_t* stack,
                                           StaticTask_t* memory, BaseType_t core) {
    (void)name;
    (void)memory;
    (void)core;
    if (made == 0) pxCurrentTCBs[KERNEL_HART] = &idle;
    TaskHandle_t handle = make(&others[made++], code, parameters, priority, (uint32_t)stack + stack_bytes);
    call_hart(KERNEL_HART);
    return handle;
}

BaseType_t xTaskCreatePinnedToCore(TaskFunction_t code, const char* name, uint32_t stack_bytes, void* parameters,
                                   UBaseType_t priority, TaskHandle_t* created, BaseType_t core) {
    if (core == SERVICE_HART) {
        serving.code = code;
        serving.parameters = parameters;
        return pdPASS;
    }
    StackType_t* stack = malloc(stack_bytes);
    if (stack == NULL) return pdFAIL;
    *created = xTaskCreateStaticPinnedToCore(code, name, stack_bytes, parameters, priority, stack, NULL, core);
    return pdPASS;
}

_Noreturn void rtos_serve(void) {
    for (;;) serving.code(serving.parameters);
}

// Critical sections: interrupts off and a lock, by depth.

static uint32_t old_interrupts[2];

UBaseType_t xPortSetInterruptMaskFromISR(void) {
    uint32_t before;
    __asm__ volatile("csrrci %0, mstatus, %1" : "=r"(before) : "i"(MSTATUS_MIE) : "memory");
    return before & MSTATUS_MIE;
}

void vPortClearInterruptMaskFromISR(UBaseType_t before) {
    __asm__ volatile("csrs mstatus, %0" : : "r"(before) : "memory");
}

BaseType_t xPortGetCoreID(void) { return (BaseType_t)hart_id(); }

BaseType_t xPortEnterCriticalTimeout(portMUX_TYPE* mux, BaseType_t timeout) {
    (void)timeout;
    uint32_t before = xPortSetInterruptMaskFromISR();
    uint32_t nobody = portMUX_FREE_VAL;
    while (!__atomic_compare_exchange_n(&mux->owner, &nobody, hart_id(), false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        nobody = portMUX_FREE_VAL;
    if (port_uxCriticalNesting[hart_id()]++ == 0) old_interrupts[hart_id()] = before;
    return pdPASS;
}

void vPortExitCriticalMultiCore(portMUX_TYPE* mux) {
    __atomic_store_n(&mux->owner, portMUX_FREE_VAL, __ATOMIC_RELEASE);
    if (--port_uxCriticalNesting[hart_id()] == 0) vPortClearInterruptMaskFromISR(old_interrupts[hart_id()]);
}
