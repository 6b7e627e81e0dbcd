/* Functions that optimisers copy, specialise, split, fold and rename. */
extern void abort(void);
extern int ext(int);

__attribute__((noinline)) int big(int a, int b, int *p) {
    for (int i = 0; i < a; i++) {
        p[i] = ext(b) + b * 3;
        if (p[i] == 7777) abort();
        ext(p[i]);
    }
    return p[0];
}
__attribute__((noinline)) static int specialised(int a, int b, int *p) {
    for (int i = 0; i < a; i++) p[i] = ext(b) + b * 3;
    return p[0];
}
struct Pair {
    int first, second;
};
__attribute__((noinline)) static int shrunk(struct Pair *p, int unused) { return ext(p->first) + p->first; }
int user(int *p) {
    struct Pair pair = {1, 2};
    return big(5, 7, p) + big(6, 7, p) + specialised(5, 3, p) + specialised(9, 3, p) + shrunk(&pair, 3);
}

int fold1(int a, int b) {
    int s = 0;
    for (int i = 0; i < a; i++) s += (b * i) ^ a;
    return s;
}
int fold2(int a, int b) {
    int s = 0;
    for (int i = 0; i < a; i++) s += (b * i) ^ a;
    return s;
}

__attribute__((cold, noinline)) void failed(int why) { ext(why), abort(); }
int split(int x) {
    if (__builtin_expect(x > 5, 0)) {
        ext(x);
        ext(x + 1);
        failed(x);
    }
    return ext(x);
}

int alias(int a, int b) __attribute__((alias("fold1")));
int renamed(int z) __asm__("other_name");
int renamed(int z) { return ext(z); }
__attribute__((weak)) int replaceable(int z) { return z; }
__attribute__((section(".iram.text"))) int elsewhere(int z) { return ext(z) + 1; }
