/* Convolution with bias and an activation, as networks have it: in[y][x][channel],
 * weights[ky][kx][input channel][output channel], no padding. The accumulators
 * begin with the bias and saturate after each product; then >> shift, half to
 * even, saturated. Output channels are whole vectors, and aligned. */
#include "common.h"

/* Activation: negative results become 0, or result * slope >> slope_shift. */
typedef struct {
    int height, width, inputs, kernel_height, kernel_width, outputs, stride, shift, slope, slope_shift;
} layer;

P4_INLINE int out_height(const layer *l) { return (l->height - l->kernel_height) / l->stride + 1; }
P4_INLINE int out_width(const layer *l) { return (l->width - l->kernel_width) / l->stride + 1; }

P4_INLINE int64_t plus(int64_t sum, int64_t product, int64_t low, int64_t high) {
    int64_t exact;
    if (__builtin_add_overflow(sum, product, &exact)) return product < 0 ? low : high;
    return clamp(exact, low, high);
}

#define CONV2D_C(name, element, bias_type, narrow, low, high)                                                          \
    void name##_c(const element *in, const element *weights, const bias_type *bias, element *out,                      \
                  const int32_t *shape) {                                                                              \
        const layer *l = (const layer *)shape;                                                                         \
        for (int y = 0; y < out_height(l); y++)                                                                        \
            for (int x = 0; x < out_width(l); x++)                                                                     \
                for (int o = 0; o < l->outputs; o++) {                                                                 \
                    int64_t sum = bias[o];                                                                             \
                    for (int ky = 0; ky < l->kernel_height; ky++)                                                      \
                        for (int kx = 0; kx < l->kernel_width; kx++)                                                   \
                            for (int i = 0; i < l->inputs; i++) {                                                      \
                                int pixel = (y * l->stride + ky) * l->width + x * l->stride + kx;                      \
                                int tap = ky * l->kernel_width + kx;                                                   \
                                int product = in[pixel * l->inputs + i] *                                              \
                                              weights[(tap * l->inputs + i) * l->outputs + o];                         \
                                sum = plus(sum, product, low, high);                                                   \
                            }                                                                                          \
                    element result = narrow(shift_half_even(sum, l->shift));                                           \
                    if (result <= 0) result = narrow(shift_half_even((int64_t)result * l->slope, l->slope_shift));     \
                    *out++ = result;                                                                                   \
                }                                                                                                      \
    }
CONV2D_C(conv2d_s8, int8_t, int32_t, clamp_s8, INT32_MIN, INT32_MAX)
CONV2D_C(conv2d_s16, int16_t, int64_t, clamp_s16, INT64_MIN, INT64_MAX)

#define TAPS_VECTOR(bits)                                                                                              \
    for (int i = count; i > 0; i--) {                                                                                  \
        p4_vldbc_##bits##_ip(q1, pixel, bits / 8);                                                                     \
        p4_vld_128_xp(q0, weight, pitch);                                                                              \
        p4_vmulas_s##bits##_qacc(q0, q1);                                                                              \
    }
#define TAPS_LOOP(bits)                                                                                                \
    __asm__ volatile("  esp.lp.setup 0, %[count], 1f\n"                                                                \
                     "  esp.vldbc." #bits ".ip q1, %[pixel], " #bits "/8\n"                                            \
                     "  esp.vld.128.xp q0, %[weight], %[pitch]\n"                                                      \
                     "1: esp.vmulas.s" #bits ".qacc q0, q1\n"                                                          \
                     : [pixel] "+r"(pixel), [weight] "+r"(weight)                                                      \
                     : [count] "r"(count), [pitch] "r"(pitch)                                                          \
                     : "memory");

/* A row of the kernel is one stretch of the input, so one loop. */
#define CONV2D(name, form, element, bias_type, bits, taps)                                                             \
    void name##_##form(const element *in, const element *weights, const bias_type *bias, element *out,                 \
                       const int32_t *shape) {                                                                         \
        const layer *l = (const layer *)shape;                                                                         \
        uint32_t cfg = p4_set_rounding(P4_ROUND_HALF_EVEN);                                                            \
        int count = l->kernel_width * l->inputs;                                                                       \
        for (int y = 0; y < out_height(l); y++)                                                                        \
            for (int x = 0; x < out_width(l); x++)                                                                     \
                for (int o = 0; o < l->outputs; o += 128 / bits) {                                                     \
                    const bias_type *from = bias + o;                                                                  \
                    register const element *weight __asm__("s8") = weights + o;                                        \
                    register int pitch __asm__("s9") = l->outputs * (int)sizeof(element);                              \
                    p4_ld_qacc_l_l_128_ip(from, 16);                                                                   \
                    p4_ld_qacc_l_h_128_ip(from, 16);                                                                   \
                    p4_ld_qacc_h_l_128_ip(from, 16);                                                                   \
                    p4_ld_qacc_h_h_128_ip(from, 16);                                                                   \
                    for (int ky = 0; ky < l->kernel_height; ky++) {                                                    \
                        register const element *pixel __asm__("s10") =                                                 \
                            in + ((y * l->stride + ky) * l->width + x * l->stride) * l->inputs;                        \
                        taps(bits)                                                                                     \
                    }                                                                                                  \
                    p4_srcmb_s##bits##_qacc(q2, l->shift, 1);                                                          \
                    p4_vrelu_s##bits(q2, l->slope, l->slope_shift);                                                    \
                    p4_vst_128_ip(q2, out, 16);                                                                        \
                }                                                                                                      \
        p4_movx_w_cfg(cfg);                                                                                            \
    }
CONV2D(conv2d_s8, vector, int8_t, int32_t, 8, TAPS_VECTOR)
CONV2D(conv2d_s8, loop, int8_t, int32_t, 8, TAPS_LOOP)
CONV2D(conv2d_s16, vector, int16_t, int64_t, 16, TAPS_VECTOR)
CONV2D(conv2d_s16, loop, int16_t, int64_t, 16, TAPS_LOOP)
