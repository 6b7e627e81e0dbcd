// A 64-tap FIR filter over 1024 samples in single precision: fused
// multiply-adds and loads.
#include <stdio.h>

#ifndef ROUNDS
#define ROUNDS 3000
#endif

enum { TAPS = 64, SAMPLES = 1024 };
static float taps[TAPS], in[SAMPLES + TAPS], out[SAMPLES];

static void fir(void)
{
    for (int n = 0; n < SAMPLES; n++) {
        float sum = 0.0f;
        for (int i = 0; i < TAPS; i++)
            sum += taps[i] * in[n + i];
        out[n] = sum;
    }
}

int main(void)
{
    for (int i = 0; i < TAPS; i++)
        taps[i] = 1.0f / (float)(i + 1);
    for (int i = 0; i < SAMPLES + TAPS; i++)
        in[i] = (float)(i % 17) - 8.0f;
    for (int round = 0; round < ROUNDS; round++) {
        fir();
        in[round % SAMPLES] = out[round % SAMPLES] * 0.5f;
    }
    printf("%.6f\n", (double)out[100]);
    return 0;
}
