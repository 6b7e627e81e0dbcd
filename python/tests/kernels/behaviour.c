// Functions that do more than calculate: print, remember, crash, never end.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

int add(int a, int b) { return a + b; }

void greet(int n, float x) { printf("n = %d, x = %.2f\n", n, (double)x); }
void without_newline(void) { printf("no newline"); }
void many_lines(int n)
{
    for (int i = 0; i < n; i++)
        printf("line %d\n", i);
}

static int calls = 40;
int count(void) { return ++calls; }

float sine(float x) { return sinf(x); }

int uses_heap(int n)
{
    int *x = malloc((unsigned)n * sizeof *x);
    if (!x)
        return -1;
    for (int i = 0; i < n; i++)
        x[i] = i;
    const int last = x[n - 1];
    free(x);
    return last;
}

void write_null(int *x)
{
    x[0] = 99;
    *(volatile int *)0 = 1;
}
void jump_away(void) { ((void (*)(void))0x10)(); }
void illegal(void) { __asm__ volatile(".word 0xffffffff"); }

void for_ever(int *x)
{
    x[0] = 99;
    for (;;)
        __asm__ volatile("");
}
int deep(int n)
{
    volatile int here[64];
    here[0] = n;
    return deep(n + 1) + here[0];
}

static __attribute__((noinline)) int hidden(int a) { return a; }
int uses_hidden(int a) { return hidden(a); }
int variadic(int a, ...) { return a; }
struct point {
    int x, y;
};
int by_value(struct point p) { return p.x; }
