// The device's memory as capability heaps, for ports whose system has none:
// ask for capabilities, get a block from a region that has them all.
//
// Matching is ESP-IDF's (components/heap/heap_caps_base.c, components/esp_mm/
// heap_align_hw.c). Each region has three sets of capabilities, from high to
// low priority. For each priority in turn the regions are tried, in the order
// they were added, that have one of the asked capabilities at that priority
// and all of them at any. So 8BIT gives internal RAM before PSRAM, although
// both have it. DMA, DMA_DESC_* and CACHE_ALIGNED align to the cache line; what
// SIMD asks for, 16 bytes, every block has.
//
// Not locked, like p4_heap.
#ifndef P4_MEMORY_H
#define P4_MEMORY_H

#include "firmware/core/p4_heap.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { P4_MEMORY_REGIONS = 4, P4_MEMORY_PRIORITIES = 3 };

typedef struct p4_region {
    uint32_t caps[P4_MEMORY_PRIORITIES]; // P4_CAP bits
    p4_heap heap;
} p4_region;

typedef struct p4_memory {
    uint32_t count;
    p4_region regions[P4_MEMORY_REGIONS];
} p4_memory;

/// Starts without any region.
void p4_memory_start(p4_memory* memory);

/// Adds a region; see p4_heap_start(). P4_OK; P4_NO_MEMORY: there are
/// P4_MEMORY_REGIONS already, or the size is none a heap can have.
p4_status p4_memory_add(p4_memory* memory, uint8_t* bytes, uint32_t address, uint32_t size,
                        const uint32_t caps[P4_MEMORY_PRIORITIES]);

/// The block's address; 0 if size or caps is 0, alignment is no power of two,
/// or no region that has all the capabilities has room.
uint32_t p4_memory_alloc(p4_memory* memory, uint32_t size, uint32_t caps, uint32_t alignment);

/// P4_OK, also for address 0; P4_NOT_OWNED; P4_DAMAGED: see p4_heap_free().
p4_status p4_memory_free(p4_memory* memory, uint32_t address);

/// Changes a block's size where it is. See p4_heap_resize().
p4_status p4_memory_resize(p4_memory* memory, uint32_t address, uint32_t size);

/// Bytes usable in the block that begins at the address, 0 if none does.
uint32_t p4_memory_size_of(const p4_memory* memory, uint32_t address);

/// Does the region around the address have all of caps? False outside of all.
bool p4_memory_has(const p4_memory* memory, uint32_t address, uint32_t caps);

/// Sums, or the maximum, over the regions that have all of caps. Bytes.
uint32_t p4_memory_free_size(const p4_memory* memory, uint32_t caps);
uint32_t p4_memory_total_size(const p4_memory* memory, uint32_t caps);
uint32_t p4_memory_largest(const p4_memory* memory, uint32_t caps);

/// Blocks in use in all regions.
uint32_t p4_memory_used_blocks(const p4_memory* memory);

/// Checks every region; returns how many are damaged.
uint32_t p4_memory_check(const p4_memory* memory);

#ifdef __cplusplus
}
#endif
#endif
