#include <stdint.h>

int32_t triple(int32_t x);
int32_t add_asm(int32_t a, int32_t b);

int32_t entry(int32_t a, int32_t b)
{
    return triple(add_asm(a, b));
}
