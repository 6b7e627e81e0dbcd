// The task that serves the host sleeps at a doorbell. Whoever has news for it
// rings: the USB stack's callbacks, the kernel task, the console.
#ifndef P4JIT_DOORBELL_H
#define P4JIT_DOORBELL_H

#include <stdint.h>

/// The calling task is the one that sleeps from now on.
void p4jit_doorbell_open(void);

/// Wakes it, or lets its next p4jit_doorbell_wait() return at once. From any
/// task; does nothing before p4jit_doorbell_open().
void p4jit_doorbell_ring(void);

/// Sleeps until somebody rings, at most so many milliseconds (P4_FOREVER: for
/// ever). May return for no reason: look again at what you wait for.
void p4jit_doorbell_wait(uint32_t ms);

#endif
