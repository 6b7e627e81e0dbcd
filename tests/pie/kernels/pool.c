/* Pooling of int8 images in[y][x][channel] over windows without overlap; the
 * channels are any number, so vectors begin anywhere. */
#include "common.h"

/* The windows are `window` pixels wide and high, their edge 2^log_window. */
typedef struct {
    int height, width, channels, log_window;
} image;

P4_INLINE const int8_t *pixel(const int8_t *in, const image *s, int y, int x) {
    return in + (y * s->width + x) * s->channels;
}

/* Each result, of the channels from `first` on. */
#define POOL_C(name, start, step, finish)                                                                              \
    static void name##_channels(const int8_t *in, int8_t *out, const image *s, int first) {                            \
        int window = 1 << s->log_window;                                                                               \
        for (int y = 0; y + window <= s->height; y += window)                                                          \
            for (int x = 0; x + window <= s->width; x += window, out += s->channels)                                   \
                for (int c = first; c < s->channels; c++) {                                                            \
                    int value = start;                                                                                 \
                    for (int i = 0; i < window * window; i++) {                                                        \
                        int next = pixel(in, s, y + i / window, x + i % window)[c];                                    \
                        value = step;                                                                                  \
                    }                                                                                                  \
                    out[c] = (int8_t)(finish);                                                                         \
                }                                                                                                      \
    }                                                                                                                  \
    void name##_c(const int8_t *in, int8_t *out, const int32_t *shape) {                                               \
        name##_channels(in, out, (const image *)shape, 0);                                                             \
    }
POOL_C(pool_max_s8, INT8_MIN, next > value ? next : value, value)
POOL_C(pool_mean_s8, 0, value + next, shift_half_even(value, 2 * s->log_window))

/* Of one window, along its rows: q0 := each vector in turn. */
#define POOL(name, form, start, row, finish)                                                                           \
    void name##_##form(const int8_t *in, int8_t *out, const int32_t *shape) {                                          \
        const image *s = (const image *)shape;                                                                         \
        static const int8_t least = INT8_MIN, one = 1;                                                                 \
        uint32_t cfg = set_up(P4_ROUND_HALF_EVEN);                                                                     \
        register int pitch __asm__("s9") = s->channels;                                                                \
        int window = 1 << s->log_window;                                                                               \
        int8_t *to = out;                                                                                              \
        const int8_t *constant = &one;                                                                                 \
        p4_vldbc_8_ip(q3, constant, 0);                                                                                \
        for (int y = 0; y + window <= s->height; y += window)                                                          \
            for (int x = 0; x + window <= s->width; x += window, to += s->channels)                                    \
                for (int c = 0; c + 16 <= s->channels; c += 16) {                                                      \
                    int8_t *vector = to + c;                                                                           \
                    const int8_t *limit = &least;                                                                      \
                    start;                                                                                             \
                    for (int i = 0; i < window; i++) {                                                                 \
                        register const int8_t *from __asm__("s10") = pixel(in, s, y + i, x) + c;                       \
                        row                                                                                            \
                    }                                                                                                  \
                    finish;                                                                                            \
                    p4_vst_128_ip(q2, vector, 16);                                                                     \
                    (void)limit;                                                                                       \
                }                                                                                                      \
        p4_movx_w_cfg(cfg);                                                                                            \
        name##_channels(in, out, s, s->channels & ~15);                                                                \
    }
#define ROW_VECTOR(step)                                                                                               \
    for (int j = window; j > 0; j--) {                                                                                 \
        p4_vld_128_xp(q0, from, pitch);                                                                                \
        step;                                                                                                          \
    }
#define ROW_LOOP(step)                                                                                                 \
    __asm__ volatile("  esp.lp.setup 1, %[window], 1f\n"                                                               \
                     "  esp.vld.128.xp q0, %[from], %[pitch]\n"                                                        \
                     "1: " step "\n"                                                                                   \
                     : [from] "+r"(from)                                                                               \
                     : [window] "r"(window), [pitch] "r"(pitch)                                                        \
                     : "memory");
POOL(pool_max_s8, vector, p4_vldbc_8_ip(q2, limit, 0), ROW_VECTOR(p4_vmax_s8(q2, q2, q0)), )
POOL(pool_max_s8, loop, p4_vldbc_8_ip(q2, limit, 0), ROW_LOOP("esp.vmax.s8 q2, q2, q0"), )
POOL(pool_mean_s8, vector, p4_zero_qacc(), ROW_VECTOR(p4_vmulas_s8_qacc(q0, q3)),
     p4_srcmb_s8_qacc(q2, 2 * s->log_window, 1))
POOL(pool_mean_s8, loop, p4_zero_qacc(), ROW_LOOP("esp.vmulas.s8.qacc q0, q3"),
     p4_srcmb_s8_qacc(q2, 2 * s->log_window, 1))
