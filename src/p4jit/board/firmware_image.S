/* The virtual board's firmware image, as it is, in the library. */
        .section .rodata
        .balign 16
        .globl  p4jit_firmware_image
        .hidden p4jit_firmware_image
p4jit_firmware_image:
        .incbin P4JIT_FIRMWARE_IMAGE
        .globl  p4jit_firmware_image_end
        .hidden p4jit_firmware_image_end
p4jit_firmware_image_end:
        .byte   0
        .section .note.GNU-stack, "", %progbits
