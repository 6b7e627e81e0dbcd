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
    if (size == 0 || size - 1 > UINT32_MAX - address) return P4_DAMAGED;
    if (blocks->count == blocks->room && grow(blocks) != P4_OK) return P4_NO_MEMORY;

    p4_block* rows = rows_of(blocks);
    uint32_t at = count_up_to(blocks, address);
    if (at > 0 && address - rows[at - 1].address < rows[at - 1].size) return P4_DAMAGED;
    if (at < blocks->count && rows[at].address - address < size) return P4_DAMAGED;

    memmove(rows + at + 1, rows + at, (blocks->count - at) * sizeof *rows);
    rows[at] = (p4_block){.address = address, .size = size};
    ++blocks->count;
    return P4_OK;
}

p4_status p4_blocks_remove(p4_blocks* blocks, uint32_t address) {
    uint32_t behind = count_up_to(blocks, address);
    if (behind == 0) return P4_NOT_OWNED;
    p4_block* rows = rows_of(blocks);
    if (rows[behind - 1].address != address) return P4_NOT_OWNED;
    memmove(rows + behind - 1, rows + behind, (blocks->count - behind) * sizeof *rows);
    --blocks->count;
    return P4_OK;
}

bool p4_blocks_hold(const p4_blocks* blocks, uint32_t address, uint32_t size) {
    uint32_t behind = count_up_to(blocks, address);
    if (behind == 0) return false;
    const p4_block* block = rows_of(blocks) + behind - 1;
    uint32_t offset = address - block->address;
    return offset <= block->size && size <= block->size - offset;
}
