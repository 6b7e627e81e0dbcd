// Cycles of a long run from a counter of 32 bits, which wraps every ten seconds
// or so. Whether silicon has the counter's upper half (cycleh) is not known.
#ifndef P4JIT_CYCLES_H
#define P4JIT_CYCLES_H

#include <stdint.h>

/// Cycles from `from` to `to`, which a clock says took about `us` microseconds
/// at `mhz`. The two may disagree by less than half a wrap.
static inline uint64_t p4jit_cycles(uint32_t from, uint32_t to, uint64_t us, uint32_t mhz) {
    uint32_t low = to - from;
    uint64_t about = us * mhz;
    uint64_t half = UINT64_C(1) << 31;
    uint64_t wraps = about + half > low ? (about + half - low) >> 32 : 0;
    return (wraps << 32) + low;
}

#endif
