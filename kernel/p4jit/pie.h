/* The ESP32-P4's vector unit for C and C++ kernels: types, the instructions as
 * macros (pie_instructions.h), and functions over whole arrays, which need no
 * knowledge of the unit at all.
 *
 *     #include <p4jit/pie.h>
 *     int dot(const int8_t *a, const int8_t *b, int n) { return p4_dot_s8(a, b, n); }
 *
 * The functions take any length and any alignment. They use q0 to q3, QACC or
 * XACC, SAR and CFG, and give CFG back as it was. A function of your own that
 * uses the macros may rely on nothing in the unit but what it set itself.
 * docs/pie.md has the registers and rules.
 */
#ifndef P4JIT_PIE_H
#define P4JIT_PIE_H

#include <stdint.h>

#include <p4jit/pie_instructions.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Vectors in memory: sixteen bytes, aligned to sixteen. */
typedef int8_t p4_s8x16 __attribute__((vector_size(16)));
typedef uint8_t p4_u8x16 __attribute__((vector_size(16)));
typedef int16_t p4_s16x8 __attribute__((vector_size(16)));
typedef uint16_t p4_u16x8 __attribute__((vector_size(16)));
typedef int32_t p4_s32x4 __attribute__((vector_size(16)));
typedef uint32_t p4_u32x4 __attribute__((vector_size(16)));

#define P4_INLINE static inline __attribute__((always_inline))

/* ---- CFG ---- */

enum {
    P4_CFG_MISALIGNED_STORES = 1 << 0,
    P4_CFG_MISALIGNED_LOADS = 1 << 1,
    P4_CFG_SATURATED = 1 << 2,      /* something saturated since it was cleared */
    P4_CFG_INEXACT = 1 << 3,        /* P4_ROUND_UNNECESSARY was not true */
    P4_CFG_NOTE_SATURATION = 1 << 8 /* P4_CFG_SATURATED is kept, and cleared by reading CFG */
};

/* How right shifts of vector instructions round. */
typedef enum {
    P4_ROUND_DOWN,
    P4_ROUND_UP,
    P4_ROUND_AWAY,
    P4_ROUND_TOWARD_ZERO,
    P4_ROUND_HALF_AWAY,
    P4_ROUND_HALF_TOWARD_ZERO,
    P4_ROUND_HALF_EVEN,
    P4_ROUND_UNNECESSARY
} p4_rounding;

/* CFG with another rounding mode. */
P4_INLINE uint32_t p4_cfg_with_rounding(uint32_t cfg, p4_rounding mode) {
    return (cfg & ~(0xFu << 4)) | (uint32_t)mode << 4;
}

/* Sets the rounding mode; returns CFG as it was, for p4_movx_w_cfg(). */
P4_INLINE uint32_t p4_set_rounding(p4_rounding mode) {
    uint32_t before = p4_movx_r_cfg();
    p4_movx_w_cfg(p4_cfg_with_rounding(before, mode));
    return before;
}

/* Lets vector loads and stores use any address; returns CFG as it was. */
P4_INLINE uint32_t p4_allow_misaligned(void) {
    uint32_t before = p4_movx_r_cfg();
    p4_movx_w_cfg(before | P4_CFG_MISALIGNED_LOADS | P4_CFG_MISALIGNED_STORES);
    return before;
}

/* ---- XACC ---- */

/* XACC as a signed 40-bit number. */
P4_INLINE int64_t p4_xacc(void) {
    uint32_t low = p4_movx_r_xacc_l();
    return (int64_t)(int8_t)p4_movx_r_xacc_h() * ((int64_t)1 << 32) + low;
}

/* XACC as an unsigned 40-bit number. */
P4_INLINE uint64_t p4_xacc_unsigned(void) {
    uint32_t low = p4_movx_r_xacc_l();
    return (uint64_t)(p4_movx_r_xacc_h() & 0xFF) << 32 | low;
}

/* ---- sums of products ---- */

/* The sum of a[i] * b[i] over n elements. Whole vectors are summed in 40 bits
 * and saturate there: 8-bit lanes after 33 million elements at the earliest,
 * 16-bit lanes after 511. */
