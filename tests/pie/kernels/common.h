/* What the kernels of this folder share. Each piece of work has several forms,
 * which are compared: NAME_c in plain C, NAME_vector with the macros of pie.h,
 * NAME_loop with a hardware loop as well. Where a vector may lie anywhere, a
 * pointer is followed by the index its data begin at. */
#ifndef COMMON_H
#define COMMON_H

#include <p4jit/pie.h>

P4_INLINE int64_t clamp(int64_t value, int64_t low, int64_t high) {
    return value < low ? low : value > high ? high : value;
}
P4_INLINE int8_t clamp_s8(int64_t value) { return (int8_t)clamp(value, INT8_MIN, INT8_MAX); }
P4_INLINE int16_t clamp_s16(int64_t value) { return (int16_t)clamp(value, INT16_MIN, INT16_MAX); }

/* value / 2^shift, half to even. */
P4_INLINE int64_t shift_half_even(int64_t value, int shift) {
    if (shift == 0) return value;
    int64_t down = value >> shift, rest = value - (down << shift), half = (int64_t)1 << (shift - 1);
    return down + (rest > half || (rest == half && (down & 1)));
}

/* Any address, and that rounding; returns CFG as it was. */
P4_INLINE uint32_t set_up(p4_rounding mode) {
    uint32_t before = p4_allow_misaligned();
    p4_set_rounding(mode);
    return before;
}

#endif
