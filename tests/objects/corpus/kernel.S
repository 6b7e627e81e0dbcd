# A kernel in assembly, with and without .type and .size.
    .text
    .globl asm_add
    .type asm_add, @function
asm_add:
    add a0, a0, a1
    ret
    .size asm_add, . - asm_add

    .globl asm_untyped
asm_untyped:
1:  addi a0, a0, -1
    bnez a0, 1b
    ret
