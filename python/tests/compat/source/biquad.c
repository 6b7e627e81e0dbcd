#include <stdint.h>

typedef struct {
    float b0, b1, b2, a1, a2;
} Coefficients;

/* Three second-order sections, one after the other; state has two words for each. Returns the cycles it took. */
uint32_t filter(const float *in, float *out, int count, const Coefficients *k, float *state)
{
    uint32_t start, end;
    __asm__ volatile("rdcycle %0" : "=r"(start));
    for (int i = 0; i < count; i++) {
        float x = in[i];
        for (int stage = 0; stage < 3; stage++) {
            float *w = state + 2 * stage;
            float d = x - k->a1 * w[0] - k->a2 * w[1];
            x = k->b0 * d + k->b1 * w[0] + k->b2 * w[1];
            w[1] = w[0];
            w[0] = d;
        }
        out[i] = x;
    }
    __asm__ volatile("rdcycle %0" : "=r"(end));
    return end - start;
}

void silence(float *out, int count)
{
    for (int i = 0; i < count; i++)
        out[i] = 0;
}
