/* Every kind of C type, as parameter, result and variable. */
#include <complex.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct Node {
    int value;
    struct Node *next, *children[4];
};
struct Opaque;
union Word {
    uint32_t whole;
    uint8_t bytes[4];
    struct {
        uint16_t low, high;
    };
};
enum Color { RED, GREEN = 5, BLUE };
enum Signed { MINUS = -1, PLUS = 1 };
typedef struct {
    float re, im;
} Sample;
typedef float real;
typedef real vector_t[3];
typedef int (*callback_t)(float, void *);
typedef float v4sf __attribute__((vector_size(16)));

void nothing(void) {}
bool truth(bool a) { return !a; }
char plain(char a, signed char b, unsigned char c) { return (char)(a + b + c); }
short halves(short a, unsigned short b) { return (short)(a + b); }
long words(long a, unsigned long b, int c, unsigned d) { return a + (long)b + c + (long)d; }
long long longs(long long a, unsigned long long b) { return a + (long long)b; }
int64_t fixed(int8_t a, uint8_t b, int16_t c, uint16_t d, int32_t e, uint32_t f, int64_t g, uint64_t h) {
    return a + b + c + d + e + (int64_t)f + g + (int64_t)h;
}
size_t sizes(size_t a, ptrdiff_t b, intptr_t c, wchar_t d) { return a + (size_t)b + (size_t)c + (size_t)d; }
float singles(float a, real b) { return a * b; }
double doubles(double a) { return a * 2; }
long double quads(long double a) { return a + 1; }
float _Complex rotate(float _Complex a, double _Complex b) { return a * (float _Complex)b; }
enum Color mix(enum Color a, enum Signed b) { return a == RED && b == PLUS ? GREEN : BLUE; }
const char *text(const char *a, char *const b, const char *const c) { return *a ? a : *b ? b : c; }
int deep(int ****a, const int *const *volatile *b) { return ****a + ***b; }
void *raw(void *a, const void *b, volatile int *c) { return *c ? a : (void *)b; }
float dot(const float *restrict a, const float *restrict b, int n) {
    float sum = 0;
    for (int i = 0; i < n; i++) sum += a[i] * b[i];
    return sum;
}
int rows(int m[][3], int n, int flat[10]) { return m[n][1] + flat[n]; }
int matrix(int (*m)[3][4], int n) { return m[n][1][2]; }
int total(const vector_t v) { return (int)(v[0] + v[1] + v[2]); }
Sample by_value(Sample a, union Word b, struct Node c) {
    a.re += (float)b.whole + (float)c.value;
    return a;
}
int by_pointer(const Sample *a, struct Opaque *b, union Word *c) { return (int)a->re + (b != 0) + c->bytes[1]; }
int call(callback_t f, int (*g)(void), void (*h)(int, ...)) {
    h(1, 2);
    return f(1.0f, 0) + g();
}
int (*choose(int which, int (*const table[2])(int)))(int) { return table[which]; }
int sum(int count, ...) {
    va_list list;
    int s = 0;
    va_start(list, count);
    while (count--) s += va_arg(list, int);
    va_end(list);
    return s;
}
v4sf lanes(v4sf a) { return a + a; }
int atomic(_Atomic int *a) { return (*a)++; }
int many(int a, int b, int c, int d, int e, int f, int g, int h, int i, double j, float k) {
    return a + b + c + d + e + f + g + h + i + (int)j + (int)k;
}
static int hidden(int a) { return a * 7; }
int (*show)(int) = hidden;

struct Node *head;
union Word word;
enum Color color = GREEN;
int64_t table[3][4];
vector_t axis;
callback_t handlers[2];
const float gain = 2.5f;
volatile int ready;
static int counter;
int *count(void) { return &counter; }
char message[] = "hello";
extern int unbounded[];
int *first(void) { return unbounded; }

int kernel(const int8_t *, int, real);
static __typeof__(kernel) *const describes_kernel __attribute__((used)) = kernel;
