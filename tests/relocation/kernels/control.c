// Branches, short and long, jumps and calls, near and to another section.
#include <string.h>

extern int firmware_function(int);

__attribute__((noinline)) int leaf(int x) { return x * x + 1; }
__attribute__((noinline, section(".text.elsewhere"))) int elsewhere(int x) { return leaf(x) + 3; }
__attribute__((noinline, cold)) int rare(int x) { return firmware_function(x) + elsewhere(x); }
__attribute__((aligned(64), noinline)) int aligned_loop(const int *x, int n) {
    int sum = 0;
    for (int i = 0; i < n; i++)
        for (int j = i; j > 0; j--) sum += x[j] * (sum & 1 ? 3 : x[i]);
    return sum;
}
int tail(int x) { return firmware_function(x + 1); }
int recursive(int n) { return n < 2 ? n : recursive(n - 1) + recursive(n - 2); }

#define ONE x += x * y - (x >> 3); if (x < 0) x = leaf(x); z[y & 7] ^= x; y += 7;
#define TEN ONE ONE ONE ONE ONE ONE ONE ONE ONE ONE
/// Long enough that a branch around it does not fit its compressed form, nor
/// (at -O0) its ordinary one.
int long_body(int x, int y, int *z) {
    while (x > y) {
        if (y & 1) {
            TEN TEN TEN TEN TEN
        } else {
            TEN rare(x);
        }
    }
    return x;
}

float floats(const float *x, int n) {
    float best = -1e30f, sum = 0.1f;
    for (int i = 0; i < n; i++) {
        if (x[i] > best) best = x[i];
        sum = sum * 0.99f + x[i] * 3.25f;
    }
    return best + sum;
}

unsigned copies(char *to, const char *from) {
    memcpy(to, from, 100);
    memset(to + 100, 0, 60);
    return strlen(to);
}
