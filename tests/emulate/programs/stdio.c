// Formatted output, the heap and the mathematics of the C library.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void)
{
    printf("%d %s %#x %.3f\n", -42, "text", 0xBEEF, 1.0 / 3);
    char *blocks[64];
    for (int i = 0; i < 64; i++) {
        blocks[i] = malloc(1000 + i);
        if (!blocks[i])
            return 1;
        memset(blocks[i], i, 1000 + i);
    }
    for (int i = 0; i < 64; i++) {
        if (blocks[i][0] != i || blocks[i][999 + i] != i)
            return 2;
        free(blocks[i]);
    }
    volatile float two = 2, ten = 10;
    printf("%.6f %.6f %.6f\n", sqrtf(two), sinf(two), logf(ten));
    volatile double pi = 3.141592653589793;
    printf("%.12f %.12f\n", cos(pi / 3), exp(1.0));
    return 7;
}
