// Arrays in, out, and in all the ways that NumPy lays them out.
#include <stdint.h>
#include <string.h>

void doubled(int32_t *x, int n)
{
    for (int i = 0; i < n; i++)
        x[i] *= 2;
}

int32_t total(const int32_t *x, int n)
{
    int32_t sum = 0;
    for (int i = 0; i < n; i++)
        sum += x[i];
    return sum;
}

/// Writes although it says it does not.
void sneaky(const int32_t *x) { *(int32_t *)x = 7; }

int is_null(const int32_t *x) { return x == 0; }
uint32_t alignment_of(const int32_t *x) { return (uintptr_t)x & 15; }
void *address_of(int32_t *x) { return x; }

void clear(void *memory, unsigned size) { memset(memory, 0, size); }

void flip(_Bool *x, int n)
{
    for (int i = 0; i < n; i++)
        x[i] = !x[i];
}

struct pair {
    int16_t low;
    int16_t high;
};
int sum_of_pairs(const struct pair *p, int n)
{
    int sum = 0;
    for (int i = 0; i < n; i++)
        sum += p[i].low * p[i].high;
    return sum;
}

void matrix_product(const float *a, const float *b, float *c, int rows, int inner, int columns)
{
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++) {
            float sum = 0;
            for (int k = 0; k < inner; k++)
                sum += a[i * inner + k] * b[k * columns + j];
            c[i * columns + j] = sum;
        }
}
