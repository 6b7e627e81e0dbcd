/* A complex FFT in int16, radix 2, decimation in frequency, each stage halved:
 * the result is the transform / n, in bit-reversed order. n = 8, 16, 32 ...
 * Numbers are re, im in turn, of magnitude 16383 at most, so no stage overflows.
 *
 * Twiddles, re, im: those of each stage from the first on, exp(-2 pi i j / size)
 * for j < size / 2, for sizes n, n / 2 ... 8. The last two stages have all their
 * butterflies in one register; theirs are {1, 1, 1, -i} and {1, 1, 1, 1}. */
#include "common.h"

typedef struct {
    int16_t re, im;
} complex16;

enum { half_and_q15 = 16 };

static complex16 times(complex16 a, complex16 b) {
    return (complex16){clamp_s16(shift_half_even(a.re * b.re - a.im * b.im, half_and_q15)),
                       clamp_s16(shift_half_even(a.re * b.im + a.im * b.re, half_and_q15))};
}
static complex16 sum(complex16 a, complex16 b) {
    return (complex16){(int16_t)(a.re + b.re), (int16_t)(a.im + b.im)};
}
static complex16 difference(complex16 a, complex16 b) {
    return (complex16){(int16_t)(a.re - b.re), (int16_t)(a.im - b.im)};
}
static complex16 half_sum(complex16 a, complex16 b) {
    return (complex16){(int16_t)shift_half_even(a.re + b.re, 1), (int16_t)shift_half_even(a.im + b.im, 1)};
}

void fft_c(int16_t *data, const int16_t *twiddles, int n) {
    complex16 *x = (complex16 *)data;
    const complex16 *w = (const complex16 *)twiddles;
    int half = n / 2;
    for (; half >= 4; w += half, half /= 2)
        for (int block = 0; block < n; block += 2 * half)
            for (int j = block; j < block + half; j++) {
                complex16 a = x[j], b = x[j + half];
                x[j] = half_sum(a, b);
                x[j + half] = times(difference(a, b), w[j - block]);
            }
    for (; half >= 1; w += 4, half /= 2)
        for (int i = 0; i < n; i += 2 * half)
            for (int j = 0; j < half; j++) {
                complex16 a = x[i + j], b = x[i + j + half];
                x[i + j] = times(sum(a, b), w[0]);
                x[i + j + half] = times(difference(a, b), half == 2 ? w[2 + j] : w[2]);
            }
}

#define TIMES(qz, qx, qy)                                                                                              \
    p4_cmul_s16(qz, qx, qy, 0);                                                                                        \
    p4_cmul_s16(qz, qx, qy, 1)

void fft_vector(int16_t *data, const int16_t *twiddles, int n) {
    uint32_t cfg = p4_set_rounding(P4_ROUND_HALF_EVEN);
    p4_movx_w_sar(half_and_q15);
    int half = n / 2;
    for (; half >= 4; twiddles += 2 * half, half /= 2)
        for (int block = 0; block < n; block += 2 * half) {
            const int16_t *w = twiddles;
            int16_t *low = data + 2 * block, *high = low + 2 * half, *from = low, *from_high = high;
            for (int j = half / 4; j > 0; j--) {
                p4_vld_128_ip(q0, from, 16);
                p4_vld_128_ip(q1, from_high, 16);
                p4_vld_128_ip(q2, w, 16);
                p4_fft_r2bf_s16_st_incp(q3, q0, q1, low, 1);
                TIMES(q4, q3, q2);
                p4_vst_128_ip(q4, high, 16);
            }
        }
    p4_vld_128_ip(q6, twiddles, 16);
    p4_vld_128_ip(q7, twiddles, 16);
    for (int i = n / 8; i > 0; i--) {
        int16_t *from = data, *to = data;
        p4_vld_128_ip(q0, from, 16);
        p4_vld_128_ip(q1, from, 16);
        p4_fft_r2bf_s16(q2, q3, q0, q1, 0);
        TIMES(q0, q2, q6);
        TIMES(q1, q3, q6);
        p4_fft_r2bf_s16(q2, q3, q0, q1, 1);
        TIMES(q0, q2, q7);
        TIMES(q1, q3, q7);
        /* q0: two sums, two differences of the first register, q1 of the second. */
        p4_vunzip_32(q0, q1);
        p4_vst_l_64_ip(q0, to, 8);
        p4_vst_l_64_ip(q1, to, 8);
        p4_vst_h_64_ip(q0, to, 8);
        p4_vst_h_64_ip(q1, to, 8);
        data += 16;
    }
    p4_movx_w_cfg(cfg);
}
