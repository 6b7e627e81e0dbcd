// The virtual board's p4_world.
#ifndef P4_VIRTUAL_WORLD_H
#define P4_VIRTUAL_WORLD_H

#include "firmware/core/p4_world.h"

extern const p4_world world;

/// See p4_world.sync.
bool world_sync(void* self, uint32_t address, uint32_t size);

#endif
