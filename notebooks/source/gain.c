/* The C half of the notebook's first kernel; gain_loop.S is the other. */
#include <stdio.h>

/* y[i] = x[i] * gain, no further out than -1 and 1. Returns how many were cut. */
int gain_loop(float *y, const float *x, int n, float gain);

int process(const float *x, float *y, int n, float gain)
{
    printf("kernel: %d samples, gain %.2f\n", n, (double)gain);
    int cut = gain_loop(y, x, n, gain);
    printf("kernel: %d samples were cut\n", cut);
    return cut;
}
