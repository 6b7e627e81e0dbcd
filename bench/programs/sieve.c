// Primes below 8192 with the sieve of Eratosthenes, over and over: byte stores
// and short loops.
#include <stdio.h>

#ifndef ROUNDS
#define ROUNDS 8000
#endif

enum { SIZE = 8192 };
static unsigned char composite[SIZE];

static int count_primes(void)
{
    int count = 0;
    for (int i = 0; i < SIZE; i++)
        composite[i] = 0;
    for (int i = 2; i < SIZE; i++) {
        if (composite[i])
            continue;
        count++;
        for (int k = 2 * i; k < SIZE; k += i)
            composite[k] = 1;
    }
    return count;
}

int main(void)
{
    int count = 0;
    for (int round = 0; round < ROUNDS; round++)
        count = count_primes();
    printf("%d\n", count);
    return count == 1028 ? 0 : 1;
}
