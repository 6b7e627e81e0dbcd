#include "firmware/virtual/kernel.h"

#include "firmware/virtual/chip.h"
#include "firmware/virtual/link.h"

#include <stdatomic.h>

// What the two harts tell each other. The service hart writes `address` and
// then START; the kernel hart writes RUNNING, and at the end `outcome`,
// `result` and then DONE. Each change is followed by the other's interrupt.
enum { DONE, START, RUNNING };
static struct {
    _Atomic uint32_t state;
    atomic_bool stop;
    uint32_t address;
    uint32_t result;
    p4_outcome outcome;
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

static bool wait_for_end(void) {
    while (!kernel_done() && !link_has_bytes()) {
        sleep_until(INTERRUPT_SOFTWARE | INTERRUPT_EXTERNAL);
        write_register(HP_SYS_CPU_INT_FROM_CPU_0, 0);
    }
    if (kernel_done()) return true;
    ask_to_stop();
    for (uint64_t asked = cycles(); !kernel_done();)
        if (cycles() - asked > stop_limit) return false;
    return true;
}

p4_outcome kernel_run(void* self, uint32_t address, uint32_t* result) {
    (void)self;
    if (!kernel_done()) return P4_STOPPED;
    mailbox.address = address;
    atomic_store(&mailbox.stop, false);
    atomic_store(&mailbox.state, START);
    fence();
    write_register(HP_SYS_CPU_INT_FROM_CPU_1, 1);
    if (!wait_for_end()) return P4_STOPPED;
    if (mailbox.outcome == P4_RETURNED) *result = mailbox.result;
    return mailbox.outcome;
}

uint32_t kernel_wait(void) {
    for (;;) {
        while (atomic_load(&mailbox.state) != START) {
            sleep_until(INTERRUPT_SOFTWARE);
            write_register(HP_SYS_CPU_INT_FROM_CPU_1, 0);
        }
        // From here on a request to stop is either seen below or interrupts.
        write_register(HP_SYS_CPU_INT_FROM_CPU_1, 0);
        fence();
        atomic_store(&mailbox.state, RUNNING);
        if (!atomic_load(&mailbox.stop)) break;
        kernel_ended(P4_STOPPED, 0);
    }
    __asm__ volatile("fence.i" : : : "memory");
    return mailbox.address;
}

void kernel_ended(p4_outcome outcome, uint32_t result) {
    if (!kernel_runs()) return; // the firmware started again meanwhile
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
