// What the chip has no instructions for: libgcc's members, pulled as needed.
#include <math.h>
#include <stdint.h>

int64_t divide(int64_t a, int64_t b) { return a / b; }
int64_t remainder_of(int64_t a, int64_t b) { return a % b; }
uint64_t divide_unsigned(uint64_t a, uint64_t b) { return a / b; }
uint64_t remainder_unsigned(uint64_t a, uint64_t b) { return a % b; }
double add(double a, double b) { return a + b; }
double multiply(double a, double b) { return a * b; }
double divide_double(double a, double b) { return a / b; }
double subtract(double a, double b) { return a - b; }
int compare(double a, double b) { return (a < b) + 2 * (a == b) + 4 * (a >= b); }
double from_integer(int a) { return a; }
double from_long(int64_t a) { return (double)a; }
double from_unsigned(uint64_t a) { return (double)a; }
int64_t to_long(double a) { return (int64_t)a; }
uint64_t to_unsigned(double a) { return (uint64_t)a; }
int to_integer(double a) { return (int)a; }
float to_float(double a) { return (float)a; }
double widen(float a) { return a; }
float long_to_float(int64_t a) { return (float)a; }
int64_t float_to_long(float a) { return (int64_t)a; }
int bits_set(uint64_t a) { return __builtin_popcountll(a); }
int leading(uint64_t a) { return __builtin_clzll(a | 1); }
int64_t shift(int64_t a, int n) { return a >> n | (int64_t)((uint64_t)a << (n & 7)); }
double truncated(double a) { return trunc(a) + floor(a) + fabs(a); }
float polynomial(float a) { return floorf(a) * 3.0f + rintf(a) + copysignf(a, -1.0f); }
