// What C and enter.S share: the way into a kernel and back.
#ifndef P4JIT_ENTER_H
#define P4JIT_ENTER_H

#include <stdint.h>

/// enter.S knows this layout.
typedef struct p4jit_guard {
    volatile uint32_t runs; // 1 while a kernel has the kernel task, until it ends or is noted to
    uint32_t sp, tp;        // of the task, to come back with
    uint32_t low, high;     // of the kernels' stack
    uint32_t emergency;     // top of the stack for traps that find sp elsewhere
    uint32_t bad_sp;        // what sp was then; 0: it was good
    uint32_t task;          // the kernel task's handle
    uint32_t saved[2];      // registers, at the entry of a trap
} p4jit_guard;

extern p4jit_guard p4jit_kernel_guard;

typedef struct p4jit_ending {
    uint32_t aborted; // 0: it returned
    uint32_t result;  // register a0
} p4jit_ending;

/// On the kernel task: calls the code as int f(argument), with floating-point
/// state cleared and instructions fetched anew.
p4jit_ending p4jit_kernel_enter(uint32_t address, uint32_t argument);

/// Where a kernel goes on that does not return: ends p4jit_kernel_enter().
void p4jit_kernel_abort(void);

/// In a trap: interrupts stay off after it, until p4jit_kernel_abort has a stack.
void p4jit_mask_return(void);

#endif
