// Loops whose result tells what their arrays share: each step reads what the
// steps before may have written.
#include <stdint.h>

#define LOOPS(T)                                                                                                       \
    void accumulate_##T(T *y, const T *x, int n)                                                                       \
    {                                                                                                                  \
        for (int i = 0; i < n; i++)                                                                                    \
            y[i] += x[i];                                                                                              \
    }                                                                                                                  \
    void exchange_##T(T *y, T *x, int n)                                                                               \
    {                                                                                                                  \
        for (int i = 0; i < n; i++) {                                                                                  \
            T old = y[i];                                                                                              \
            y[i] = x[i] + 1;                                                                                           \
            x[i] = old;                                                                                                \
        }                                                                                                              \
    }

LOOPS(int8_t)
LOOPS(uint16_t)
LOOPS(int32_t)
LOOPS(int64_t)
LOOPS(float)
LOOPS(double)

/// How far b is behind a, in bytes.
int distance(const void *a, const void *b) { return (int)((const char *)b - (const char *)a); }

/// Sum of the last bytes of three arrays, after a write to the first.
int write_and_sum(uint8_t *a, const uint8_t *b, const uint8_t *c, int n)
{
    a[n - 1] += 1;
    return a[n - 1] + b[n - 1] + c[n - 1];
}

/// Writes, then crashes.
int spoil(int32_t *a, int32_t *b)
{
    a[0] = b[1] = 99;
    return *(volatile int *)0;
}
