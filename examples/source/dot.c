/* The dot product of int8 vectors, three times. n is a multiple of 16. */
#include <p4jit/pie.h>

int32_t dot_c(const int8_t *a, const int8_t *b, int n)
{
    int32_t sum = 0;
    for (int i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Vector instructions as macros of C; a and b move on by themselves. */
int32_t dot_pie(const int8_t *a, const int8_t *b, int n)
{
    p4_zero_xacc();
    for (int i = 0; i < n; i += 16) {
        p4_vld_128_ip(q0, a, 16);
        p4_vld_128_ip(q1, b, 16);
        p4_vmulas_s8_xacc(q0, q1);
    }
    return (int32_t)p4_xacc();
}

/* In assembly, with a hardware loop: a turn is two instructions for sixteen
 * elements, and nothing for the loop itself. Aligned vectors, n at least 32. */
__attribute__((naked, aligned(4))) int32_t dot_loop(const int8_t *a, const int8_t *b, int n)
{
    __asm__("    srli a2, a2, 4\n"
            "    addi a2, a2, -1\n"
            "    esp.zero.xacc\n"
            "    esp.vld.128.ip q0, a0, 16\n"
            "    esp.vld.128.ip q1, a1, 16\n"
            "    .balign 4\n"
            "    esp.lp.setup 0, a2, last\n"
            "    esp.vmulas.s8.xacc.ld.ip q0, a0, 16, q0, q1\n"
            "last:\n"
            "    esp.vld.128.ip q1, a1, 16\n"
            "    esp.vmulas.s8.xacc q0, q1\n"
            "    esp.movx.r.xacc.l a0\n"
            "    ret\n");
}
