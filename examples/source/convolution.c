/* A layer of a quantised network: 3x3 convolution of 8 channels into 16, with
 * bias, ReLU and a shift back to int8. Row by row, in[y][x][8], out[y][x][16],
 * weights[3][3][8][16]; no padding, so out is two smaller each way. */
#include <p4jit/pie.h>

enum { inputs = 8, outputs = 16 };

static int8_t rectified(int32_t sum, int shift)
{
    int32_t value = sum >> shift;
    return (int8_t)(value < 0 ? 0 : value > 127 ? 127 : value);
}

void layer_c(const int8_t *in, const int8_t *weights, const int32_t *bias, int8_t *out,
             int height, int width, int shift)
{
    for (int y = 0; y < height - 2; y++)
        for (int x = 0; x < width - 2; x++)
            for (int o = 0; o < outputs; o++) {
                int32_t sum = bias[o];
                for (int ky = 0; ky < 3; ky++)
                    for (int k = 0; k < 3 * inputs; k++)
                        sum += in[((y + ky) * width + x) * inputs + k] * weights[(ky * 3 * inputs + k) * outputs + o];
                *out++ = rectified(sum, shift);
            }
}

/* All sixteen outputs of a pixel at once, one in each accumulator of QACC. */
void layer(const int8_t *in, const int8_t *weights, const int32_t *bias, int8_t *out,
           int height, int width, int shift)
{
    uint32_t cfg = p4_set_rounding(P4_ROUND_DOWN);
    p4_zero_q(q3);
    for (int y = 0; y < height - 2; y++)
        for (int x = 0; x < width - 2; x++) {
            const int32_t *from = bias;
            const int8_t *weight = weights;
            p4_ld_qacc_l_l_128_ip(from, 16);
            p4_ld_qacc_l_h_128_ip(from, 16);
            p4_ld_qacc_h_l_128_ip(from, 16);
            p4_ld_qacc_h_h_128_ip(from, 16);
            for (int ky = 0; ky < 3; ky++) {
                const int8_t *pixel = in + ((y + ky) * width + x) * inputs;
                p4_vldbc_8_ip(q1, pixel, 1); /* one input in all lanes … */
                p4_vld_128_ip(q0, weight, 16);
                for (int k = 1; k < 3 * inputs; k++) {
                    p4_vmulas_s8_qacc_ld_ip(q0, weight, 16, q0, q1); /* … times its 16 weights */
                    p4_vldbc_8_ip(q1, pixel, 1);
                }
                p4_vmulas_s8_qacc(q0, q1);
            }
            p4_srcmb_s8_qacc(q2, shift, 1); /* >> shift, saturated */
            p4_vmax_s8(q2, q2, q3);         /* ReLU */
            p4_vst_128_ip(q2, out, 16);
        }
    p4_movx_w_cfg(cfg);
}
