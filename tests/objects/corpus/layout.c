/* Structures whose layout is not the obvious one. */
#include <stdint.h>

struct Bits {
    unsigned a : 3, b : 7;
    int : 0;
    int c : 5;
    unsigned long long d : 33;
    _Bool e : 1;
    unsigned char f;
};
struct __attribute__((packed)) Packed {
    char a;
    int b;
    double c;
    short d : 9;
};
struct Aligned {
    char a;
    _Alignas(16) float b[3];
    char c;
} __attribute__((aligned(32)));
struct Nested {
    struct Inner {
        char a;
        struct {
            short b;
            double c;
        } d[2];
    } inner, *pointer;
    union {
        int e;
        double f;
    };
    char g[];
};
struct Empty {};
struct Holder {
    struct Empty none;
    int one;
};
union Any {
    char a;
    double b;
    struct Bits c;
};
struct Bits bits;
struct Packed packed;
struct Aligned aligned;
struct Nested nested;
struct Holder holder;
union Any any;
int use(struct Bits a, struct Packed *b, struct Aligned *c, union Any d) {
    return (int)a.a + b->b + (int)c->b[1] + d.a;
}
