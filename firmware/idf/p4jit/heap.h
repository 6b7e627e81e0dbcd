// ESP-IDF's capability heaps as the core's world has them.
#ifndef P4JIT_HEAP_H
#define P4JIT_HEAP_H

#include "firmware/core/p4_world.h"

/// See p4_world.
uint32_t p4jit_heap_allocate(void* self, uint32_t size, uint32_t caps, uint32_t alignment);
void p4jit_heap_release(void* self, uint32_t address);
p4_heap_sizes p4jit_heap_sizes(void* self);
p4_heap_health p4jit_heap_check(void* self);

#endif
