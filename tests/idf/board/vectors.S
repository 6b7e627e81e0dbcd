// What riscv/vectors.S of ESP-IDF does with an exception: a frame below sp, the
// handler, and back to where the frame then says.
    .option norelax
    .equ panic_from_exception, xt_unhandled_exception // an alias there too, which the linker must wrap
    .section .text.vectors, "ax"
    .globl _panic_handler
    .type _panic_handler, @function
    .balign 4
_panic_handler:
    addi sp, sp, -160
    .irp n, 1,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    sw x\n, 4*\n(sp)
    .endr
    addi t0, sp, 160
    sw t0, 8(sp)
    csrr t0, mepc
    sw t0, 0(sp)
    csrr t0, mstatus
    sw t0, 128(sp)
    csrr t0, mtvec
    sw t0, 132(sp)
    csrr t0, mcause
    sw t0, 136(sp)
    csrr t0, mtval
    sw t0, 140(sp)
    csrr t0, mhartid
    sw t0, 144(sp)
    mv a0, sp
    call panic_from_exception
    lw t0, 0(sp)
    csrw mepc, t0
    .irp n, 1,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    lw x\n, 4*\n(sp)
    .endr
    addi sp, sp, 160
    mret
    .size _panic_handler, . - _panic_handler
