#include <stdint.h>

static int32_t count;

__attribute__((noinline)) static int32_t helper(int32_t x)
{
    count++;
    __asm__ volatile("esp.zero.qacc");
    return x * 3;
}

int32_t compute(int32_t a, int32_t b)
{
    int32_t sum = 0;
    for (int32_t i = 0; i < b; i++)
        sum += helper(a + i);
    return sum + count;
}
