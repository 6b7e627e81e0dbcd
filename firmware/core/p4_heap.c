#include "firmware/core/p4_heap.h"

#include <stddef.h>

// The region is a row of blocks, each a header and its payload:
//
//   | header | payload ......... | header | payload ... | ... up to the end
//   ^ offset                     ^ offset + HEADER + size
//
// Two free blocks never stand side by side.
typedef struct header {
    uint32_t size;   // of the payload, a multiple of UNIT; bit 0 (FREE): nobody uses it
    uint32_t before; // offset of the block below, NONE for the first
    uint32_t next;   // free: the next one in its list, or NONE; in use: IN_USE
    uint32_t prev;   // free: the one before it in its list, or NONE; in use: IN_USE
} header;

#define UNIT ((uint32_t)P4_HEAP_UNIT)
#define HEADER ((uint32_t)sizeof(header))
#define FREE UINT32_C(1)
#define NONE UINT32_MAX
#define IN_USE UINT32_C(0x50345553)

_Static_assert(sizeof(header) == P4_HEAP_UNIT, "a payload is aligned because a header is one unit");

static header* at(const p4_heap* heap, uint32_t offset) { return (header*)(void*)(heap->bytes + offset); }

static uint32_t payload_size(const header* block) { return block->size & ~FREE; }

static bool is_free(const header* block) { return block->size & FREE; }

static uint32_t round_up(uint32_t size) { return (size + UNIT - 1) & ~(UNIT - 1); }

// The offset of the block above, NONE for the last.
static uint32_t above(const p4_heap* heap, uint32_t offset) {
    uint32_t end = offset + HEADER + payload_size(at(heap, offset));
    return end == heap->size ? NONE : end;
}

static bool may_be_block(const p4_heap* heap, uint32_t offset) {
    return offset % UNIT == 0 && offset <= heap->size - HEADER - UNIT;
}

// Lists. Number 16 r + c holds, with sizes in units: for r = 0 those of
// exactly c; for r > 0 those whose highest bit is bit r + 3 and whose next four
// bits are c.

static uint32_t list_of(uint32_t size) {
    uint32_t units = size / UNIT;
    if (units < P4_HEAP_COLUMNS) return units;
    uint32_t high = 31 - (uint32_t)__builtin_clz(units);
    return (high - 3) * P4_HEAP_COLUMNS + (units >> (high - 4)) % P4_HEAP_COLUMNS;
}

// The lowest list all of whose blocks have at least this size.
static uint32_t list_from(uint32_t size) {
    uint32_t units = size / UNIT;
    if (units < P4_HEAP_COLUMNS) return units;
    uint32_t high = 31 - (uint32_t)__builtin_clz(units);
    return list_of((units + (UINT32_C(1) << (high - 4)) - 1) * UNIT);
}

static uint32_t* head_of(p4_heap* heap, uint32_t list) {
    return &heap->lists[list / P4_HEAP_COLUMNS][list % P4_HEAP_COLUMNS];
}

// The lowest list from this one on that is not empty, NONE if all are.
static uint32_t next_list(const p4_heap* heap, uint32_t list) {
    uint32_t row = list / P4_HEAP_COLUMNS;
    if (row >= P4_HEAP_ROWS) return NONE;
    uint32_t columns = heap->columns[row] & (UINT32_MAX << list % P4_HEAP_COLUMNS);
    if (columns == 0) {
        uint32_t rows = heap->rows & ~((UINT32_C(2) << row) - 1);
        if (rows == 0) return NONE;
        row = (uint32_t)__builtin_ctz(rows);
        columns = heap->columns[row];
    }
    if (columns == 0) return NONE;
    return row * P4_HEAP_COLUMNS + (uint32_t)__builtin_ctz(columns);
}

static void link_free(p4_heap* heap, uint32_t offset) {
    header* block = at(heap, offset);
    uint32_t list = list_of(payload_size(block));
    uint32_t* head = head_of(heap, list);
    block->next = *head;
    block->prev = NONE;
    if (*head != NONE && may_be_block(heap, *head)) at(heap, *head)->prev = offset;
    *head = offset;
    heap->rows |= UINT32_C(1) << list / P4_HEAP_COLUMNS;
    heap->columns[list / P4_HEAP_COLUMNS] |= (uint16_t)(1u << list % P4_HEAP_COLUMNS);
    heap->free_bytes += payload_size(block);
    ++heap->free_blocks;
}

