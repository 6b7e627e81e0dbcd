# Differences of variable length, which only LLVM's assembler leaves to the
# linker: over code that could still shrink.
    .text
    .globl start
start:
    call start
    nop
    .space 200
end:
    ret
    .space 20000
far:
    .section .rodata, "a"
    .uleb128 end - start
    .uleb128 far - start
    1:  .reloc 1b, R_RISCV_SET_ULEB128, far
    .reloc 1b, R_RISCV_SUB_ULEB128, start
    .byte 0x80, 0x80, 0x80, 0x80, 0x00
    .byte 7
