// Running a kernel in a task of its own, on the core that does nothing else,
// while the serving task looks after the link.
//
//   serving task                        kernel task              stopping task
//   START, notify ────────────────────▶ RUNNING, enter
//   sleeps at its doorbell              … the kernel …
//                                       DONE, ring
//   or: CANCEL, the limit: notify ─────────────────────────────▶ takes the kernel's
//                                       … abort, recover      ◀─ core, diverts it
//                                       DONE, ring
//
// A kernel ends by returning, or at kernel_abort in enter.S: by a trap (fault.c)
// or by the stopping task, which rewrites where the kernel goes on (stop.c).
#ifndef P4JIT_KERNEL_H
#define P4JIT_KERNEL_H

#include "firmware/core/p4_world.h"

#include <esp_err.h>
#include <riscv/rvruntime-frames.h>

/// Makes the stack and the tasks. ESP_OK or ESP_ERR_NO_MEM.
esp_err_t p4jit_kernel_start(void);

/// Where kernels' stack is, for HELLO.
uint32_t p4jit_kernel_stack(uint32_t* size);

/// See p4_world.execute. On the serving task.
///
/// A kernel that keeps its core for good, because it masks interrupts or ends
/// its task, is P4_STUCK, now and in all later calls; the link goes on. With
/// ESP-IDF's interrupt watchdog on, masking interrupts restarts the chip instead.
p4_outcome p4jit_kernel_run(void* self, const p4_run* run, p4_end* end);

/// Is the caller the kernel task?
bool p4jit_kernel_is_me(void);

/// Has the kernel been asked to stop?
bool p4jit_kernel_is_stopping(void);

/// Has it ended?
bool p4jit_kernel_is_done(void);

/// Another one with each kernel.
uint32_t p4jit_kernel_number(void);

/// For traps and stops, on the kernel's core: how the kernel ends, and where it
/// was. It must then go on at kernel_abort.
void p4jit_kernel_note(const RvExcFrame* frame, p4_outcome outcome);

#endif
