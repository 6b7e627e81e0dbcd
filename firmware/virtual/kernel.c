#include "firmware/virtual/kernel.h"

#include "firmware/virtual/chip.h"
#include "firmware/virtual/link.h"
#include "firmware/virtual/stack.h"

#include <stdatomic.h>

// What the two harts tell each other. The service hart writes `start` and then
// START; the kernel hart writes RUNNING, and at the end the rest and then DONE.
// Each change is followed by the other's interrupt.
enum { DONE, START, RUNNING };
static struct {
    _Atomic uint32_t state;
    atomic_bool stop;
    kernel_start start;
    uint64_t began, ended; // cycles
    uint32_t result;
    p4_outcome outcome;
    trap_frame fault;
} mailbox;

// How long a kernel that can be stopped may take to notice.
static const uint32_t stop_limit = 100 * 1000 * CPU_MHZ;

static bool kernel_done(void) { return atomic_load(&mailbox.state) == DONE; }

static bool kernel_runs(void) { return atomic_load(&mailbox.state) == RUNNING; }

static void ask_to_stop(void) {
    atomic_store(&mailbox.stop, true);
    fence();
    write_register(HP_SYS_CPU_INT_FROM_CPU_1, 1);
}

// The service hart looks around this often for a limit.
static void pause_until(uint64_t moment) {
    for (int i = 0; i < 1000 && !kernel_done() && !link_has_bytes() && cycles() < moment; ++i) {
    }
}

// Why the kernel is to be stopped; P4_RETURNED: it ended by itself.
static p4_outcome wait_for_end(const p4_run* run) {
    uint64_t limit = cycles() + (uint64_t)run->limit_ms * 1000 * CPU_MHZ;
    for (;;) {
        if (kernel_done()) return P4_RETURNED;
        if ((link_has_bytes() || console_waits()) && run->attend(run->context)) return P4_STOPPED;
        if (run->limit_ms != 0 && cycles() >= limit) return P4_LIMIT;
        if (run->limit_ms != 0)
            pause_until(limit);
        else
            sleep_until(INTERRUPT_SOFTWARE | INTERRUPT_EXTERNAL);
        write_register(HP_SYS_CPU_INT_FROM_CPU_0, 0);
    }
}

static bool stopped_in_time(void) {
    ask_to_stop();
    for (uint64_t asked = cycles(); !kernel_done();)
        if (cycles() - asked > stop_limit) return false;
    return true;
}

static void tell_fault(p4_fault* fault) {
    const trap_frame* frame = &mailbox.fault;
    fault->cause = frame->cause;
    fault->pc = frame->pc;
    fault->value = frame->value;
    for (int i = 0; i < 32; ++i) fault->x[i] = frame->x[i];
    fault->x[0] = 0;
    stack_copy(fault, frame->x[2]);
}

p4_outcome kernel_run(void* self, const p4_run* run, p4_end* end) {
    (void)self;
    if (!kernel_done()) return P4_STUCK;
    if (run->measure_stack) stack_paint();
    mailbox.start = (kernel_start){run->address, run->argument};
    mailbox.outcome = P4_RETURNED;
    atomic_store(&mailbox.stop, false);
    atomic_store(&mailbox.state, START);
    fence();
    write_register(HP_SYS_CPU_INT_FROM_CPU_1, 1);

    p4_outcome why = wait_for_end(run);
    if (why != P4_RETURNED && !stopped_in_time()) return P4_STUCK;
    // Beyond this point the kernel hart is idle.
    end->cycles = mailbox.ended - mailbox.began;
    if (run->measure_stack) end->stack_used = stack_used();
    if (mailbox.outcome == P4_RETURNED)
        end->result = mailbox.result;
    else
        tell_fault(&end->fault);
    return mailbox.outcome == P4_STOPPED ? why : mailbox.outcome;
}

kernel_start kernel_wait(void) {
    for (;;) {
        while (atomic_load(&mailbox.state) != START) {
            sleep_until(INTERRUPT_SOFTWARE);
            write_register(HP_SYS_CPU_INT_FROM_CPU_1, 0);
        }
        // From here on a request to stop is either seen below or interrupts.
        write_register(HP_SYS_CPU_INT_FROM_CPU_1, 0);
        fence();
        atomic_store(&mailbox.state, RUNNING);
        mailbox.began = cycles();
        if (!atomic_load(&mailbox.stop)) break;
        mailbox.fault = (trap_frame){.pc = mailbox.start.address};
        kernel_ended(P4_STOPPED, 0);
    }
    __asm__ volatile("fence.i" : : : "memory");
    return mailbox.start;
}

void kernel_ended(p4_outcome outcome, uint32_t result) {
    if (!kernel_runs()) return; // the firmware started again meanwhile
    mailbox.ended = cycles();
    mailbox.outcome = outcome;
    mailbox.result = result;
    atomic_store(&mailbox.state, DONE);
    fence();
    write_register(HP_SYS_CPU_INT_FROM_CPU_0, 1);
}

bool kernel_is_to_stop(void) {
    write_register(HP_SYS_CPU_INT_FROM_CPU_1, 0);
    fence();
    return atomic_load(&mailbox.stop) || !kernel_runs();
}

void kernel_note_fault(const trap_frame* frame) { mailbox.fault = *frame; }

void kernel_calls_service(void) {
    fence();
    write_register(HP_SYS_CPU_INT_FROM_CPU_0, 1);
}