static void unlink_free(p4_heap* heap, uint32_t offset) {
    const header* block = at(heap, offset);
    uint32_t list = list_of(payload_size(block));
    if (block->next != NONE) at(heap, block->next)->prev = block->prev;
    if (block->prev != NONE) {
        at(heap, block->prev)->next = block->next;
    } else {
        *head_of(heap, list) = block->next;
        if (block->next == NONE) heap->columns[list / P4_HEAP_COLUMNS] &= (uint16_t) ~(1u << list % P4_HEAP_COLUMNS);
        if (heap->columns[list / P4_HEAP_COLUMNS] == 0) heap->rows &= ~(UINT32_C(1) << list / P4_HEAP_COLUMNS);
    }
    heap->free_bytes -= payload_size(block);
    --heap->free_blocks;
}

// Trust.

static bool has_sound_size(const p4_heap* heap, uint32_t offset) {
    uint32_t size = payload_size(at(heap, offset));
    return size % UNIT == 0 && size >= UNIT && size <= heap->size - HEADER - offset;
}

static bool has_sound_links(const p4_heap* heap, uint32_t offset) {
    const header* block = at(heap, offset);
    if (!is_free(block)) return block->next == IN_USE && block->prev == IN_USE;
    if (block->next != NONE && !(may_be_block(heap, block->next) && at(heap, block->next)->prev == offset))
        return false;
    if (block->prev != NONE) return may_be_block(heap, block->prev) && at(heap, block->prev)->next == offset;
    uint32_t list = list_of(payload_size(block));
    return heap->lists[list / P4_HEAP_COLUMNS][list % P4_HEAP_COLUMNS] == offset;
}

// Do the block's size, its links and the block above it agree? Then it may be
// cut, whatever happened below it.
static bool is_usable(const p4_heap* heap, uint32_t offset) {
    if (!may_be_block(heap, offset) || !has_sound_size(heap, offset)) return false;
    uint32_t over = above(heap, offset);
    if (over != NONE && !(may_be_block(heap, over) && has_sound_size(heap, over) && at(heap, over)->before == offset))
        return false;
    return has_sound_links(heap, offset);
}

// Does the block below agree too? Then it may be joined with its neighbours.
static bool is_sound(const p4_heap* heap, uint32_t offset) {
    if (!is_usable(heap, offset)) return false;
    uint32_t below = at(heap, offset)->before;
    if (offset == 0 || below == NONE) return offset == 0 && below == NONE;
    return may_be_block(heap, below) && has_sound_size(heap, below) && above(heap, below) == offset;
}

static bool is_usable_free(const p4_heap* heap, uint32_t offset) {
    return is_usable(heap, offset) && is_free(at(heap, offset));
}

static p4_status damage(p4_heap* heap) {
    heap->damaged = true;
    return P4_DAMAGED;
}

// P4_OK and the offset of the block in use whose payload begins at the address.
static p4_status find_used(const p4_heap* heap, uint32_t address, uint32_t* offset) {
    if (!p4_heap_spans(heap, address) || (address - heap->address) % UNIT != 0) return P4_NOT_OWNED;
    *offset = address - heap->address - HEADER;
    if (!may_be_block(heap, *offset)) return P4_NOT_OWNED;
    const header* block = at(heap, *offset);
    if (block->next != IN_USE && block->prev != IN_USE) return P4_NOT_OWNED;
    return is_sound(heap, *offset) && !is_free(block) ? P4_OK : P4_DAMAGED;
}

// Cutting and joining blocks.

static void write_block(p4_heap* heap, uint32_t offset, uint32_t size, uint32_t before) {
    *at(heap, offset) = (header){.size = size, .before = before, .next = IN_USE, .prev = IN_USE};
    uint32_t over = above(heap, offset);
    if (over != NONE) at(heap, over)->before = offset;
}

static void make_free(p4_heap* heap, uint32_t offset) {
    at(heap, offset)->size |= FREE;
    link_free(heap, offset);
}

// Cuts the block in use at the offset down to `size` and frees what is left,
// if that is enough for a block.
static void trim(p4_heap* heap, uint32_t offset, uint32_t size) {
    uint32_t left = payload_size(at(heap, offset)) - size;
    if (left < HEADER + UNIT) return;
    at(heap, offset)->size = size;
    uint32_t rest = offset + HEADER + size;
    write_block(heap, rest, left - HEADER, offset);
    make_free(heap, rest);
}

