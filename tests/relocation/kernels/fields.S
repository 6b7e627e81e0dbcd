# Every relocation by hand, each with addends.
    .option rvc
    .text
    .globl fields
    .globl high_half
    .type fields, @function
fields:
1:  auipc a0, %pcrel_hi(words + 8)
    lw a1, %pcrel_lo(1b)(a0)
    sw a1, %pcrel_lo(1b)(a0)
    flw fa0, %pcrel_lo(1b)(a0)
    fsw fa0, %pcrel_lo(1b)(a0)
high_half:
    auipc a0, %pcrel_hi(aligned_pair)
    .option norvc
    .reloc ., R_RISCV_PCREL_LO12_I, high_half + 4
    lw a1, 0(a0)
    .reloc ., R_RISCV_PCREL_LO12_S, high_half + 4
    sw a1, 0(a0)
    .option rvc
2:  auipc a2, %pcrel_hi(far_away - 0x7FC)
    addi a2, a2, %pcrel_lo(2b)
    jalr a2, a2, %pcrel_lo(2b)
    lui a3, %hi(words + 0x7FF)
    lw a4, %lo(words + 0x7FF)(a3)
    addi a4, a3, %lo(words - 0x801)
    sw a4, %lo(words)(a3)
    .reloc ., R_RISCV_RVC_LUI, small_value
    c.lui a5, 1
    addi a5, a5, %lo(small_value)
    .reloc ., R_RISCV_RVC_LUI, tiny_value
    c.lui a5, 1
    call elsewhere
    .reloc ., R_RISCV_CALL, elsewhere + 4
    auipc t1, 0
    jalr ra, t1, 0
    call firmware_function
    tail fields
    .balign 16
    beq a0, a1, fields
    bne a0, a1, forward
    blt a0, a1, elsewhere
    bgeu a0, a1, elsewhere + 2
    jal elsewhere
    j forward
    .balign 8
    nop
    c.beqz a0, forward
    c.bnez a1, forward
    c.j forward
    c.jal forward
    .balign 32
forward:
    c.beqz a0, fields_end
    .option norvc
    la a0, words
    la a1, firmware_data
    .option pic
    la a3, got_target
4:  auipc a4, %got_pcrel_hi(firmware_data)
    lw a4, %pcrel_lo(4b)(a4)
    la a3, nobody_has_this
    .option nopic
    .option rvc
    lla a2, fields_end
fields_end:
    ret
    .size fields, . - fields
    .weak nobody_has_this

    .section .text.elsewhere, "ax"
    .globl elsewhere
    .type elsewhere, @function
elsewhere:
    .balign 4
    nop
    j fields
    ret

    .equ small_value, 0x12345
    .equ tiny_value, 0x123
    .globl small_value, tiny_value

    .data
    .balign 4
    .globl words
words:
    .word words + 4, elsewhere - 8, firmware_data + 0x100, small_value
    .word forward - fields, fields_end - forward
    .half fields_end - forward, 7
    .byte fields_end - forward, 9, 0, 0
    .dword 0x1122334455667788
    .reloc words + 32, R_RISCV_ADD32, forward
    .reloc words + 32, R_RISCV_SUB32, fields
    .word 0x1000
    .reloc words + 36, R_RISCV_ADD64, fields_end
    .reloc words + 36, R_RISCV_SUB64, fields
    .dword 0x100000000
    .reloc words + 44, R_RISCV_ADD16, forward
    .reloc words + 44, R_RISCV_SUB16, fields
    .half 0x10
    .reloc words + 46, R_RISCV_ADD8, forward
    .reloc words + 46, R_RISCV_SUB8, fields
    .byte 5
    .reloc words + 47, R_RISCV_SET6, forward
    .reloc words + 47, R_RISCV_SUB6, fields
    .byte 0xC0
    .reloc words + 48, R_RISCV_SET8, forward
    .reloc words + 48, R_RISCV_SUB8, fields
    .byte 0xFF, 0
    .reloc words + 50, R_RISCV_SET16, forward
    .reloc words + 50, R_RISCV_SUB16, fields
    .half 0xFFFF
    .reloc words + 52, R_RISCV_SET32, forward
    .reloc words + 52, R_RISCV_SUB32, fields
    .word 0xFFFFFFFF
    .reloc words + 56, R_RISCV_32_PCREL, elsewhere
    .word 0
    .reloc words + 60, R_RISCV_NONE, elsewhere
    .word 0

    .balign 8
aligned_pair:
    .word 1, 2

    .section .bss.far, "aw", @nobits
    .balign 64
    .globl far_away, got_target
    .zero 5000
far_away:
    .zero 12
got_target:
    .zero 4
    .comm shared_room, 40, 32
    .section .rodata.tail, "a"
    .byte 1
    .balign 2
    .half 2
    .word shared_room + 8
