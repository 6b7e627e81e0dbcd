// Where both harts begin and traps arrive, on the board that stands in for
// ESP-IDF: see rtos.c.

#define MSTATUS_MIE 0x8
#define MSTATUS_MPIE_MPP 0x1880
#define MSTATUS_FS_DIRTY 0x6000
#define MIE_SOFTWARE 8

    .option norelax
    .section .text.start, "ax"
    .globl _start
    .type _start, @function
_start:
    li t0, MSTATUS_FS_DIRTY
    csrw mstatus, t0
    csrwi 0x7F1, 1 // hardware loops on
    csrwi 0x7F2, 1 // vector unit on
    la gp, __global_pointer$
    la t0, trap_vector
    csrw mtvec, t0
    csrr t0, mhartid
    bnez t0, second_hart

    la sp, __service_stack_top
    la tp, __service_tls
    la t0, __bss_start
    la t1, __bss_end
1:  bgeu t0, t1, 2f
    sw zero, 0(t0)
    addi t0, t0, 4
    j 1b
2:  call board_main

// Nothing in memory is ready until it is called for the first time.
second_hart:
    csrwi mie, MIE_SOFTWARE
1:  wfi
    csrr t0, mip
    andi t0, t0, MIE_SOFTWARE
    beqz t0, 1b
    la sp, __idle_stack_top
    la tp, __kernel_tls
    csrsi mstatus, MSTATUS_MIE
2:  wfi
    j 2b
    .size _start, . - _start

// As ESP-IDF's tables send them on (riscv/vectors_clic.S): exceptions to
// _panic_handler, which the linker wraps; interrupts to their own.
    .type trap_vector, @function
    .balign 4
trap_vector:
    csrw mscratch, t0
    csrr t0, mcause
    bltz t0, 1f
    csrr t0, mscratch
    j _panic_handler
1:  csrr t0, mscratch
    j interrupt
    .size trap_vector, . - trap_vector

.macro save_registers
    .irp n, 1,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    sw x\n, 4*\n(sp)
    .endr
    csrr t0, mepc
    sw t0, 0(sp)
.endm

// An interrupt of the second hart: the task's registers go to its stack, and its
// control block's first word tells where.
    .type interrupt, @function
interrupt:
    addi sp, sp, -128
    save_registers
    addi t0, sp, 128
    sw t0, 8(sp)
    la t0, port_uxInterruptNesting
    li t1, 1
    sw t1, 4(t0)
    la t0, pxCurrentTCBs
    lw t1, 4(t0)
    sw sp, 0(t1)
    la sp, __isr_stack_top
    la tp, __kernel_tls
    la gp, __global_pointer$
    call rtos_switch
    la t0, port_uxInterruptNesting
    sw zero, 4(t0)
    la t0, pxCurrentTCBs
    lw t1, 4(t0)
    lw sp, 0(t1)
    li t0, MSTATUS_MPIE_MPP
    csrs mstatus, t0
    lw t0, 0(sp)
    csrw mepc, t0
    .irp n, 1,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    lw x\n, 4*\n(sp)
    .endr
    addi sp, sp, 128
    mret
    .size interrupt, . - interrupt
