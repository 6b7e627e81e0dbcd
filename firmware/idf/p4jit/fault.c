#include "firmware/idf/p4jit/fault.h"

#include "firmware/idf/p4jit/console.h"
#include "firmware/idf/p4jit/enter.h"
#include "firmware/idf/p4jit/kernel.h"

#include <esp_attr.h>
#include <esp_private/panic_internal.h>
#include <esp_rom_sys.h>
#include <freertos/FreeRTOS.h>
#include <freertos/task.h>
#include <sdkconfig.h>
#include <soc/soc.h>

#if CONFIG_ESP_SYSTEM_HW_STACK_GUARD
#include <esp_private/hw_stack_guard.h>
#include <hal/assist_debug_ll.h>
#endif

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { CORE = CONFIG_P4JIT_KERNEL_CORE };

// FreeRTOS's own (port.c, tasks.c): no header declares them. portasm.S and gdb
// scripts rely on them.
extern volatile UBaseType_t port_uxInterruptNesting[];
extern volatile UBaseType_t port_uxCriticalNesting[];
extern void* volatile pxCurrentTCBs[];

// POSIX. Some <stdio.h> do not tell, and some C library may not have it; the
// build file has it linked if it is there.
void funlockfile(FILE* file) __attribute__((weak));

void __real_xt_unhandled_exception(void* frame);
void __real_panicHandler(void* frame);

// Is the core that traps in the middle of the kernel, and not in an interrupt or
// another task? Reads RAM alone: flash may be off.
static bool IRAM_ATTR is_kernels(const RvExcFrame* frame) {
    return p4jit_kernel_guard.runs && frame->mhartid == CORE && port_uxInterruptNesting[CORE] == 0 &&
           (uint32_t)(uintptr_t)pxCurrentTCBs[CORE] == p4jit_kernel_guard.task;
}

// The guard would fire again on the stack that the trap is on.
static void IRAM_ATTR quiet_stack_guard(void) {
#if CONFIG_ESP_SYSTEM_HW_STACK_GUARD
    esp_hw_stack_guard_monitor_stop();
    assist_debug_ll_sp_spill_interrupt_clear(CORE);
#endif
}

static void restart_stack_guard(void) {
#if CONFIG_ESP_SYSTEM_HW_STACK_GUARD
    static portMUX_TYPE alone = portMUX_INITIALIZER_UNLOCKED;
    portENTER_CRITICAL(&alone);
    esp_hw_stack_guard_monitor_start();
    portEXIT_CRITICAL(&alone);
#endif
}

// What abort() and assert() said. ESP-IDF keeps it, maybe on the stack that is
// left now, for the report of a panic, which there will be none of.
static char last_words[128];

static void IRAM_ATTR keep_last_words(void) {
    last_words[0] = 0;
    if (!g_panic_abort) return;
    g_panic_abort = false;
    const char* words = g_panic_abort_details;
    size_t length = 0;
    for (; words != NULL && length < sizeof last_words - 2 && words[length] != 0; ++length)
        last_words[length] = words[length];
    last_words[length] = '\n';
    last_words[length + 1] = 0;
}

static void print_last_words(void) {
    size_t length = strlen(last_words);
    if (length > 0 && !p4jit_console_put(last_words, length)) esp_rom_printf("%s", last_words);
}

static void IRAM_ATTR end_kernel(RvExcFrame* frame) {
    // From here on another trap is the firmware's.
    p4jit_kernel_guard.runs = 0;
    if (p4jit_kernel_guard.bad_sp != 0) frame->sp = (long)p4jit_kernel_guard.bad_sp;
    p4jit_kernel_note(frame, P4_FAULTED);
    keep_last_words();
    quiet_stack_guard();
    frame->mepc = (long)(uintptr_t)p4jit_kernel_abort;
    p4jit_mask_return();
}

void IRAM_ATTR p4jit_exception(RvExcFrame* frame) {
    if (is_kernels(frame))
        end_kernel(frame);
    else
        __real_xt_unhandled_exception(frame);
}

void IRAM_ATTR p4jit_panic_interrupt(RvExcFrame* frame) {
    enum { STORE_ACCESS_FAULT = 7 };
    if (frame->mcause != ETS_ASSIST_DEBUG_INUM || !is_kernels(frame)) {
        __real_panicHandler(frame);
        return;
    }
    // Told as what a guard in memory would say: a store just below the stack.
    uint32_t sp = p4jit_kernel_guard.bad_sp != 0 ? p4jit_kernel_guard.bad_sp : (uint32_t)frame->sp;
    uint32_t below = p4jit_kernel_guard.low - 4;
    frame->mcause = STORE_ACCESS_FAULT;
    frame->mtval = (long)(sp < below ? sp : below);
    end_kernel(frame);
}

// Critical sections that the kernel's core is in, by depth, so that they can be
// left. The heap's are the ones that kernels end in: a second free() is found
// inside of one. What a kernel enters itself does not come by here.
enum { DEPTHS = 8 };
static struct {
    portMUX_TYPE* mux;
    uint32_t owner; // what the lock says while this core has it
} sections[DEPTHS];

BaseType_t __real_xPortEnterCriticalTimeout(portMUX_TYPE* mux, BaseType_t timeout);
BaseType_t __wrap_xPortEnterCriticalTimeout(portMUX_TYPE* mux, BaseType_t timeout);

BaseType_t IRAM_ATTR __wrap_xPortEnterCriticalTimeout(portMUX_TYPE* mux, BaseType_t timeout) {
    BaseType_t entered = __real_xPortEnterCriticalTimeout(mux, timeout);
    if (entered == pdPASS && xPortGetCoreID() == CORE) {
        UBaseType_t depth = port_uxCriticalNesting[CORE] - 1;
        if (depth < DEPTHS) {
            sections[depth].mux = mux;
            sections[depth].owner = mux->owner;
        }
    }
    return entered;
}

static void leave_critical_sections(void) {
    for (UBaseType_t depth = port_uxCriticalNesting[CORE]; depth > 0; --depth) {
        portMUX_TYPE* mux = depth <= DEPTHS ? sections[depth - 1].mux : NULL;
        if (mux != NULL && mux->owner == sections[depth - 1].owner)
            portEXIT_CRITICAL(mux);
        else
            port_uxCriticalNesting[CORE] = depth - 1;
    }
}

// How interrupts are masked when nobody masks them.
static UBaseType_t unmasked;

void p4jit_fault_start(void) {
    unmasked = portSET_INTERRUPT_MASK_FROM_ISR();
    portCLEAR_INTERRUPT_MASK_FROM_ISR(unmasked);
}

// Of a lock that the task does not hold this does nothing. printf() nests them
// twice at most.
static void unlock_files(void) {
    for (int i = 0; i < 4 && funlockfile != NULL; ++i) {
        funlockfile(stdout);
        funlockfile(stderr);
    }
}

void p4jit_fault_recover(void) {
    leave_critical_sections();
    portCLEAR_INTERRUPT_MASK_FROM_ISR(unmasked);
    while (xTaskGetSchedulerState() == taskSCHEDULER_SUSPENDED) xTaskResumeAll();
    restart_stack_guard();
    unlock_files();
    print_last_words();
}
