// The kernels' stack, in internal RAM.
//
//   | slack |      what kernels have      |
//           ^ low: for FreeRTOS, too      ^ high
//
// FreeRTOS saves coprocessor registers at the low end when another task uses the
// coprocessor, some 400 bytes (portasm.S). Below is slack: what a kernel writes
// there before the stack guard fires, and the trap's own frame, hit nobody.
#ifndef P4JIT_STACK_H
#define P4JIT_STACK_H

#include "firmware/core/p4_world.h"

typedef struct p4jit_stack {
    uint32_t low, high;
} p4jit_stack;

/// Allocates it. False: there is no internal RAM for it.
bool p4jit_stack_make(p4jit_stack* stack);

/// Fills it with a pattern, up to `sp`.
void p4jit_stack_paint(const p4jit_stack* stack, uint32_t sp);

/// Bytes between `sp` and the deepest word that is no longer the pattern.
uint32_t p4jit_stack_used(const p4jit_stack* stack, uint32_t sp);

/// The bounds, and the words from sp up, as many as fit; from the low end if sp
/// is a little below it.
void p4jit_stack_copy(const p4jit_stack* stack, p4_fault* fault, uint32_t sp);

#endif
