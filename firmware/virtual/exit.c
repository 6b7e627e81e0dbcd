// A kernel that gives up: abort(), exit(), a failed assert(). There is no
// program to leave, so they end the kernel with a breakpoint trap, which the
// host sees as a fault.

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

_Noreturn void abort(void) {
    for (;;) __asm__ volatile("ebreak");
}

_Noreturn void _exit(int status) {
    printf("p4jit: exit(%d)\n", status);
    abort();
}

_Noreturn void exit(int status) { _exit(status); }
