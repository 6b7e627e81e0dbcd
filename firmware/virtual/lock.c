#include "firmware/virtual/lock.h"

#include "firmware/virtual/chip.h"

#include <stdatomic.h>

static _Atomic uint32_t holder; // hart id + 1, 0 for nobody

uint32_t lock(void) {
    uint32_t mstatus;
    __asm__ volatile("csrrci %0, mstatus, %1" : "=r"(mstatus) : "i"(MSTATUS_MIE) : "memory");
    uint32_t nobody = 0;
    while (!atomic_compare_exchange_weak_explicit(&holder, &nobody, hart_id() + 1, memory_order_acquire,
                                                  memory_order_relaxed))
        nobody = 0;
    return mstatus & MSTATUS_MIE;
}

void unlock(uint32_t interrupts) {
    atomic_store_explicit(&holder, 0, memory_order_release);
    __asm__ volatile("csrs mstatus, %0" : : "r"(interrupts) : "memory");
}

void lock_abandon(void) {
    uint32_t self = hart_id() + 1;
    atomic_compare_exchange_strong(&holder, &self, 0);
}
