#include "firmware/core/p4_blocks.h"

#include <string.h>

enum { FIRST_ROOM = 512 };

static p4_block* rows_of(const p4_blocks* blocks) {
    return (p4_block*)(void*)blocks->world->memory(blocks->world->self, blocks->table);
}

// How many blocks begin at or below the address.
static uint32_t count_up_to(const p4_blocks* blocks, uint32_t address) {
    const p4_block* rows = rows_of(blocks);
    uint32_t low = 0, high = blocks->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (rows[middle].address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

p4_status p4_blocks_start(p4_blocks* blocks, const p4_world* world) {
    uint32_t table = p4_allocate_own(world, FIRST_ROOM * sizeof(p4_block));
    *blocks = (p4_blocks){.world = world, .table = table, .room = FIRST_ROOM};
    return table != 0 ? P4_OK : P4_NO_MEMORY;
}

static p4_status grow(p4_blocks* blocks) {
    const p4_world* world = blocks->world;
    uint32_t table = p4_allocate_own(world, 2 * blocks->room * sizeof(p4_block));
    if (table == 0) return P4_NO_MEMORY;
    memcpy(world->memory(world->self, table), rows_of(blocks), blocks->count * sizeof(p4_block));
    world->release(world->self, blocks->table);
    blocks->table = table;
    blocks->room *= 2;
    return P4_OK;
}

p4_status p4_blocks_add(p4_blocks* blocks, uint32_t address, uint32_t size) {
    return p4_blocks_add_for(blocks, 0, address, size);
}

p4_status p4_blocks_add_for(p4_blocks* blocks, uint32_t owner, uint32_t address, uint32_t size) {
    if (size == 0 || size - 1 > UINT32_MAX - address) return P4_DAMAGED;
    if (blocks->count == blocks->room && grow(blocks) != P4_OK) return P4_NO_MEMORY;

    p4_block* rows = rows_of(blocks);
    uint32_t at = count_up_to(blocks, address);
    if (at > 0 && address - rows[at - 1].address < rows[at - 1].size) return P4_DAMAGED;
    if (at < blocks->count && rows[at].address - address < size) return P4_DAMAGED;

    memmove(rows + at + 1, rows + at, (blocks->count - at) * sizeof *rows);
    rows[at] = (p4_block){.address = address, .size = size, .owner = owner};
    ++blocks->count;
    return P4_OK;
}

static void strike_out(p4_blocks* blocks, uint32_t at) {
    p4_block* rows = rows_of(blocks);
    memmove(rows + at, rows + at + 1, (blocks->count - at - 1) * sizeof *rows);
    --blocks->count;
}

p4_status p4_blocks_remove(p4_blocks* blocks, uint32_t address) {
    uint32_t behind = count_up_to(blocks, address);
    if (behind == 0 || rows_of(blocks)[behind - 1].address != address) return P4_NOT_OWNED;
    strike_out(blocks, behind - 1);
    return P4_OK;
}

p4_status p4_blocks_remove_for(p4_blocks* blocks, uint32_t owner, uint32_t address) {
    return p4_blocks_hold_for(blocks, owner, address, 1) ? p4_blocks_remove(blocks, address) : P4_NOT_OWNED;
}

uint32_t p4_blocks_take(p4_blocks* blocks, uint32_t owner) {
    const p4_block* rows = rows_of(blocks);
    for (uint32_t at = blocks->count; at > 0; --at) {
        if (rows[at - 1].owner != owner) continue;
        uint32_t address = rows[at - 1].address;
        strike_out(blocks, at - 1);
        return address;
    }
    return 0;
}

// The block that holds the range, or NULL.
static const p4_block* find(const p4_blocks* blocks, uint32_t address, uint32_t size) {
    uint32_t behind = count_up_to(blocks, address);
    if (behind == 0) return NULL;
    const p4_block* block = rows_of(blocks) + behind - 1;
    uint32_t offset = address - block->address;
    return offset <= block->size && size <= block->size - offset ? block : NULL;
}

bool p4_blocks_hold(const p4_blocks* blocks, uint32_t address, uint32_t size) {
    return find(blocks, address, size) != NULL;
}

bool p4_blocks_hold_for(const p4_blocks* blocks, uint32_t owner, uint32_t address, uint32_t size) {
    const p4_block* block = find(blocks, address, size);
    return block != NULL && block->owner == owner;
}

uint32_t p4_blocks_allocate(p4_blocks* blocks, uint32_t owner, uint32_t size, uint32_t caps, uint32_t alignment) {
    const p4_world* world = blocks->world;
    if (size == 0 || caps == 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) return 0;
    if (size > UINT32_MAX - (P4_CACHE_LINE - 1)) return 0;
    uint32_t lines = (size + P4_CACHE_LINE - 1) & ~(P4_CACHE_LINE - 1);
    if (alignment < P4_CACHE_LINE) alignment = P4_CACHE_LINE;
    uint32_t address = world->allocate(world->self, lines, caps, alignment);
    if (address == 0) return 0;
    p4_status status = p4_blocks_add_for(blocks, owner, address, size);
    // A block that overlaps another one is not ours to give back.
    if (status == P4_NO_MEMORY) world->release(world->self, address);
    return status == P4_OK ? address : 0;
}

p4_status p4_blocks_free(p4_blocks* blocks, uint32_t owner, uint32_t address) {
    if (p4_blocks_remove_for(blocks, owner, address) != P4_OK) return P4_NOT_OWNED;
    blocks->world->release(blocks->world->self, address);
    return P4_OK;
}
