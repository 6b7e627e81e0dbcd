/* Saturating sums and products of int16, as the loops of fused instructions
 * that shipped kernels have: the next load and the last store ride along. */
#include "common.h"

#define ELEMENTWISE(name, expression, call)                                                                            \
    void name##_c(const int16_t *a, int a_at, const int16_t *b, int b_at, int16_t *out, int out_at, int n) {           \
        for (int i = 0; i < n; i++) {                                                                                  \
            int x = a[a_at + i], y = b[b_at + i];                                                                      \
            out[out_at + i] = clamp_s16(expression);                                                                   \
        }                                                                                                              \
    }                                                                                                                  \
    void name##_vector(const int16_t *a, int a_at, const int16_t *b, int b_at, int16_t *out, int out_at, int n) {      \
        call;                                                                                                          \
    }
ELEMENTWISE(add_s16, x + y, p4_add_s16(out + out_at, a + a_at, b + b_at, n))
ELEMENTWISE(mul_s16, (x * y) >> 15, p4_mul_s16(out + out_at, a + a_at, b + b_at, n, 15))

/* The loads of a are one turn ahead, the stores one behind. */
#define FUSED_LOOP(name, load, store, plain)                                                                           \
    void name##_loop(const int16_t *a, int a_at, const int16_t *b, int b_at, int16_t *out, int out_at, int n) {        \
        register const int16_t *pa __asm__("a2") = a + a_at;                                                           \
        register const int16_t *pb __asm__("a3") = b + b_at;                                                           \
        register int16_t *to __asm__("a4") = out + out_at;                                                             \
        int turns = n / 8 - 1;                                                                                         \
        uint32_t cfg = set_up(P4_ROUND_DOWN);                                                                          \
        p4_movx_w_sar(15);                                                                                             \
        if (turns > 0)                                                                                                 \
            __asm__ volatile("  esp.vld.128.ip q0, %[a], 16\n"                                                         \
                             "  esp.vld.128.ip q1, %[b], 16\n"                                                         \
                             "  esp.lp.setup 0, %[turns], 1f\n"                                                        \
                             "  " load " q0, %[a], q2, q0, q1\n"                                                       \
                             "  esp.vld.128.ip q1, %[b], 16\n"                                                         \
                             "1: esp.vst.128.ip q2, %[to], 16\n"                                                       \
                             "  " plain " q2, q0, q1\n"                                                                \
                             "  " store " q2, %[to], q3, q0, q1\n"                                                     \
                             : [a] "+r"(pa), [b] "+r"(pb), [to] "+r"(to)                                               \
                             : [turns] "r"(turns)                                                                      \
                             : "memory");                                                                              \
        p4_movx_w_cfg(cfg);                                                                                            \
        int done = turns > 0 ? n & ~7 : 0;                                                                             \
        name##_c(a, a_at + done, b, b_at + done, out, out_at + done, n - done);                                        \
    }
FUSED_LOOP(add_s16, "esp.vadd.s16.ld.incp", "esp.vadd.s16.st.incp", "esp.vadd.s16")
FUSED_LOOP(mul_s16, "esp.vmul.s16.ld.incp", "esp.vmul.s16.st.incp", "esp.vmul.s16")