// Joins the block in use at the offset with the free one above it, if one is.
static p4_status absorb_above(p4_heap* heap, uint32_t offset) {
    uint32_t over = above(heap, offset);
    if (over == NONE || !is_free(at(heap, over))) return P4_OK;
    if (!is_sound(heap, over)) return P4_DAMAGED;
    unlink_free(heap, over);
    uint32_t size = payload_size(at(heap, offset)) + HEADER + payload_size(at(heap, over));
    write_block(heap, offset, size, at(heap, offset)->before);
    return P4_OK;
}

// Finding a free block.

// Can the free block hold `size` bytes at that alignment? *gap is then the
// distance from its payload to the aligned one: 0, or room for a block of its own.
static bool fits(const p4_heap* heap, uint32_t offset, uint32_t size, uint32_t alignment, uint32_t* gap) {
    uint64_t from = (uint64_t)heap->address + offset + HEADER;
    uint64_t to = (from + alignment - 1) & ~(uint64_t)(alignment - 1);
    if (to != from && to - from < HEADER + UNIT) to += alignment;
    *gap = (uint32_t)(to - from);
    return to - from + size <= payload_size(at(heap, offset));
}

// Looks at the first block of the lowest list of blocks with at least `room`.
static uint32_t first_fit(p4_heap* heap, uint64_t room, uint32_t size, uint32_t alignment, uint32_t* gap) {
    if (room > heap->size) return NONE;
    uint32_t list = next_list(heap, list_from((uint32_t)room));
    if (list == NONE) return NONE;
    uint32_t offset = *head_of(heap, list);
    if (!is_usable_free(heap, offset)) {
        heap->damaged = true;
        return NONE;
    }
    return fits(heap, offset, size, alignment, gap) ? offset : NONE;
}

// Looks at every free block that is large enough.
static uint32_t any_fit(p4_heap* heap, uint32_t size, uint32_t alignment, uint32_t* gap) {
    uint32_t left = heap->free_blocks;
    for (uint32_t list = next_list(heap, list_of(size)); list != NONE; list = next_list(heap, list + 1)) {
        for (uint32_t offset = *head_of(heap, list); offset != NONE; offset = at(heap, offset)->next) {
            if (left-- == 0 || !is_usable_free(heap, offset)) {
                heap->damaged = true;
                return NONE;
            }
            if (fits(heap, offset, size, alignment, gap)) return offset;
        }
    }
    return NONE;
}

static uint32_t find_fit(p4_heap* heap, uint32_t size, uint32_t alignment, uint32_t* gap) {
    uint32_t offset = first_fit(heap, size, size, alignment, gap);
    if (offset == NONE && alignment > UNIT)
        offset = first_fit(heap, (uint64_t)size + alignment + UNIT, size, alignment, gap);
    if (offset == NONE) offset = any_fit(heap, size, alignment, gap);
    return offset;
}

// The public part.

p4_status p4_heap_start(p4_heap* heap, uint8_t* bytes, uint32_t address, uint32_t size) {
    size &= ~(UNIT - 1);
    *heap = (p4_heap){.bytes = bytes, .address = address, .size = size};
    for (uint32_t list = 0; list < P4_HEAP_ROWS * P4_HEAP_COLUMNS; ++list) *head_of(heap, list) = NONE;
    if (size < HEADER + UNIT || size > P4_HEAP_LIMIT) {
        heap->size = 0;
        return P4_NO_MEMORY;
    }
    write_block(heap, 0, size - HEADER, NONE);
    make_free(heap, 0);
    return P4_OK;
}

uint32_t p4_heap_alloc(p4_heap* heap, uint32_t size, uint32_t alignment) {
    if (size == 0 || size > heap->size || alignment == 0 || (alignment & (alignment - 1)) != 0) return 0;
    if (alignment < UNIT) alignment = UNIT;
    size = round_up(size);

    uint32_t gap;
    uint32_t offset = find_fit(heap, size, alignment, &gap);
    if (offset == NONE) return 0;

    unlink_free(heap, offset);
    write_block(heap, offset, payload_size(at(heap, offset)), at(heap, offset)->before);
    if (gap > 0) {
        uint32_t below = offset;
        uint32_t whole = payload_size(at(heap, below));
        offset += gap;
        at(heap, below)->size = gap - HEADER;
        write_block(heap, offset, whole - gap, below);
        make_free(heap, below);
    }
    trim(heap, offset, size);
    ++heap->used_blocks;
    return heap->address + offset + HEADER;
}

