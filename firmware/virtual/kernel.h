// Running a kernel on hart 1 while hart 0 keeps an eye on the link.
#ifndef P4_VIRTUAL_KERNEL_H
#define P4_VIRTUAL_KERNEL_H

#include "firmware/core/p4_world.h"
#include "firmware/virtual/trap.h"

/// See p4_world.execute. Called on the service hart.
///
/// A kernel that disables interrupts and never ends cannot be stopped. It keeps
/// its hart: this call and all later ones say P4_STUCK, and the link goes on.
p4_outcome kernel_run(void* self, const p4_run* run, p4_end* end);

/// What start.S calls: the code and its argument.
typedef struct kernel_start {
    uint32_t address, argument;
} kernel_start;

/// For start.S, on the kernel hart: waits for work and returns it.
kernel_start kernel_wait(void);

/// For start.S, on the kernel hart: reports how the kernel ended.
void kernel_ended(p4_outcome outcome, uint32_t result);

/// For traps, on the kernel hart: was the kernel asked to stop? Answers the
/// software interrupt.
bool kernel_is_to_stop(void);

/// For traps, on the kernel hart: where the kernel was when it ended.
void kernel_note_fault(const trap_frame* frame);

/// For the console, on the kernel hart: text waits, or there is no room for it.
void kernel_calls_service(void);

#endif
