// Containing what a kernel breaks: its traps end the kernel, not the board.
#ifndef P4JIT_FAULT_H
#define P4JIT_FAULT_H

#include <riscv/rvruntime-frames.h>

/// ESP-IDF's trap entry calls this, by way of enter.S, with the registers it
/// saved. A trap of the kernel: the frame is changed so that it ends. Any other:
/// ESP-IDF's own handler, which does not return.
void p4jit_exception(RvExcFrame* frame);

/// The same for interrupts that are panics: the stack guard, watchdogs, caches.
/// Only the stack guard is the kernel's.
void p4jit_panic_interrupt(RvExcFrame* frame);

/// On the kernel task, after a kernel was torn out of what it did: gives back the
/// locks that it held, lets interrupts and the scheduler go on, prints what
/// abort() said.
void p4jit_fault_recover(void);

/// On the kernel task, before the first kernel.
void p4jit_fault_start(void);

#endif
