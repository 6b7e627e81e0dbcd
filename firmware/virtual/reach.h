// Which memory a host may use that takes the risk: the memory map, so that no
// address it can think of is a trap on the hart that serves the link.
#ifndef P4_VIRTUAL_REACH_H
#define P4_VIRTUAL_REACH_H

#include "firmware/core/p4_world.h"

/// p4_world.reaches. Of the peripherals whole registers that exist; the link's
/// are not for writing, as it carries the conversation itself.
bool world_reaches(void* self, uint32_t address, uint32_t size, p4_access access);

#endif
