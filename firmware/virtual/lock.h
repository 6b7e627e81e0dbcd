// The lock around what both harts use: the heaps.
//
// While a hart holds it, its interrupts are off, so a kernel is never stopped
// in the middle of malloc(): the request to stop waits until the lock is
// given back. A kernel that traps in there gives it back too.
#ifndef P4_VIRTUAL_LOCK_H
#define P4_VIRTUAL_LOCK_H

#include <stdint.h>

/// Returns what unlock() needs.
uint32_t lock(void);
void unlock(uint32_t interrupts);

/// Gives the lock back if this hart holds it.
void lock_abandon(void);

#endif
