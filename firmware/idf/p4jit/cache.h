// Making what the host wrote visible to instruction fetch and DMA.
#ifndef P4JIT_CACHE_H
#define P4JIT_CACHE_H

#include <stdbool.h>
#include <stdint.h>

/// See p4_world.sync. The range may begin and end anywhere; what is done is done
/// to whole cache lines, which the core's blocks share with nobody.
bool p4jit_cache_sync(void* self, uint32_t address, uint32_t size);

#endif
