#include "firmware/core/p4_memory.h"

#include "firmware/core/p4_caps.h"

#define FOR_EACH(region, memory)                                                                                       \
    for (p4_region* region = (memory)->regions; region < (memory)->regions + (memory)->count; ++region)
#define FOR_EACH_CONST(region, memory)                                                                                 \
    for (const p4_region* region = (memory)->regions; region < (memory)->regions + (memory)->count; ++region)

static bool has_all(const p4_region* region, uint32_t caps) {
    uint32_t all = 0;
    for (int priority = 0; priority < P4_MEMORY_PRIORITIES; ++priority) all |= region->caps[priority];
    return (all & caps) == caps;
}

static p4_region* region_of(p4_memory* memory, uint32_t address) {
    FOR_EACH(region, memory) {
        if (p4_heap_spans(&region->heap, address)) return region;
    }
    return 0;
}

static const p4_region* const_region_of(const p4_memory* memory, uint32_t address) {
    FOR_EACH_CONST(region, memory) {
        if (p4_heap_spans(&region->heap, address)) return region;
    }
    return 0;
}

void p4_memory_start(p4_memory* memory) { memory->count = 0; }

p4_status p4_memory_add(p4_memory* memory, uint8_t* bytes, uint32_t address, uint32_t size,
                        const uint32_t caps[P4_MEMORY_PRIORITIES]) {
    if (memory->count == P4_MEMORY_REGIONS) return P4_NO_MEMORY;
    p4_region* region = &memory->regions[memory->count];
    if (p4_heap_start(&region->heap, bytes, address, size) != P4_OK) return P4_NO_MEMORY;
    for (int priority = 0; priority < P4_MEMORY_PRIORITIES; ++priority) region->caps[priority] = caps[priority];
    ++memory->count;
    return P4_OK;
}

// Replaces the capabilities that no region has, because they are a matter of
// alignment, by that alignment.
static void adjust_to_hardware(uint32_t* caps, uint32_t* alignment) {
    const uint32_t descriptors = P4_CAP(DMA_DESC_AHB) | P4_CAP(DMA_DESC_AXI);
    if (*caps & (descriptors | P4_CAP(DMA) | P4_CAP(CACHE_ALIGNED)) && *alignment < P4_CACHE_LINE)
        *alignment = P4_CACHE_LINE;
    if (*caps & descriptors) *caps |= P4_CAP(DMA);
    // DMA reaches PSRAM, though not its descriptors.
    if (*caps & P4_CAP(SPIRAM) && !(*caps & descriptors)) *caps &= ~P4_CAP(DMA);
    *caps &= ~(descriptors | P4_CAP(CACHE_ALIGNED));
}

uint32_t p4_memory_alloc(p4_memory* memory, uint32_t size, uint32_t caps, uint32_t alignment) {
    if (alignment == 0 || (alignment & (alignment - 1)) != 0) return 0;
    adjust_to_hardware(&caps, &alignment);
    for (int priority = 0; priority < P4_MEMORY_PRIORITIES; ++priority) {
        FOR_EACH(region, memory) {
            if ((region->caps[priority] & caps) == 0 || !has_all(region, caps)) continue;
            uint32_t address = p4_heap_alloc(&region->heap, size, alignment);
            if (address != 0) return address;
        }
    }
    return 0;
}

p4_status p4_memory_free(p4_memory* memory, uint32_t address) {
    if (address == 0) return P4_OK;
    p4_region* region = region_of(memory, address);
    return region ? p4_heap_free(&region->heap, address) : P4_NOT_OWNED;
}

p4_status p4_memory_resize(p4_memory* memory, uint32_t address, uint32_t size) {
    p4_region* region = region_of(memory, address);
    return region ? p4_heap_resize(&region->heap, address, size) : P4_NOT_OWNED;
}

uint32_t p4_memory_size_of(const p4_memory* memory, uint32_t address) {
    const p4_region* region = const_region_of(memory, address);
    return region ? p4_heap_size_of(&region->heap, address) : 0;
}

bool p4_memory_has(const p4_memory* memory, uint32_t address, uint32_t caps) {
    const p4_region* region = const_region_of(memory, address);
    return region && has_all(region, caps);
}

uint32_t p4_memory_free_size(const p4_memory* memory, uint32_t caps) {
    uint32_t sum = 0;
    FOR_EACH_CONST(region, memory) {
        if (has_all(region, caps)) sum += region->heap.free_bytes;
    }
    return sum;
}

uint32_t p4_memory_total_size(const p4_memory* memory, uint32_t caps) {
    uint32_t sum = 0;
    FOR_EACH_CONST(region, memory) {
        if (has_all(region, caps)) sum += region->heap.size;
    }
    return sum;
}

uint32_t p4_memory_largest(const p4_memory* memory, uint32_t caps) {
    uint32_t largest = 0;
    FOR_EACH_CONST(region, memory) {
        if (!has_all(region, caps)) continue;
        uint32_t here = p4_heap_largest(&region->heap);
        if (here > largest) largest = here;
    }
    return largest;
}

uint32_t p4_memory_used_blocks(const p4_memory* memory) {
    uint32_t sum = 0;
    FOR_EACH_CONST(region, memory) { sum += region->heap.used_blocks; }
    return sum;
}

uint32_t p4_memory_check(const p4_memory* memory) {
    uint32_t damaged = 0;
    FOR_EACH_CONST(region, memory) { damaged += p4_heap_check(&region->heap) != P4_OK; }
    return damaged;
}
