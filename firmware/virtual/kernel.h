// Running a kernel on hart 1 while hart 0 keeps an eye on the link.
#ifndef P4_VIRTUAL_KERNEL_H
#define P4_VIRTUAL_KERNEL_H

#include "firmware/core/p4_world.h"

/// See p4_world.execute. Called on the service hart.
///
/// A kernel that disables interrupts and never ends cannot be stopped. It keeps
/// its hart: this call and all later ones say P4_STOPPED, and the link goes on.
p4_outcome kernel_run(void* self, uint32_t address, uint32_t* result);

/// For start.S, on the kernel hart: waits for work and returns its address.
uint32_t kernel_wait(void);

/// For start.S, on the kernel hart: reports how the kernel ended.
void kernel_ended(p4_outcome outcome, uint32_t result);

/// For traps, on the kernel hart: was the kernel asked to stop? Answers the
/// software interrupt.
bool kernel_is_to_stop(void);

#endif
