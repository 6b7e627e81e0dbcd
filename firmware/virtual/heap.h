// The board's memory: PSRAM, the free part of L2MEM, and TCM, as capability
// heaps for both harts. malloc() and ESP-IDF's heap_caps_*() are in here too.
#ifndef P4_VIRTUAL_HEAP_H
#define P4_VIRTUAL_HEAP_H

#include "firmware/core/p4_world.h"

void heap_start(void);

/// See p4_world.
uint32_t heap_allocate(void* self, uint32_t size, uint32_t caps, uint32_t alignment);
void heap_release(void* self, uint32_t address);
p4_heap_sizes heap_sizes(void* self);
p4_heap_health heap_check(void* self);

#endif
