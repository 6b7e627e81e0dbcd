#include "firmware/virtual/heap.h"

#include "firmware/core/p4_caps.h"
#include "firmware/core/p4_memory.h"
#include "firmware/virtual/chip.h"
#include "firmware/virtual/lock.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static p4_memory memory;

extern uint8_t __heap_start[]; // behind the firmware's own data, by the linker script

#define COMMON_CAPS (P4_CAP(DEFAULT) | P4_CAP(32BIT) | P4_CAP(8BIT))

static void add(uint32_t address, uint32_t end, const uint32_t caps[P4_MEMORY_PRIORITIES]) {
    p4_memory_add(&memory, (uint8_t*)address, address, end - address, caps);
}

// ESP-IDF components/heap/port/esp32p4/memory_layout.c, memory protection off.
void heap_start(void) {
    static const uint32_t l2mem[] = {COMMON_CAPS | P4_CAP(INTERNAL) | P4_CAP(DMA) | P4_CAP(EXEC) | P4_CAP(SIMD), 0, 0};
    static const uint32_t psram[] = {P4_CAP(SPIRAM), 0, COMMON_CAPS | P4_CAP(SIMD)};
    static const uint32_t spm[] = {P4_CAP(TCM), 0, COMMON_CAPS | P4_CAP(INTERNAL)};
    p4_memory_start(&memory);
    add((uint32_t)__heap_start, l2mem_base + l2mem_size - L2_CACHE_SIZE, l2mem);
    add(psram_base, psram_base + psram_size, psram);
    add(spm_base, spm_base + spm_size, spm);
}

static uint32_t allocate(uint32_t size, uint32_t caps, uint32_t alignment) {
    uint32_t interrupts = lock();
    uint32_t address = p4_memory_alloc(&memory, size, caps, alignment);
    unlock(interrupts);
    return address;
}

static p4_status release(uint32_t address) {
    uint32_t interrupts = lock();
    p4_status status = p4_memory_free(&memory, address);
    unlock(interrupts);
    return status;
}

// The world of the core.

uint32_t heap_allocate(void* self, uint32_t size, uint32_t caps, uint32_t alignment) {
    (void)self;
    return allocate(size, caps, alignment);
}

void heap_release(void* self, uint32_t address) {
    (void)self;
    if (release(address) != P4_OK) printf("p4jit: heap damaged near %08lx\n", (unsigned long)address);
}

p4_heap_sizes heap_sizes(void* self) {
    (void)self;
    uint32_t interrupts = lock();
    p4_heap_sizes sizes = {
        .free_spiram = p4_memory_free_size(&memory, P4_CAP(SPIRAM)),
        .total_spiram = p4_memory_total_size(&memory, P4_CAP(SPIRAM)),
        .free_internal = p4_memory_free_size(&memory, P4_CAP(INTERNAL)),
        .total_internal = p4_memory_total_size(&memory, P4_CAP(INTERNAL)),
    };
    unlock(interrupts);
    return sizes;
}

p4_heap_health heap_check(void* self) {
    (void)self;
    uint32_t interrupts = lock();
    p4_heap_health health = {
        .damaged = p4_memory_check(&memory),
        .blocks = p4_memory_used_blocks(&memory),
        .largest_spiram = p4_memory_largest(&memory, P4_CAP(SPIRAM)),
        .largest_internal = p4_memory_largest(&memory, P4_CAP(INTERNAL)),
    };
    unlock(interrupts);
    return health;
}

// ESP-IDF's heap_caps_*(), for kernels. Same contracts, with these differences:
// every block is aligned to 16 bytes, and freeing what is not allocated ends
// the kernel with a fault instead of the whole board.

void* heap_caps_aligned_alloc(size_t alignment, size_t size, uint32_t caps) {
    return (void*)allocate(size, caps, alignment);
}

void* heap_caps_malloc(size_t size, uint32_t caps) { return heap_caps_aligned_alloc(P4_HEAP_UNIT, size, caps); }

void* heap_caps_aligned_calloc(size_t alignment, size_t count, size_t size, uint32_t caps) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) return NULL;
    void* block = heap_caps_aligned_alloc(alignment, bytes, caps);
    return block ? memset(block, 0, bytes) : NULL;
}

void* heap_caps_calloc(size_t count, size_t size, uint32_t caps) {
    return heap_caps_aligned_calloc(P4_HEAP_UNIT, count, size, caps);
}

