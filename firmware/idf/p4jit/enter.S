// Where kernels are entered and left, and where traps come by.
//
// A kernel may be hand-written, crash, or be stopped at any instruction: of its
// registers nothing is used. No address here is relative to gp, which it may
// have overwritten.

#include <sdkconfig.h>

#define MSTATUS_MIE 0x8
#define MSTATUS_MPIE 0x80
#define MSTATUS_FS_INITIAL 0x2000
#define LOOP0_COUNT 0x7C8
#define LOOP1_COUNT 0x7CB

// p4jit_guard in enter.h
#define RUNS 0
#define SP 4
#define TP 8
#define LOW 12
#define HIGH 16
#define EMERGENCY 20
#define BAD_SP 24
#define TASK 28
#define SAVED_0 32
#define SAVED_1 36

#define FRAME 64

    .option norelax

    // In RAM: traps must work while the flash cache is off.
    .section .iram1.p4jit, "ax"

    .globl p4jit_kernel_enter, p4jit_kernel_abort
    .type p4jit_kernel_enter, @function
    .type p4jit_kernel_abort, @function
    .balign 4
p4jit_kernel_enter:
    addi sp, sp, -FRAME
    sw ra, 60(sp)
    sw s0, 0(sp)
    sw s1, 4(sp)
    sw s2, 8(sp)
    sw s3, 12(sp)
    sw s4, 16(sp)
    sw s5, 20(sp)
    sw s6, 24(sp)
    sw s7, 28(sp)
    sw s8, 32(sp)
    sw s9, 36(sp)
    sw s10, 40(sp)
    sw s11, 44(sp)
    la t0, p4jit_kernel_guard
    sw sp, SP(t0)
    sw tp, TP(t0)
    mv t1, a0
    mv a0, a1
    csrw fcsr, zero
    fence.i
    li t2, 1
    sw t2, RUNS(t0)
    jalr t1
    mv a1, a0
    li a0, 0
    j 1f
p4jit_kernel_abort:
    li a0, 1
    li a1, 0
1:  la t0, p4jit_kernel_guard
    sw zero, RUNS(t0)
    lw sp, SP(t0)
    lw tp, TP(t0)
    la gp, __global_pointer$
    // Loops that a stopped kernel left behind. The vector unit's registers are
    // the task's; FreeRTOS saves and restores them.
    csrwi LOOP0_COUNT, 0
    csrwi LOOP1_COUNT, 0
    // The FPU is the task's since fcsr was written; a kernel may have switched it off.
    li t0, MSTATUS_FS_INITIAL
    csrs mstatus, t0
    lw ra, 60(sp)
    lw s0, 0(sp)
    lw s1, 4(sp)
    lw s2, 8(sp)
    lw s3, 12(sp)
    lw s4, 16(sp)
    lw s5, 20(sp)
    lw s6, 24(sp)
    lw s7, 28(sp)
    lw s8, 32(sp)
    lw s9, 36(sp)
    lw s10, 40(sp)
    lw s11, 44(sp)
    addi sp, sp, FRAME
    csrsi mstatus, MSTATUS_MIE
    ret
    .size p4jit_kernel_enter, . - p4jit_kernel_enter

    .globl p4jit_mask_return
    .type p4jit_mask_return, @function
p4jit_mask_return:
    li t0, MSTATUS_MPIE
    csrc mstatus, t0
    ret
    .size p4jit_mask_return, . - p4jit_mask_return

// ESP-IDF's trap entry (riscv/vectors.S) saves registers below sp, whatever that
// is: with a wild one it traps again, for ever. The linker sends traps here first
// (--wrap). If the kernel has the core and sp is not in its stack, sp is replaced.
// Interrupts are off; mscratch is free but while the chip goes to light sleep.
    .globl __wrap__panic_handler
    .type __wrap__panic_handler, @function
    .balign 4
__wrap__panic_handler:
    csrw mscratch, t0
    csrr t0, mhartid
    addi t0, t0, -CONFIG_P4JIT_KERNEL_CORE
    bnez t0, 2f
    la t0, p4jit_kernel_guard
    sw t1, SAVED_0(t0)
    lw t1, RUNS(t0)
    beqz t1, 1f
    sw zero, BAD_SP(t0)
    lw t1, LOW(t0)
    bltu sp, t1, 3f
    lw t1, HIGH(t0)
    bltu t1, sp, 3f
1:  lw t1, SAVED_0(t0)
2:  csrr t0, mscratch
    j __real__panic_handler

    // sp is another task's, an interrupt's, or the kernel lost it.
3:  sw t2, SAVED_1(t0)
    la t1, port_uxInterruptNesting
    lw t1, 4*CONFIG_P4JIT_KERNEL_CORE(t1)
    bnez t1, 4f
    la t1, pxCurrentTCBs
    lw t1, 4*CONFIG_P4JIT_KERNEL_CORE(t1)
    lw t2, TASK(t0)
    bne t1, t2, 4f
    sw sp, BAD_SP(t0)
    lw sp, EMERGENCY(t0)
4:  lw t2, SAVED_1(t0)
    j 1b
    .size __wrap__panic_handler, . - __wrap__panic_handler

// What the trap entry calls with the saved registers. The frame has the kernel's
// gp; C needs its own.
.macro trap_in_c wrapped, to
    .globl \wrapped
    .type \wrapped, @function
\wrapped:
    la gp, __global_pointer$
    la t0, \to
    jr t0
    .size \wrapped, . - \wrapped
.endm

    trap_in_c __wrap_xt_unhandled_exception, p4jit_exception
    trap_in_c __wrap_panicHandler, p4jit_panic_interrupt
