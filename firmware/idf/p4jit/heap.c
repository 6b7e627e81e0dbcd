#include "firmware/idf/p4jit/heap.h"

#include "firmware/core/p4_caps.h"

#include <esp_heap_caps.h>

// The host's bits are ESP-IDF's: spec/chip/caps.def.
#define SAME(NAME) _Static_assert(P4_CAP(NAME) == MALLOC_CAP_##NAME, "spec/chip/caps.def")
SAME(EXEC);
SAME(32BIT);
SAME(8BIT);
SAME(DMA);
SAME(SPIRAM);
SAME(INTERNAL);
SAME(DEFAULT);
SAME(CACHE_ALIGNED);
SAME(SIMD);

uint32_t p4jit_heap_allocate(void* self, uint32_t size, uint32_t caps, uint32_t alignment) {
    (void)self;
    return (uint32_t)(uintptr_t)heap_caps_aligned_alloc(alignment, size, caps);
}

void p4jit_heap_release(void* self, uint32_t address) {
    (void)self;
    heap_caps_free((void*)(uintptr_t)address);
}

p4_heap_sizes p4jit_heap_sizes(void* self) {
    (void)self;
    return (p4_heap_sizes){
        .free_spiram = heap_caps_get_free_size(MALLOC_CAP_SPIRAM),
        .total_spiram = heap_caps_get_total_size(MALLOC_CAP_SPIRAM),
        .free_internal = heap_caps_get_free_size(MALLOC_CAP_INTERNAL),
        .total_internal = heap_caps_get_total_size(MALLOC_CAP_INTERNAL),
    };
}

p4_heap_health p4jit_heap_check(void* self) {
    (void)self;
    multi_heap_info_t all = {0};
    heap_caps_get_info(&all, MALLOC_CAP_8BIT);
    return (p4_heap_health){
        .damaged = heap_caps_check_integrity_all(false) ? 0 : 1, // ESP-IDF does not say how many
        .blocks = all.allocated_blocks,
        .largest_spiram = heap_caps_get_largest_free_block(MALLOC_CAP_SPIRAM),
        .largest_internal = heap_caps_get_largest_free_block(MALLOC_CAP_INTERNAL),
    };
}
