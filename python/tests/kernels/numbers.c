// For each number type T: a value as it is, a sum, and the same over arrays.
#include <stdint.h>

// Sums wrap; in C only those of unsigned integers do.
#define INTEGER(T)                                                                                                     \
    T same_##T(T x) { return x; }                                                                                      \
    T add_##T(T a, T b) { return (T)((uint64_t)a + (uint64_t)b); }                                                     \
    void add_arrays_##T(const T *a, const T *b, T *sum, int n)                                                         \
    {                                                                                                                  \
        for (int i = 0; i < n; i++)                                                                                    \
            sum[i] = (T)((uint64_t)a[i] + (uint64_t)b[i]);                                                             \
    }

#define REAL(T)                                                                                                        \
    T same_##T(T x) { return x; }                                                                                      \
    T add_##T(T a, T b) { return a + b; }                                                                              \
    void add_arrays_##T(const T *a, const T *b, T *sum, int n)                                                         \
    {                                                                                                                  \
        for (int i = 0; i < n; i++)                                                                                    \
            sum[i] = a[i] + b[i];                                                                                      \
    }

INTEGER(int8_t)
INTEGER(uint8_t)
INTEGER(int16_t)
INTEGER(uint16_t)
INTEGER(int32_t)
INTEGER(uint32_t)
INTEGER(int64_t)
INTEGER(uint64_t)
REAL(float)
REAL(double)

_Bool both(_Bool a, _Bool b) { return a && b; }
char next_char(char c) { return c + 1; }
unsigned char high_char(void) { return 200; }
long long_sum(long a, unsigned long b) { return a + (long)b; }

enum color { red, green = 5, blue };
enum color next_color(enum color c) { return c == red ? green : blue; }

/// The weight of each argument shows in the result where it went.
double mixed(int8_t a, double b, uint16_t c, float d, int64_t e, _Bool f, float g, uint32_t h, double i, int64_t j)
{
    return a + 2 * b + 3 * c + 4 * d + 5 * (double)e + 6 * f + 7 * g + 8 * (double)h + 9 * i + 10 * (double)j;
}

int nine(int a, int b, int c, int d, int e, int f, int g, int h, int i)
{
    return a + 10 * b + 100 * c + 1000 * d + 10000 * e + 100000 * f + 1000000 * g + 10000000 * h + 100000000 * i;
}
