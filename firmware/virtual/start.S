// Where both harts begin, where kernels are called, and where traps arrive.
//
// Nothing a kernel does to registers may survive it: it may be hand-written, or
// stopped at any instruction. So the kernel hart does not return from a kernel,
// it starts over at kernel_over with every register it relies on set anew.

#define MSTATUS_MIE 8
#define MSTATUS_FS_DIRTY 0x6000
#define MIE_SOFTWARE 8
#define RETURNED 0 // P4_RETURNED

// ESP32-P4's own registers; see disarm below.
#define LOOP0_COUNT 0x7C8
#define LOOP1_COUNT 0x7CB
#define HWLP_STATE 0x7F1
#define PIE_STATE 0x7F2

// trap_frame in trap.h
#define FRAME_SIZE 144
#define FRAME_PC 128
#define FRAME_CAUSE 132
#define FRAME_VALUE 136
#define FRAME_STATUS 140

.macro load_global_pointer
    .option push
    .option norelax
    la gp, __global_pointer$
    .option pop
.endm

// This hart's trap_frame. Uses no other register: the rest may be a kernel's.
.macro load_frame register
    .option push
    .option norelax
    csrr \register, mhartid
    beqz \register, 1f
    la \register, trap_frames + FRAME_SIZE
    j 2f
1:  la \register, trap_frames
2:
    .option pop
.endm

// The state that all C in here relies on: interrupts disabled, clocks that run.
// Uses t0.
.macro set_up_hart
    li t0, MSTATUS_FS_DIRTY
    csrw mstatus, t0
    csrwi mie, MIE_SOFTWARE
    csrwi mcountinhibit, 0
    load_global_pointer
    la t0, trap_entry
    csrw mtvec, t0
.endm

    .section .text.start, "ax"
    .globl _start, restart
    .type _start, @function
    .type restart, @function
_start:
restart:
    csrr t0, mhartid
    bnez t0, kernel_hart

    set_up_hart
    csrw fcsr, zero
    la sp, __service_stack_top
    la tp, __service_tls
    la t0, __bss_start
    la t1, __bss_end
1:  bgeu t0, t1, 2f
    sw zero, 0(t0)
    addi t0, t0, 4
    j 1b
2:  call service_main
    .size _start, . - _start

// Nothing in memory is ready until the service hart calls for the first time.
    .type kernel_hart, @function
kernel_hart:
    csrr t0, mtvec // 0 after power-on only
    bnez t0, wild_jump_to_start
    set_up_hart
1:  wfi
    csrr t0, mip
    andi t0, t0, MIE_SOFTWARE
    beqz t0, 1b

next_kernel:
    la sp, __idle_stack_top
    la tp, __kernel_tls
    call disarm
    call kernel_wait
    mv t0, a0
    mv a0, a1
    csrw fcsr, zero
    la sp, __kernel_stack_top
    csrsi mstatus, MSTATUS_MIE
    jalr t0
    csrci mstatus, MSTATUS_MIE
    mv a1, a0
    li a0, RETURNED

// a0: p4_outcome, a1: result
kernel_over:
    set_up_hart
    la sp, __idle_stack_top
    la tp, __kernel_tls
    call kernel_ended
    j next_kernel
    .size kernel_hart, . - kernel_hart

// A kernel jumped to where power-on begins: a trap like any other.
    .type wild_jump_to_start, @function
wild_jump_to_start:
    ebreak
    j wild_jump_to_start
    .size wild_jump_to_start, . - wild_jump_to_start

// Ends hardware loops that a stopped kernel left behind, and switches the
// loops and the vector unit (PIE) on. A chip without them traps on each of
// these instructions, which are then skipped.
    .type disarm, @function
disarm:
    la t0, skip_instruction
    csrrw t1, mtvec, t0
    csrwi LOOP0_COUNT, 0
    csrwi LOOP1_COUNT, 0
    csrwi HWLP_STATE, 1
    csrwi PIE_STATE, 1
    csrw mtvec, t1
    ret
    .size disarm, . - disarm

// sh1add gives 3 where it exists.
    .globl chip_revision
    .type chip_revision, @function
chip_revision:
    la t0, skip_instruction
    csrrw t1, mtvec, t0
    li a0, 1
    li a1, 1
    .insn r 0x33, 2, 0x10, a0, a1, a1
    csrw mtvec, t1
    li t0, 100
    mul a0, a0, t0
    ret
    .size chip_revision, . - chip_revision

    .balign 4
skip_instruction:
    csrr t2, mepc
    addi t2, t2, 4
    csrw mepc, t2
    mret

// Saves all integer registers in this hart's trap_frame and calls trap() on a
// stack of the firmware's own. mscratch is for this moment alone: a kernel may
// have written to it. Floating-point registers stay as they are:
// trap() resumes only from interrupts, without using any.
    .globl trap_entry
    .type trap_entry, @function
    .balign 4
trap_entry:
    csrw mscratch, t0
    load_frame t0
    .irp n, 1,2,3,4,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    sw x\n, 4*\n(t0)
    .endr
    csrr t1, mscratch
    sw t1, 4*5(t0)
    csrr t1, mepc
    sw t1, FRAME_PC(t0)
    csrr t1, mcause
    sw t1, FRAME_CAUSE(t0)
    csrr t1, mtval
    sw t1, FRAME_VALUE(t0)
    csrr t1, mstatus
    sw t1, FRAME_STATUS(t0)

    mv a0, t0
    load_global_pointer
    la sp, __idle_stack_top
    la tp, __kernel_tls
    csrr t1, mhartid
    bnez t1, 1f
    la sp, __service_stack_top
    la tp, __service_tls
1:  call trap
    mv a1, zero
    bgez a0, kernel_over

    load_frame t0
    lw t1, FRAME_PC(t0)
    csrw mepc, t1
    .irp n, 1,2,3,4,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    lw x\n, 4*\n(t0)
    .endr
    lw t0, 4*5(t0)
    mret
    .size trap_entry, . - trap_entry
