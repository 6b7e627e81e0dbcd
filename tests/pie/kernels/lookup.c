/* Words from a table, by 16-bit index, and words into one. */
#include "common.h"

void gather_c(const uint32_t *table, const uint16_t *index, uint32_t *out, int n) {
    for (int i = 0; i < n; i++) out[i] = table[index[i]];
}

#define EIGHT(move)                                                                                                    \
    move(q1, q0, table, 0, 0); move(q1, q0, table, 1, 1); move(q1, q0, table, 2, 2); move(q1, q0, table, 3, 3);        \
    move(q2, q0, table, 0, 4); move(q2, q0, table, 1, 5); move(q2, q0, table, 2, 6); move(q2, q0, table, 3, 7)

void gather_vector(const uint32_t *table, const uint16_t *index, uint32_t *out, int n) {
    for (int i = n / 8; i > 0; i--) {
        p4_vld_128_ip(q0, index, 16);
        EIGHT(p4_ldxq_32);
        p4_vst_128_ip(q1, out, 16);
        p4_vst_128_ip(q2, out, 16);
    }
    gather_c(table, index, out, n % 8);
}

void scatter_c(uint32_t *table, const uint16_t *index, const uint32_t *in, int n) {
    for (int i = 0; i < n; i++) table[index[i]] = in[i];
}

void scatter_vector(uint32_t *table, const uint16_t *index, const uint32_t *in, int n) {
    for (int i = n / 8; i > 0; i--) {
        p4_vld_128_ip(q0, index, 16);
        p4_vld_128_ip(q1, in, 16);
        p4_vld_128_ip(q2, in, 16);
        EIGHT(p4_stxq_32);
    }
    scatter_c(table, index, in, n % 8);
}

/* Exchanges each word of 2^bits with that at its index reversed. */
void bit_reverse_c(uint32_t *x, int bits) {
    for (uint32_t i = 0; i < 1u << bits; i++) {
        uint32_t reversed = 0;
        for (int b = 0; b < bits; b++) reversed |= (i >> b & 1) << (bits - 1 - b);
        if (reversed <= i) continue;
        uint32_t kept = x[i];
        x[i] = x[reversed];
        x[reversed] = kept;
    }
}

/* fft.bitrev gives the larger of the index and its reverse: so a pair is
 * exchanged once, from its smaller index, and a larger one with itself. Below
 * 6 bits both of a pair may be among the same eight, which then collide. */
void bit_reverse_vector(uint32_t *x, int bits) {
    if (bits < 6) {
        bit_reverse_c(x, bits);
        return;
    }
    const uint32_t *from = x;
    uint32_t *to = x, *table = x;
    p4_movx_w_fft_bit_width(bits);
    for (uint32_t i = 0; i < 1u << bits;) {
        p4_fft_bitrev(q0, i);
        EIGHT(p4_ldxq_32);
        p4_orq(q5, q1, q1);
        p4_orq(q6, q2, q2);
        p4_vld_128_ip(q1, from, 16);
        p4_vld_128_ip(q2, from, 16);
        EIGHT(p4_stxq_32);
        p4_vst_128_ip(q5, to, 16);
        p4_vst_128_ip(q6, to, 16);
    }
}
