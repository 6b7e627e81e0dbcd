# int gain_loop(float *y, const float *x, int n, float gain)
#   a0 y, a1 x, a2 n, fa0 gain; returns in a0 how many samples were cut
    .text
    .globl  gain_loop
    .type   gain_loop, @function
gain_loop:
    li      t0, 0                   # how many
    blez    a2, done
    lui     t1, 0x3f800             # 1.0f
    fmv.w.x ft1, t1
    fneg.s  ft2, ft1
    slli    t2, a2, 2
    add     t2, t2, a1              # behind x
next:
    flw     ft0, 0(a1)
    fmul.s  ft0, ft0, fa0
    fmin.s  ft3, ft0, ft1
    fmax.s  ft3, ft3, ft2
    feq.s   t3, ft3, ft0            # 1 if it was inside
    addi    t0, t0, 1
    sub     t0, t0, t3
    fsw     ft3, 0(a0)
    addi    a0, a0, 4
    addi    a1, a1, 4
    bne     a1, t2, next
done:
    mv      a0, t0
    ret
    .size   gain_loop, . - gain_loop
