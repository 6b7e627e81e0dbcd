/* pie.h's functions over arrays, as functions that can be called from outside. */
#include "common.h"

unsigned low_bits_of_address(const uint8_t *p) { return (uintptr_t)p & 15; }

#ifdef __clang__
int made_by_clang(void) { return 1; }
#else
int made_by_clang(void) { return 0; }
#endif

#define DOT(type, element, sum)                                                                                        \
    sum dot_##type(const element *a, int a_at, const element *b, int b_at, int n) {                                    \
        return p4_dot_##type(a + a_at, b + b_at, n);                                                                   \
    }
DOT(s8, int8_t, int32_t)
DOT(u8, uint8_t, uint32_t)
DOT(s16, int16_t, int64_t)
DOT(u16, uint16_t, uint64_t)

#define MAP(name, element)                                                                                             \
    void name(const element *a, int a_at, const element *b, int b_at, element *out, int out_at, int n) {               \
        p4_##name(out + out_at, a + a_at, b + b_at, n);                                                                \
    }
MAP(add_s8, int8_t) MAP(add_u8, uint8_t) MAP(add_s16, int16_t) MAP(add_u16, uint16_t) MAP(add_s32, int32_t)
MAP(sub_s8, int8_t) MAP(sub_u8, uint8_t) MAP(sub_s16, int16_t) MAP(sub_u16, uint16_t) MAP(sub_s32, int32_t)
MAP(max_s8, int8_t) MAP(max_u8, uint8_t) MAP(max_s16, int16_t) MAP(max_s32, int32_t)
MAP(min_s8, int8_t) MAP(min_u8, uint8_t) MAP(min_s16, int16_t) MAP(min_s32, int32_t)

/* a := a + b; then b := a - b, which is the old a. */
void add_s16_to_itself_and_back(int16_t *a, int a_at, int16_t *b, int b_at, int n) {
    p4_add_s16(a + a_at, a + a_at, b + b_at, n);
    p4_sub_s16(b + b_at, a + a_at, b + b_at, n);
}

#define MULTIPLY(type, element)                                                                                        \
    void mul_##type(const element *a, int a_at, const element *b, int b_at, element *out, int out_at, int n,           \
                    int shift) {                                                                                       \
        p4_mul_##type(out + out_at, a + a_at, b + b_at, n, shift);                                                     \
    }
MULTIPLY(s8, int8_t) MULTIPLY(u8, uint8_t) MULTIPLY(s16, int16_t) MULTIPLY(u16, uint16_t)

#define EXTREME(type, element)                                                                                         \
    element largest_##type(const element *a, int a_at, int n) { return p4_largest_##type(a + a_at, n); }               \
    element smallest_##type(const element *a, int a_at, int n) { return p4_smallest_##type(a + a_at, n); }
EXTREME(s8, int8_t) EXTREME(s16, int16_t) EXTREME(s32, int32_t)

void copy(const uint8_t *from, int from_at, uint8_t *to, int to_at, int n) { p4_copy(to + to_at, from + from_at, n); }

/* CFG, from a rounding mode set by hand, after one of the functions that change it. */
uint32_t cfg_after_the_functions(const int16_t *a, int16_t *out, int n, uint32_t cfg) {
    p4_movx_w_cfg(cfg);
    p4_add_s16(out, a, a, n);
    p4_mul_s16(out, a, a, n, 15);
    p4_copy(out, a, n);
    int64_t used = p4_dot_s16(a, a, n) + p4_largest_s16(a, n);
    out[0] = (int16_t)used;
    uint32_t after = p4_movx_r_cfg();
    p4_movx_w_cfg(0);
    return after;
}
