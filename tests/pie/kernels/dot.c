/* Dot products: XACC, fused loads, a hardware loop. */
#include "common.h"

/* One product behind the other; the last one without the fused load, which
 * would read beyond the end. */
#define DOT(type, element, sum, accumulator)                                                                           \
    sum dot_##type##_c(const element *a, int a_at, const element *b, int b_at, int n) {                                \
        sum total = 0;                                                                                                 \
        for (int i = 0; i < n; i++) total += (sum)a[a_at + i] * b[b_at + i];                                           \
        return total;                                                                                                  \
    }                                                                                                                  \
    sum dot_##type##_vector(const element *a, int a_at, const element *b, int b_at, int n) {                           \
        return p4_dot_##type(a + a_at, b + b_at, n);                                                                   \
    }                                                                                                                  \
    sum dot_##type##_loop(const element *a, int a_at, const element *b, int b_at, int n) {                             \
        enum { lanes = 16 / sizeof(element) };                                                                         \
        uint32_t cfg = p4_allow_misaligned();                                                                          \
        register const element *pa __asm__("a2") = a + a_at;                                                           \
        register const element *pb __asm__("a3") = b + b_at;                                                           \
        int turns = n / lanes;                                                                                         \
        p4_zero_xacc();                                                                                                \
        if (turns > 0) {                                                                                               \
            __asm__ volatile("  esp.vld.128.ip q0, %[a], 16\n"                                                         \
                             "  esp.vld.128.ip q1, %[b], 16\n"                                                         \
                             "  addi %[turns], %[turns], -1\n"                                                         \
                             "  beqz %[turns], 2f\n"                                                                   \
                             "  esp.lp.setup 0, %[turns], 1f\n"                                                        \
                             "  esp.vmulas." #type ".xacc.ld.ip q0, %[a], 16, q0, q1\n"                                \
                             "1: esp.vld.128.ip q1, %[b], 16\n"                                                        \
                             "2: esp.vmulas." #type ".xacc q0, q1\n"                                                   \
                             : [a] "+r"(pa), [b] "+r"(pb), [turns] "+r"(turns)                                         \
                             :                                                                                         \
                             : "memory");                                                                              \
        }                                                                                                              \
        sum total = (sum)accumulator();                                                                                \
        for (int i = 0; i < n % lanes; i++) total += (sum)pa[i] * pb[i];                                               \
        p4_movx_w_cfg(cfg);                                                                                            \
        return total;                                                                                                  \
    }
DOT(s8, int8_t, int32_t, p4_xacc)
DOT(u8, uint8_t, uint32_t, p4_xacc_unsigned)
DOT(s16, int16_t, int64_t, p4_xacc)

/* All in assembly: n is a multiple of 16, and not 0; both are aligned. It is
 * called by a function in C since clang tells no parameters of naked ones. */
__attribute__((naked)) int32_t dot_s8_in_assembly(const int8_t *a, const int8_t *b, int n) {
    __asm__("  srli a2, a2, 4\n"
            "  esp.zero.xacc\n"
            "  esp.lp.setup 1, a2, last\n"
            "  esp.vld.128.ip q6, a0, 16\n"
            "  esp.vld.128.ip q7, a1, 16\n"
            "last:\n"
            "  esp.vmulas.s8.xacc q6, q7\n"
            "  esp.movx.r.xacc.l a0\n"
            "  ret\n");
}
int32_t dot_s8_naked(const int8_t *a, const int8_t *b, int n) { return dot_s8_in_assembly(a, b, n); }
