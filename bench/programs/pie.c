/* Vector kernels again and again, so that calling them costs nothing. Their
 * sources are those that the tests compare with plain C. */
#include "../../tests/pie/kernels/dot.c"
#include "../../tests/pie/kernels/fir.c"
#include "../../tests/pie/kernels/matmul.c"

int32_t dot(const int8_t *a, const int8_t *b, int n, int rounds)
{
    int32_t sum = 0;
    while (rounds-- > 0) sum += dot_s8_loop(a, 0, b, 0, n);
    return sum;
}

void fir(const int16_t *x, const int16_t *h, int taps, int16_t *y, int n, int rounds)
{
    while (rounds-- > 0) fir_s16_loop(x, 0, h, taps, y, n);
}

void matmul(const int8_t *a, const int8_t *b, int8_t *c, int size, int rounds)
{
    while (rounds-- > 0) matmul_s8_loop(a, b, c, size, size, size, 7);
}
