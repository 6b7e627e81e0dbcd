// Structures behind pointers, in all that C puts into them.
#include <stddef.h>
#include <stdint.h>

typedef struct Point {
    float x, y;
} Point;

enum Kind { NONE, CIRCLE = 7, LAST = 1000 };

typedef struct Shape {
    uint8_t id;
    enum Kind kind;
    Point center;
    double weight;
    Point corners[3];
    int16_t grid[2][3];
    const char *name;
    void (*draw)(struct Shape *);
    struct Shape *next;
    _Bool visible;
    int64_t stamp;
} Shape;

typedef union Word {
    uint32_t word;
    float real;
    uint8_t bytes[4];
} Word;

struct Flags {
    uint8_t ready : 1, mode : 3;
    uint16_t count;
    uint32_t low : 20, high : 12;
    struct {
        int16_t left, right;
    };
    union {
        uint32_t raw;
        float gain;
    };
    uint8_t tail[];
};

struct __attribute__((packed)) Packed {
    uint8_t tag;
    uint32_t value;
    double real;
};

float move(Point *p, int n, float dx)
{
    float sum = 0;
    for (int i = 0; i < n; i++)
        sum += p[i].x += dx;
    return sum;
}

double measure(const Shape *s)
{
    return s->id + s->kind + s->center.x + s->center.y + s->weight + s->corners[2].y + s->grid[1][2] +
           (uint32_t)(uintptr_t)s->name + s->visible + s->stamp;
}

/// Sets each member to another number.
void number(Shape *s)
{
    *s = (Shape){1, CIRCLE, {2, 3}, 4, {{5, 6}, {7, 8}, {9, 10}}, {{11, 12, 13}, {14, 15, 16}}, (char *)17, NULL, s, 1, 18};
}

float real_of(const Word *w) { return w->real; }

unsigned sum_of_flags(const struct Flags *f)
{
    return f->ready + 10 * f->mode + 100 * f->count + f->low + f->high + f->left + f->right + f->raw;
}

double unpacked(const struct Packed *p) { return p->tag + p->value + p->real; }

int distance_of_cells(const int16_t (*cells)[3], int n) { return cells[n][2]; }

uint32_t last_address(int32_t *const *pointers, int n) { return (uint32_t)(uintptr_t)pointers[n - 1]; }

float real_part(const float _Complex *z) { return __real__ *z; }

Shape shape;