#define P4_DOT(name, element, sum, instruction, accumulator)                                                           \
    P4_INLINE sum name(const element *a, const element *b, int n) {                                                    \
        enum { lanes = 16 / sizeof(element) };                                                                         \
        uint32_t cfg = p4_allow_misaligned();                                                                          \
        p4_zero_xacc();                                                                                                \
        const element *end = a + (n / lanes) * lanes;                                                                  \
        while (a != end) {                                                                                             \
            p4_vld_128_ip(q0, a, 16);                                                                                  \
            p4_vld_128_ip(q1, b, 16);                                                                                  \
            instruction(q0, q1);                                                                                       \
        }                                                                                                              \
        sum total = (sum)accumulator();                                                                                \
        for (int i = 0; i < n % lanes; i++) total += (sum)a[i] * b[i];                                                 \
        p4_movx_w_cfg(cfg);                                                                                            \
        return total;                                                                                                  \
    }
P4_DOT(p4_dot_s8, int8_t, int32_t, p4_vmulas_s8_xacc, p4_xacc)
P4_DOT(p4_dot_u8, uint8_t, uint32_t, p4_vmulas_u8_xacc, p4_xacc_unsigned)
P4_DOT(p4_dot_s16, int16_t, int64_t, p4_vmulas_s16_xacc, p4_xacc)
P4_DOT(p4_dot_u16, uint16_t, uint64_t, p4_vmulas_u16_xacc, p4_xacc_unsigned)
#undef P4_DOT

/* ---- element by element ---- */

P4_INLINE int32_t p4_clamp(int64_t value, int64_t low, int64_t high) {
    return (int32_t)(value < low ? low : value > high ? high : value);
}

/* out[i] := expression of a[i] and b[i], n elements; out may be a or b. */
#define P4_MAP(name, element, instruction, expression)                                                                 \
    P4_INLINE void name(element *out, const element *a, const element *b, int n) {                                     \
        enum { lanes = 16 / sizeof(element) };                                                                         \
        uint32_t cfg = p4_allow_misaligned();                                                                          \
        for (int i = n / lanes; i > 0; i--) {                                                                          \
            p4_vld_128_ip(q0, a, 16);                                                                                  \
            p4_vld_128_ip(q1, b, 16);                                                                                  \
            instruction(q2, q0, q1);                                                                                   \
            p4_vst_128_ip(q2, out, 16);                                                                                \
        }                                                                                                              \
        for (int i = 0; i < n % lanes; i++) out[i] = (element)(expression);                                            \
        p4_movx_w_cfg(cfg);                                                                                            \
    }
/* Sums and differences, saturated. */
P4_MAP(p4_add_s8, int8_t, p4_vadd_s8, p4_clamp(a[i] + b[i], INT8_MIN, INT8_MAX))
P4_MAP(p4_add_u8, uint8_t, p4_vadd_u8, p4_clamp(a[i] + b[i], 0, UINT8_MAX))
P4_MAP(p4_add_s16, int16_t, p4_vadd_s16, p4_clamp(a[i] + b[i], INT16_MIN, INT16_MAX))
P4_MAP(p4_add_u16, uint16_t, p4_vadd_u16, p4_clamp(a[i] + b[i], 0, UINT16_MAX))
P4_MAP(p4_add_s32, int32_t, p4_vadd_s32, p4_clamp((int64_t)a[i] + b[i], INT32_MIN, INT32_MAX))
P4_MAP(p4_sub_s8, int8_t, p4_vsub_s8, p4_clamp(a[i] - b[i], INT8_MIN, INT8_MAX))
P4_MAP(p4_sub_u8, uint8_t, p4_vsub_u8, p4_clamp(a[i] - b[i], 0, UINT8_MAX))
P4_MAP(p4_sub_s16, int16_t, p4_vsub_s16, p4_clamp(a[i] - b[i], INT16_MIN, INT16_MAX))
P4_MAP(p4_sub_u16, uint16_t, p4_vsub_u16, p4_clamp(a[i] - b[i], 0, UINT16_MAX))
P4_MAP(p4_sub_s32, int32_t, p4_vsub_s32, p4_clamp((int64_t)a[i] - b[i], INT32_MIN, INT32_MAX))
/* The larger and the smaller. */
P4_MAP(p4_max_s8, int8_t, p4_vmax_s8, a[i] > b[i] ? a[i] : b[i])
P4_MAP(p4_max_u8, uint8_t, p4_vmax_u8, a[i] > b[i] ? a[i] : b[i])
P4_MAP(p4_max_s16, int16_t, p4_vmax_s16, a[i] > b[i] ? a[i] : b[i])
P4_MAP(p4_max_s32, int32_t, p4_vmax_s32, a[i] > b[i] ? a[i] : b[i])
P4_MAP(p4_min_s8, int8_t, p4_vmin_s8, a[i] < b[i] ? a[i] : b[i])
P4_MAP(p4_min_u8, uint8_t, p4_vmin_u8, a[i] < b[i] ? a[i] : b[i])
P4_MAP(p4_min_s16, int16_t, p4_vmin_s16, a[i] < b[i] ? a[i] : b[i])
P4_MAP(p4_min_s32, int32_t, p4_vmin_s32, a[i] < b[i] ? a[i] : b[i])
#undef P4_MAP

