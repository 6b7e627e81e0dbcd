    .text
    .globl add_asm
    .type add_asm, @function
add_asm:
    add a0, a0, a1
    ret
    .size add_asm, . - add_asm
