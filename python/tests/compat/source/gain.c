/* A loop in the chip's own hardware loop: out[i] = in[i] * gain. */
void gain_plain(const float *in, float *out, int count, float gain)
{
    for (int i = 0; i < count; i++)
        out[i] = in[i] * gain;
}

void gain_loop(const float *in, float *out, int count, float gain)
{
    float x;
    __asm__ volatile("esp.lp.setup 0, %[count], 1f\n"
                     "flw %[x], 0(%[in])\n"
                     "fmul.s %[x], %[x], %[gain]\n"
                     "addi %[in], %[in], 4\n"
                     "fsw %[x], 0(%[out])\n"
                     "1: addi %[out], %[out], 4\n"
                     : [x] "=&f"(x), [in] "+r"(in), [out] "+r"(out)
                     : [count] "r"(count), [gain] "f"(gain)
                     : "memory");
}