p4_status p4_heap_free(p4_heap* heap, uint32_t address) {
    uint32_t offset;
    p4_status status = find_used(heap, address, &offset);
    if (status == P4_NOT_OWNED) return status;
    uint32_t below = status == P4_OK ? at(heap, offset)->before : NONE;
    bool joins_below = below != NONE && is_free(at(heap, below));
    if (status != P4_OK || (joins_below && !is_sound(heap, below))) return damage(heap);
    if (absorb_above(heap, offset) != P4_OK) return damage(heap);

    if (joins_below) {
        unlink_free(heap, below);
        at(heap, offset)->next = at(heap, offset)->prev = NONE; // a second free() must not find it
        uint32_t size = payload_size(at(heap, below)) + HEADER + payload_size(at(heap, offset));
        write_block(heap, below, size, at(heap, below)->before);
        offset = below;
    }
    make_free(heap, offset);
    --heap->used_blocks;
    return P4_OK;
}

p4_status p4_heap_resize(p4_heap* heap, uint32_t address, uint32_t size) {
    uint32_t offset;
    p4_status status = find_used(heap, address, &offset);
    if (status != P4_OK) return status == P4_DAMAGED ? damage(heap) : status;
    if (size == 0 || size > heap->size) return P4_NO_MEMORY;
    size = round_up(size);

    uint32_t old = payload_size(at(heap, offset));
    uint32_t over = above(heap, offset);
    uint32_t room = old;
    if (over != NONE && is_free(at(heap, over))) {
        if (!is_sound(heap, over)) return damage(heap);
        room += HEADER + payload_size(at(heap, over));
    }
    if (size > room) return P4_NO_MEMORY;
    absorb_above(heap, offset);
    trim(heap, offset, size);
    return P4_OK;
}

uint32_t p4_heap_size_of(const p4_heap* heap, uint32_t address) {
    uint32_t offset;
    return find_used(heap, address, &offset) == P4_OK ? payload_size(at(heap, offset)) : 0;
}

uint32_t p4_heap_largest(const p4_heap* heap) {
    if (heap->rows == 0) return 0;
    uint32_t row = 31 - (uint32_t)__builtin_clz(heap->rows);
    if (row >= P4_HEAP_ROWS || heap->columns[row] == 0) return 0;
    uint32_t column = 31 - (uint32_t)__builtin_clz(heap->columns[row]);

    uint32_t largest = 0;
    uint32_t left = heap->free_blocks;
    for (uint32_t offset = heap->lists[row][column]; offset != NONE; offset = at(heap, offset)->next) {
        if (left-- == 0 || !is_usable_free(heap, offset)) break;
        if (payload_size(at(heap, offset)) > largest) largest = payload_size(at(heap, offset));
    }
    return largest;
}

bool p4_heap_spans(const p4_heap* heap, uint32_t address) { return address - heap->address < heap->size; }

// Counts the free blocks that the lists lead to; NONE if the lists are wrong.
static uint32_t count_listed(const p4_heap* heap) {
    uint32_t count = 0;
    for (uint32_t list = 0; list < P4_HEAP_ROWS * P4_HEAP_COLUMNS; ++list) {
        uint32_t row = list / P4_HEAP_COLUMNS, column = list % P4_HEAP_COLUMNS;
        uint32_t head = heap->lists[row][column];
        if ((head != NONE) != (heap->columns[row] >> column & 1)) return NONE;
        if ((heap->columns[row] != 0) != (heap->rows >> row & 1)) return NONE;
        for (uint32_t offset = head; offset != NONE; offset = at(heap, offset)->next) {
            if (!is_usable_free(heap, offset)) return NONE;
            if (list_of(payload_size(at(heap, offset))) != list || ++count > heap->free_blocks) return NONE;
        }
    }
    return count;
}

p4_status p4_heap_check(const p4_heap* heap) {
    uint32_t free_bytes = 0, free_blocks = 0, used_blocks = 0;
    bool below_is_free = false;
    for (uint32_t offset = 0; heap->size > 0 && offset != NONE; offset = above(heap, offset)) {
        if (!is_sound(heap, offset)) return P4_DAMAGED;
        const header* block = at(heap, offset);
        if (is_free(block)) {
            if (below_is_free) return P4_DAMAGED;
            free_bytes += payload_size(block);
            ++free_blocks;
        } else {
            ++used_blocks;
        }
        below_is_free = is_free(block);
    }
    bool adds_up =
        free_bytes == heap->free_bytes && free_blocks == heap->free_blocks && used_blocks == heap->used_blocks;
    return !heap->damaged && adds_up && count_listed(heap) == free_blocks ? P4_OK : P4_DAMAGED;
}