/* out[i] := a[i] * b[i] >> shift, rounded down and saturated: with shift 7
 * (15) the product of fractions in Q7 (Q15). 0 <= shift < twice the lane's bits. */
#define P4_MULTIPLY(name, element, instruction, low, high)                                                             \
    P4_INLINE void name(element *out, const element *a, const element *b, int n, int shift) {                          \
        enum { lanes = 16 / sizeof(element) };                                                                         \
        uint32_t cfg = p4_allow_misaligned();                                                                          \
        p4_movx_w_cfg(p4_cfg_with_rounding(cfg, P4_ROUND_DOWN) | P4_CFG_MISALIGNED_LOADS | P4_CFG_MISALIGNED_STORES);  \
        p4_movx_w_sar((uint32_t)shift);                                                                                \
        for (int i = n / lanes; i > 0; i--) {                                                                          \
            p4_vld_128_ip(q0, a, 16);                                                                                  \
            p4_vld_128_ip(q1, b, 16);                                                                                  \
            instruction(q2, q0, q1);                                                                                   \
            p4_vst_128_ip(q2, out, 16);                                                                                \
        }                                                                                                              \
        for (int i = 0; i < n % lanes; i++) out[i] = (element)p4_clamp(((int64_t)a[i] * b[i]) >> shift, low, high);    \
        p4_movx_w_cfg(cfg);                                                                                            \
    }
P4_MULTIPLY(p4_mul_s8, int8_t, p4_vmul_s8, INT8_MIN, INT8_MAX)
P4_MULTIPLY(p4_mul_u8, uint8_t, p4_vmul_u8, 0, UINT8_MAX)
P4_MULTIPLY(p4_mul_s16, int16_t, p4_vmul_s16, INT16_MIN, INT16_MAX)
P4_MULTIPLY(p4_mul_u16, uint16_t, p4_vmul_u16, 0, UINT16_MAX)
#undef P4_MULTIPLY

/* ---- one array ---- */

/* The largest and the smallest element of n, which is at least 1. */
#define P4_EXTREME(name, element, better, instruction, reduce)                                                         \
    P4_INLINE element name(const element *a, int n) {                                                                  \
        enum { lanes = 16 / sizeof(element) };                                                                         \
        element best = a[0];                                                                                           \
        uint32_t cfg = p4_allow_misaligned();                                                                          \
        if (n >= lanes) {                                                                                              \
            p4_vld_128_ip(q0, a, 16);                                                                                  \
            for (int i = n / lanes - 1; i > 0; i--) {                                                                  \
                p4_vld_128_ip(q1, a, 16);                                                                              \
                instruction(q0, q0, q1);                                                                               \
            }                                                                                                          \
            best = (element)reduce(q0);                                                                                \
        }                                                                                                              \
        for (int i = 0; i < n % lanes; i++)                                                                            \
            if (a[i] better best) best = a[i];                                                                         \
        p4_movx_w_cfg(cfg);                                                                                            \
        return best;                                                                                                   \
    }
P4_EXTREME(p4_largest_s8, int8_t, >, p4_vmax_s8, p4_max_s8_a)
P4_EXTREME(p4_largest_s16, int16_t, >, p4_vmax_s16, p4_max_s16_a)
P4_EXTREME(p4_largest_s32, int32_t, >, p4_vmax_s32, p4_max_s32_a)
P4_EXTREME(p4_smallest_s8, int8_t, <, p4_vmin_s8, p4_min_s8_a)
P4_EXTREME(p4_smallest_s16, int16_t, <, p4_vmin_s16, p4_min_s16_a)
P4_EXTREME(p4_smallest_s32, int32_t, <, p4_vmin_s32, p4_min_s32_a)
#undef P4_EXTREME

/* Copies n bytes, which do not overlap. */
P4_INLINE void p4_copy(void *out, const void *in, int n) {
    uint8_t *to = (uint8_t *)out;
    const uint8_t *from = (const uint8_t *)in;
    uint32_t cfg = p4_allow_misaligned();
    for (int i = n / 16; i > 0; i--) {
        p4_vld_128_ip(q0, from, 16);
        p4_vst_128_ip(q0, to, 16);
    }
    for (int i = 0; i < n % 16; i++) to[i] = from[i];
    p4_movx_w_cfg(cfg);
}

#ifdef __cplusplus
}
#endif

#endif
