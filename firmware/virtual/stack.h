// The kernels' stack: how much of it was used, and what is on it.
#ifndef P4_VIRTUAL_STACK_H
#define P4_VIRTUAL_STACK_H

#include "firmware/core/p4_world.h"

/// Before a kernel runs: fills the stack with a pattern.
void stack_paint(void);

/// Bytes between the stack's top and the deepest word that is no longer the
/// pattern.
uint32_t stack_used(void);

/// The stack's bounds and its words from sp up, as many as fit; from its low end
/// if sp is a little below it.
void stack_copy(p4_fault* fault, uint32_t sp);

#endif
