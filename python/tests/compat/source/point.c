#include <stdint.h>

typedef struct {
    float x;
    int y;
} Point;

float sum_point(Point *p, int8_t z, uint16_t *values)
{
    return p->x + (float)p->y + (float)z + (float)values[0];
}

int64_t wide(int32_t a, int64_t b)
{
    return b * a;
}
