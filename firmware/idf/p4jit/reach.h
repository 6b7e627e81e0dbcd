// Which memory a session may use that is in none of its blocks.
#ifndef P4JIT_REACH_H
#define P4JIT_REACH_H

#include "firmware/core/p4_world.h"

/// See p4_world: internal RAM, TCM and PSRAM. No flash and no registers: where
/// nothing is mapped or clocked an access ends in a restart.
bool p4jit_reaches(void* self, uint32_t address, uint32_t size, p4_access access);

#endif
