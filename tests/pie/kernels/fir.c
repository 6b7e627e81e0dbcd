/* A filter with int16 taps: y[i] = sum of h[k] * x[i + k] >> 15, rounded down,
 * saturated. x has n + taps - 1 samples; h and y may lie anywhere. */
#include "common.h"

enum { q15 = 15 };

void fir_s16_c(const int16_t *x, int x_at, const int16_t *h, int taps, int16_t *y, int n) {
    for (int i = 0; i < n; i++) {
        int64_t sum = 0;
        for (int k = 0; k < taps; k++) sum += h[k] * x[x_at + i + k];
        y[i] = clamp_s16(sum >> q15);
    }
}

/* An output at a time: eight taps an instruction, their sum in XACC. */
void fir_s16_vector(const int16_t *x, int x_at, const int16_t *h, int taps, int16_t *y, int n) {
    uint32_t cfg = set_up(P4_ROUND_DOWN);
    x += x_at;
    for (int i = 0; i < n; i++) {
        const int16_t *px = x + i, *ph = h;
        int64_t rest = 0;
        for (int k = taps & ~7; k < taps; k++) rest += h[k] * px[k];
        p4_movx_w_xacc_l((uint32_t)rest);
        p4_movx_w_xacc_h((uint32_t)(rest >> 32));
        for (int k = taps / 8; k > 0; k--) {
            p4_vld_128_ip(q0, px, 16);
            p4_vld_128_ip(q1, ph, 16);
            p4_vmulas_s16_xacc(q0, q1);
        }
        y[i] = clamp_s16(p4_srs_s_xacc(q15));
    }
    p4_movx_w_cfg(cfg);
}

#define TAP(k)                                                                                                         \
    p4_vld_128_xp(q0, px, 2);                                                                                          \
    p4_vsmulas_s16_qacc(q0, q1, k)

/* Eight outputs at a time, a tap an instruction: one lane of q1 for all of q0. */
void fir_s16_lanes(const int16_t *x, int x_at, const int16_t *h, int taps, int16_t *y, int n) {
    uint32_t cfg = set_up(P4_ROUND_DOWN);
    x += x_at;
    for (int i = n / 8; i > 0; i--, x += 8) {
        const int16_t *px = x, *ph = h;
        p4_zero_qacc();
        for (int k = taps / 8; k > 0; k--) {
            p4_vld_128_ip(q1, ph, 16);
            TAP(0); TAP(1); TAP(2); TAP(3); TAP(4); TAP(5); TAP(6); TAP(7);
        }
        for (int k = taps % 8; k > 0; k--) {
            p4_vldbc_16_ip(q1, ph, 2);
            TAP(0);
        }
        p4_srcmb_s16_qacc(q2, q15, 1);
        p4_vst_128_ip(q2, y, 16);
    }
    p4_movx_w_cfg(cfg);
    fir_s16_c(x, 0, h, taps, y, n % 8);
}

/* The same with a hardware loop over the taps. */
void fir_s16_loop(const int16_t *x, int x_at, const int16_t *h, int taps, int16_t *y, int n) {
    uint32_t cfg = set_up(P4_ROUND_DOWN);
    x += x_at;
    for (int i = n / 8; i > 0; i--, x += 8) {
        register const int16_t *px __asm__("a4") = x;
        register const int16_t *ph __asm__("a5") = h;
        register int step __asm__("t3") = 2;
        __asm__ volatile("  esp.zero.qacc\n"
                         "  esp.lp.setup 0, %[taps], 1f\n"
                         "  esp.vld.128.xp q0, %[x], %[step]\n"
                         "  esp.vldbc.16.ip q1, %[h], 2\n"
                         "1: esp.vmulas.s16.qacc q0, q1\n"
                         : [x] "+r"(px), [h] "+r"(ph)
                         : [taps] "r"(taps), [step] "r"(step)
                         : "memory");
        p4_srcmb_s16_qacc(q2, q15, 1);
        p4_vst_128_ip(q2, y, 16);
    }
    p4_movx_w_cfg(cfg);
    fir_s16_c(x, 0, h, taps, y, n % 8);
}
