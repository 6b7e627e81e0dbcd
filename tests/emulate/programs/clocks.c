// Prints the calendar time, and how long a loop took on the chip's clock.
#include <stdint.h>
#include <stdio.h>
#include <time.h>

int main(void)
{
    const clock_t before = clock();
    uint32_t start, end;
    __asm__ volatile("rdcycle %0" : "=r"(start));
    for (volatile int i = 0; i < 4000000; i++) {
    }
    __asm__ volatile("rdcycle %0" : "=r"(end));
    const clock_t after = clock();
    printf("%lld %lu %ld\n", (long long)time(NULL), (unsigned long)(end - start), (long)(after - before));
    return 0;
}
