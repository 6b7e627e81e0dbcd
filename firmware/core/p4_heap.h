// A heap in one region of memory: two-level segregated fit (Masmano et al.,
// "TLSF: a new dynamic memory allocator for real-time systems", ECRTS 2004).
//
// Allocating and freeing take constant time while memory is plentiful. Only
// when no list promises a fit are the free blocks looked through, so that an
// allocation fails only if really no free block can hold it.
//
// Kernels run unprotected and overwrite things. Therefore the lists' heads
// live in p4_heap, apart from the blocks; links are offsets, not pointers; and
// no header is believed before it was compared with its neighbours. A damaged
// heap refuses, it never crashes and never loops.
//
// Not locked: the caller keeps two harts from being in here at once.
#ifndef P4_HEAP_H
#define P4_HEAP_H

#include "firmware/core/p4_status.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    P4_HEAP_UNIT = 16,   // alignment and granularity of every block; also a block's overhead
    P4_HEAP_ROWS = 20,   // powers of two of block sizes
    P4_HEAP_COLUMNS = 16 // steps between two powers
};

/// Largest region a heap can manage, in bytes.
#define P4_HEAP_LIMIT (UINT32_C(64) << 20)

typedef struct p4_heap {
    uint8_t* bytes;   // the region, as the core reaches it
    uint32_t address; // as the device sees it
    uint32_t size;
    uint32_t free_bytes; // without the blocks' headers
    uint32_t free_blocks, used_blocks;
    bool damaged;                   // a header was found overwritten
    uint32_t rows;                  // bit r: columns[r] is not 0
    uint16_t columns[P4_HEAP_ROWS]; // bit c: list r,c is not empty
    uint32_t lists[P4_HEAP_ROWS][P4_HEAP_COLUMNS];
} p4_heap;

/// Makes one free block of the region. `bytes` and `address` are multiples of
/// P4_HEAP_UNIT. P4_OK; P4_NO_MEMORY: smaller than two units or larger than
/// P4_HEAP_LIMIT.
p4_status p4_heap_start(p4_heap* heap, uint8_t* bytes, uint32_t address, uint32_t size);

/// A block of at least `size` bytes at a multiple of `alignment` and of
/// P4_HEAP_UNIT. 0: no free block can hold it, size is 0, alignment is no
/// power of two, or the heap is damaged where the block would come from.
uint32_t p4_heap_alloc(p4_heap* heap, uint32_t size, uint32_t alignment);

/// P4_OK; P4_NOT_OWNED: no block in use begins there; P4_DAMAGED: its header or
/// a neighbour's was overwritten, and the block stays lost.
p4_status p4_heap_free(p4_heap* heap, uint32_t address);

/// Makes the block smaller or larger without moving it. P4_OK; P4_NO_MEMORY:
/// the free block behind it is too small; P4_NOT_OWNED; P4_DAMAGED.
p4_status p4_heap_resize(p4_heap* heap, uint32_t address, uint32_t size);

/// Bytes usable in the block in use that begins at the address, 0 if none does.
uint32_t p4_heap_size_of(const p4_heap* heap, uint32_t address);

/// Bytes of the largest free block; 0 if there is none.
uint32_t p4_heap_largest(const p4_heap* heap);

/// Is the address inside the region?
bool p4_heap_spans(const p4_heap* heap, uint32_t address);

/// Walks every block and every list. P4_OK or P4_DAMAGED.
p4_status p4_heap_check(const p4_heap* heap);

#ifdef __cplusplus
}
#endif
#endif
