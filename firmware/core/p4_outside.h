// Memory that is no block of the session: for hosts that opened it with UNSAFE
// and so take the risk, to look at registers or at the firmware's own data. The
// world says what there is.
#ifndef P4_OUTSIDE_H
#define P4_OUTSIDE_H

#include "firmware/core/p4_world.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct p4_core p4_core;

/// 0: the session may use these bytes, which are in none of its blocks.
/// P4_V2_ERROR_NOT_OWNED: it was not opened for that; P4_V2_ERROR_UNREACHABLE:
/// the world has no such memory, or the range is empty or wraps around.
uint32_t p4_outside_error(const p4_core* core, uint32_t address, uint32_t size, p4_access access);

/// Copies up to P4_V2_LIMIT_OUTSIDE bytes into core->outside; as words, each
/// read once, if address and size are multiples of four.
void p4_outside_read(p4_core* core, uint32_t address, uint32_t size);

/// The other way round.
void p4_outside_write(const p4_core* core, uint32_t address, const uint8_t* from, uint32_t size);

#ifdef __cplusplus
}
#endif
#endif