void heap_caps_free(void* block) {
    p4_status status = release((uint32_t)block);
    if (status == P4_OK) return;
    printf("p4jit: free(%p): %s\n", block, status == P4_DAMAGED ? "the heap is damaged" : "not an allocated block");
    abort();
}

void heap_caps_aligned_free(void* block) { heap_caps_free(block); }

static size_t usable_size(const void* block) {
    uint32_t interrupts = lock();
    size_t size = p4_memory_size_of(&memory, (uint32_t)block);
    unlock(interrupts);
    return size;
}

static bool resize_in_place(void* block, size_t size, uint32_t caps) {
    uint32_t interrupts = lock();
    bool done =
        p4_memory_has(&memory, (uint32_t)block, caps) && p4_memory_resize(&memory, (uint32_t)block, size) == P4_OK;
    unlock(interrupts);
    return done;
}

// `fresh` is a new block for what is in the old one, or NULL.
static void* move(void* block, void* fresh, size_t size) {
    if (fresh == NULL) return NULL;
    size_t old = usable_size(block);
    memcpy(fresh, block, old < size ? old : size);
    heap_caps_free(block);
    return fresh;
}

void* heap_caps_realloc(void* block, size_t size, uint32_t caps) {
    if (block == NULL) return heap_caps_malloc(size, caps);
    if (size == 0) {
        heap_caps_free(block);
        return NULL;
    }
    return resize_in_place(block, size, caps) ? block : move(block, heap_caps_malloc(size, caps), size);
}

size_t heap_caps_get_allocated_size(void* block) { return usable_size(block); }

size_t heap_caps_get_free_size(uint32_t caps) { return p4_memory_free_size(&memory, caps); }

size_t heap_caps_get_total_size(uint32_t caps) { return p4_memory_total_size(&memory, caps); }

size_t heap_caps_get_largest_free_block(uint32_t caps) {
    uint32_t interrupts = lock();
    size_t size = p4_memory_largest(&memory, caps);
    unlock(interrupts);
    return size;
}

bool heap_caps_check_integrity_all(bool print_errors) {
    bool sound = heap_check(NULL).damaged == 0;
    if (!sound && print_errors) printf("p4jit: the heap is damaged\n");
    return sound;
}

uint32_t esp_get_free_heap_size(void) { return heap_caps_get_free_size(P4_CAP(DEFAULT)); }

uint32_t esp_get_free_internal_heap_size(void) { return heap_caps_get_free_size(P4_CAP(INTERNAL)); }

// The C library's functions. Small blocks come from internal RAM, large ones
// from PSRAM, each from the other when its own is full, as with ESP-IDF's
// default CONFIG_SPIRAM_MALLOC_ALWAYSINTERNAL.
enum { ALWAYS_INTERNAL = 16384 };

static void* allocate_default(size_t alignment, size_t size) {
    uint32_t first = size <= ALWAYS_INTERNAL ? P4_CAP(INTERNAL) : P4_CAP(SPIRAM);
    void* block = heap_caps_aligned_alloc(alignment, size, P4_CAP(DEFAULT) | first);
    if (block == NULL) block = heap_caps_aligned_alloc(alignment, size, P4_CAP(DEFAULT));
    if (block == NULL) errno = ENOMEM;
    return block;
}

void* malloc(size_t size) { return allocate_default(P4_HEAP_UNIT, size); }

void free(void* block) { heap_caps_free(block); }

void* calloc(size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) return NULL;
    void* block = malloc(bytes);
    return block ? memset(block, 0, bytes) : NULL;
}

void* realloc(void* block, size_t size) {
    if (block == NULL) return malloc(size);
    if (size == 0) {
        free(block);
        return NULL;
    }
    return resize_in_place(block, size, P4_CAP(DEFAULT)) ? block : move(block, malloc(size), size);
}

void* memalign(size_t alignment, size_t size) { return allocate_default(alignment, size); }

void* aligned_alloc(size_t alignment, size_t size) { return allocate_default(alignment, size); }

int posix_memalign(void** block, size_t alignment, size_t size) {
    if (alignment % sizeof(void*) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
    void* fresh = allocate_default(alignment, size);
    if (fresh == NULL && size != 0) return ENOMEM;
    *block = fresh;
    return 0;
}

size_t malloc_usable_size(void* block) { return usable_size(block); }
