// One function for each way to crash. Each has its body on the line of its name:
// tests look for that line in the backtrace.
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define OWN_LINE __attribute__((noinline))
OWN_LINE void illegal(uint32_t unused) { (void)unused; __asm__ volatile(".word 0"); }
OWN_LINE uint32_t load(uint32_t at) { return *(volatile uint32_t *)at + 1; }
OWN_LINE void store(uint32_t at) { *(volatile uint32_t *)at = 1; }
OWN_LINE uint32_t jump(uint32_t to) { return ((uint32_t (*)(void))to)() + 1; }
OWN_LINE void atomic(uint32_t at) { __asm__ volatile("amoadd.w zero, zero, (%0)" : : "r"(at) : "memory"); }
OWN_LINE uint32_t overflow(uint32_t n) { volatile char big[200]; big[n % 200] = 1; return overflow(n + 1) + (uint32_t)big[0]; }
OWN_LINE void breakpoint(uint32_t unused) { (void)unused; __asm__ volatile("ebreak"); }
OWN_LINE void environment(uint32_t unused) { (void)unused; __asm__ volatile("ecall"); }
OWN_LINE void twice_freed(uint32_t size) { char *volatile p = malloc(size); char *volatile q = p; free(p); free(q); }
OWN_LINE void wrong_free(uint32_t at) { free((void *)at); }
OWN_LINE void give_up(uint32_t unused) { (void)unused; abort(); }
OWN_LINE void claim(uint32_t n) { assert(n == 4711); }
OWN_LINE uint32_t copy_from(uint32_t at) { uint32_t here[8]; memcpy(here, (const void *)at, sizeof here); return here[0] + here[7]; }
OWN_LINE uint32_t length(uint32_t at) { return (uint32_t)strlen((const char *)at) + 1; }
OWN_LINE void lost_stack(uint32_t sp) { __asm__ volatile("mv sp, %0\n lw a0, 0(zero)" : : "r"(sp)); }

// The headers of its own block and the next are written over.
OWN_LINE void scribble(uint32_t size) { volatile uint32_t *block = malloc(size); for (int i = -4; i < (int)size / 4 + 8; ++i) block[i] = 0xA5A5A5A5; free((void *)block); }

int add(int a, int b) { return a + b; }
OWN_LINE void forever(uint32_t unused) { (void)unused; for (volatile int i = 0;; ++i) {} }

// Fills memory that is somebody else's.
void fill(uint32_t from, uint32_t size, uint32_t with)
{
    for (uint32_t i = 0; i < size; i += 4)
        *(volatile uint32_t *)(from + i) = with;
}
