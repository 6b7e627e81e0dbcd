// Addresses in data, and data at addresses: tables of pointers, weak symbols,
// alignment, common symbols, members of arrays, jump tables.
#include <stdint.h>

extern int firmware_function(int);
extern int firmware_data[];
extern int nobody_has_this(int) __attribute__((weak));
extern int nor_this_data __attribute__((weak));
int common_word;
char common_bytes[100];
double common_aligned __attribute__((aligned(64)));

static int counters[300];
static const uint8_t table[7] = {1, 2, 3, 4, 5, 6, 7};
int initialised[3] = {5, 6, 7};
int aligned_zeros[9] __attribute__((aligned(128)));
const int aligned_table[5] __attribute__((aligned(32))) = {1, 2, 3};
__attribute__((weak)) int weak_value = 9;

static int one(int x) { return x + counters[1]; }
static int two(int x) { return x * table[x % 7]; }
__attribute__((weak, noinline)) int weak_function(int x) { return x + weak_value; }

int (*const functions[])(int) = {one, two, weak_function, firmware_function, nobody_has_this};
int *pointers[] = {&counters[250], &initialised[2], &firmware_data[-3], &nor_this_data, &common_word, 0};
const char *names[] = {"zero", "one", "two", "three", "hundred and one", "one"};
const uintptr_t differences[] = {(uintptr_t)&counters[9], (uintptr_t)names + 3};

int dispatch(unsigned which, int x) { return functions[which % 4](x); }

int call_weak(int x) {
    if (nobody_has_this) x = nobody_has_this(x);
    if (&nor_this_data) x += nor_this_data;
    return weak_function(x);
}

int read_members(int i) {
    counters[i] += 3;
    counters[299]++;
    common_bytes[99] = (char)i;
    common_aligned += i;
    aligned_zeros[8] = firmware_data[70];
    common_word += aligned_table[i % 5] + *pointers[i % 3];
    return common_word + names[i % 6][0];
}

int64_t large(int64_t *out) {
    static int64_t state[600];
    state[599] = out[0] + state[255];
    return state[511];
}

int jump_table(int kind, int x) {
    switch (kind) {
    case 0: return x + 1;
    case 1: return x * 77;
    case 2: return firmware_function(x);
    case 3: return x / 3;
    case 4: return x ^ counters[7];
    case 5: return one(x);
    case 6: return two(x) - x;
    case 7: return dispatch(x, kind);
    case 8: return x << 5;
    case 9: return -x;
    default: return 0;
    }
}

int computed_goto(const uint8_t *code, int x) {
    static const void *const labels[] = {&&stop, &&twice, &&next, &&half};
    goto *labels[*code & 3];
twice:
    x *= 2;
    goto *labels[*++code & 3];
next:
    x += table[*code % 7];
    goto *labels[*++code & 3];
half:
    x /= 2;
    goto *labels[*++code & 3];
stop:
    return x;
}
