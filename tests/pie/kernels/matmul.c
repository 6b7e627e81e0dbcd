/* c[m][n] = a[m][k] * b[k][n]: one element of a for a whole vector of b's row,
 * accumulated in QACC. Rows have any length, so vectors begin anywhere. k > 0. */
#include "common.h"

/* shift counts for the narrow results: >> shift, half to even, saturated. */
#define MATMUL_C(name, element, result, expression)                                                                    \
    static void name##_columns(const element *a, const element *b, result *c, int m, int k, int n, int shift,          \
                               int first) {                                                                            \
        (void)shift;                                                                                                   \
        for (int i = 0; i < m; i++)                                                                                    \
            for (int j = first; j < n; j++) {                                                                          \
                int64_t sum = 0;                                                                                       \
                for (int l = 0; l < k; l++) sum += a[i * k + l] * b[l * n + j];                                        \
                c[i * n + j] = expression;                                                                             \
            }                                                                                                          \
    }                                                                                                                  \
    void name##_c(const element *a, const element *b, result *c, int m, int k, int n, int shift) {                     \
        name##_columns(a, b, c, m, k, n, shift, 0);                                                                    \
    }
MATMUL_C(matmul_s8_s32, int8_t, int32_t, (int32_t)sum)
MATMUL_C(matmul_s8, int8_t, int8_t, clamp_s8(shift_half_even(sum, shift)))
MATMUL_C(matmul_s16, int16_t, int16_t, clamp_s16(shift_half_even(sum, shift)))

#define STORE_S32                                                                                                      \
    p4_st_qacc_l_l_128_ip(to, 16);                                                                                     \
    p4_st_qacc_l_h_128_ip(to, 16);                                                                                     \
    p4_st_qacc_h_l_128_ip(to, 16);                                                                                     \
    p4_st_qacc_h_h_128_ip(to, 16)
#define STORE_S8                                                                                                       \
    p4_srcmb_s8_qacc(q2, shift, 1);                                                                                    \
    p4_vst_128_ip(q2, to, 16)
#define STORE_S16                                                                                                      \
    p4_srcmb_s16_qacc(q2, shift, 1);                                                                                   \
    p4_vst_128_ip(q2, to, 16)

/* The last product stands alone: its fused load would read beyond a. */
#define PRODUCTS_VECTOR(bits)                                                                                          \
    p4_vldbc_##bits##_ip(q1, row, bits / 8);                                                                           \
    for (int l = k - 1; l > 0; l--) {                                                                                  \
        p4_vld_128_xp(q0, column, pitch);                                                                              \
        p4_vmulas_s##bits##_qacc_ldbc_incp(q1, row, q0, q1);                                                           \
    }                                                                                                                  \
    p4_vld_128_xp(q0, column, pitch);                                                                                  \
    p4_vmulas_s##bits##_qacc(q0, q1)
#define PRODUCTS_LOOP(bits)                                                                                            \
    __asm__ volatile("  esp.lp.setup 0, %[k], 1f\n"                                                                    \
                     "  esp.vld.128.xp q0, %[column], %[pitch]\n"                                                      \
                     "  esp.vldbc." #bits ".ip q1, %[row], " #bits "/8\n"                                              \
                     "1: esp.vmulas.s" #bits ".qacc q0, q1\n"                                                          \
                     : [row] "+r"(row), [column] "+r"(column)                                                          \
                     : [k] "r"(k), [pitch] "r"(pitch)                                                                  \
                     : "memory")

#define MATMUL(name, form, element, result, bits, products, store)                                                     \
    void name##_##form(const element *a, const element *b, result *c, int m, int k, int n, int shift) {                \
        enum { lanes = 128 / bits };                                                                                   \
        uint32_t cfg = set_up(P4_ROUND_HALF_EVEN);                                                                     \
        for (int i = 0; i < m; i++) {                                                                                  \
            result *to = c + i * n;                                                                                    \
            for (int j = 0; j + lanes <= n; j += lanes) {                                                              \
                register const element *row __asm__("s8") = a + i * k;                                                 \
                register const element *column __asm__("s9") = b + j;                                                  \
                register int pitch __asm__("s10") = n * (int)sizeof(element);                                          \
                p4_zero_qacc();                                                                                        \
                products(bits);                                                                                        \
                store;                                                                                                 \
            }                                                                                                          \
        }                                                                                                              \
        p4_movx_w_cfg(cfg);                                                                                            \
        name##_columns(a, b, c, m, k, n, shift, n / lanes * lanes);                                                    \
    }
MATMUL(matmul_s8_s32, vector, int8_t, int32_t, 8, PRODUCTS_VECTOR, STORE_S32)
MATMUL(matmul_s8_s32, loop, int8_t, int32_t, 8, PRODUCTS_LOOP, STORE_S32)
MATMUL(matmul_s8, vector, int8_t, int8_t, 8, PRODUCTS_VECTOR, STORE_S8)
MATMUL(matmul_s8, loop, int8_t, int8_t, 8, PRODUCTS_LOOP, STORE_S8)
MATMUL(matmul_s16, vector, int16_t, int16_t, 16, PRODUCTS_VECTOR, STORE_S16)
MATMUL(matmul_s16, loop, int16_t, int16_t, 16, PRODUCTS_LOOP, STORE_S16)
