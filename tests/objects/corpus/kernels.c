/* Loops and inlined helpers: what kernels look like. */
#include <math.h>
#include <stdint.h>

struct Biquad {
    float b0, b1, b2, a1, a2, z1, z2;
};

static inline float clamp(float x) { return x > 1.0f ? 1.0f : x < -1.0f ? -1.0f : x; }

static inline float step(struct Biquad *f, float x) {
    const float y = f->b0 * x + f->z1;
    f->z1 = f->b1 * x - f->a1 * y + f->z2;
    f->z2 = f->b2 * x - f->a2 * y;
    return y;
}

void biquad(struct Biquad *filter, const float *in, float *out, int n) {
    for (int i = 0; i < n; i++) {
        out[i] = clamp(step(filter, in[i]));
    }
}

int add(int a, int b) { return a + b; }

void matmul(const float *restrict a, const float *restrict b, float *restrict c, int n) {
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            float sum = 0;
            for (int k = 0; k < n; k++)
                sum += a[i * n + k] *
                       b[k * n + j];
            c[i * n + j] = sum;
        }
}

int32_t convolve(const int8_t *x, const int8_t *w, int n, int shift) {
    int32_t sum = 0;
    for (int i = 0; i < n; i++) {
        switch (w[i]) {
        case 0: break;
        case 1: sum += x[i]; break;
        case -1: sum -= x[i]; break;
        default: sum += x[i] * w[i];
        }
    }
    return shift ? (sum + (1 << (shift - 1))) >> shift : sum;
}

double norm(const double *x, int n) {
    double sum = 0;
    while (n-- > 0) sum += x[n] * x[n];
    return sqrt(sum);
}

#define TWICE(x) ((x) + (x))
#line 1000 "generated.h"
int generated(int x) {
    return TWICE(x);
}
