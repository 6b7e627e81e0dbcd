/* Adds tracks of 16-bit audio, each with a gain, and clips instead of wrapping.
 * gains are fractions in Q15: 32767 is as loud as it was. */
#include <p4jit/pie.h>

void mix_c(const int16_t *tracks, const int16_t *gains, int16_t *out, int count, int length)
{
    for (int i = 0; i < length; i++) {
        int sum = 0;
        for (int t = 0; t < count; t++) {
            sum += tracks[t * length + i] * gains[t] >> 15;
            sum = p4_clamp(sum, INT16_MIN, INT16_MAX);
        }
        out[i] = (int16_t)sum;
    }
}

/* Eight samples at a time; length is a multiple of 8. A track lies length
 * samples behind the one before, so the pointer moves by a register. */
void mix(const int16_t *tracks, const int16_t *gains, int16_t *out, int count, int length)
{
    uint32_t cfg = p4_set_rounding(P4_ROUND_DOWN);
    p4_movx_w_sar(15);
    for (int i = 0; i < length; i += 8) {
        const int16_t *track = tracks + i, *gain = gains;
        p4_zero_q(q2);
        for (int t = 0; t < count; t++) {
            p4_vldbc_16_ip(q1, gain, 2); /* one gain in all lanes */
            p4_vld_128_xp(q0, track, length * 2);
            p4_vmul_s16(q0, q0, q1); /* >> SAR */
            p4_vadd_s16(q2, q2, q0); /* clips */
        }
        p4_vst_128_ip(q2, out, 16);
    }
    p4_movx_w_cfg(cfg);
}
