// Which address ranges the host has allocated, so that nothing else is read,
// written, run or freed. Rows are sorted by address; look-ups are binary
// searches. The table lives in memory from the world and doubles when full.
#ifndef P4_BLOCKS_H
#define P4_BLOCKS_H

#include "firmware/core/p4_world.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct p4_block {
    uint32_t address;
    uint32_t size;  // bytes, not 0
    uint32_t owner; // a session; 0: allocated with v1
} p4_block;

typedef struct p4_blocks {
    const p4_world* world;
    uint32_t table; // address of the rows
    uint32_t count, room;
} p4_blocks;

/// Starts empty. P4_OK; P4_NO_MEMORY: not even for an empty table.
p4_status p4_blocks_start(p4_blocks* blocks, const p4_world* world);

/// Enters a block of nobody. P4_OK; P4_NO_MEMORY: the table is full and cannot grow;
/// P4_DAMAGED: it is empty, wraps around or overlaps a block, so whoever
/// allocated it is not to be trusted. Unless P4_OK nothing has changed.
p4_status p4_blocks_add(p4_blocks* blocks, uint32_t address, uint32_t size);

/// The same, with an owner.
p4_status p4_blocks_add_for(p4_blocks* blocks, uint32_t owner, uint32_t address, uint32_t size);

/// Strikes out the block that begins at the address. P4_OK or P4_NOT_OWNED.
p4_status p4_blocks_remove(p4_blocks* blocks, uint32_t address);

/// Does the whole range lie inside one block? An empty range may also lie
/// directly behind a block's last byte.
bool p4_blocks_hold(const p4_blocks* blocks, uint32_t address, uint32_t size);

/// The same, and it is the owner's.
bool p4_blocks_hold_for(const p4_blocks* blocks, uint32_t owner, uint32_t address, uint32_t size);

/// Strikes out the block that begins at the address if it is the owner's.
/// P4_OK or P4_NOT_OWNED.
p4_status p4_blocks_remove_for(p4_blocks* blocks, uint32_t owner, uint32_t address);

/// Strikes out the last block of an owner; returns its address, 0: it has none.
uint32_t p4_blocks_take(p4_blocks* blocks, uint32_t owner);

/// A block from the world that shares no cache line with anything else,
/// entered for the owner. 0: size or caps is 0, alignment is no power of two,
/// or there is no memory.
uint32_t p4_blocks_allocate(p4_blocks* blocks, uint32_t owner, uint32_t size, uint32_t caps, uint32_t alignment);

/// Gives a block of the owner back to the world. P4_OK or P4_NOT_OWNED.
p4_status p4_blocks_free(p4_blocks* blocks, uint32_t owner, uint32_t address);

#ifdef __cplusplus
}
#endif
#endif
