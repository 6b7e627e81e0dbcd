// Which memory a session may use that is in none of its blocks.
#ifndef P4JIT_REACH_H
#define P4JIT_REACH_H

#include "firmware/core/p4_world.h"

/// See p4_world: internal RAM, its tightly coupled part, and PSRAM. No registers:
/// many of them trap, or end the chip's clock, when they are looked at; a kernel
/// that knows which does not may do it.
bool p4jit_reaches(void* self, uint32_t address, uint32_t size, p4_access access);

#endif
