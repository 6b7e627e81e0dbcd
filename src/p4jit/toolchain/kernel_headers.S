/* The headers that kernels may include, as they are, in the library. */
        .section .rodata
        .globl  p4jit_pie_h, p4jit_pie_h_end, p4jit_pie_instructions_h, p4jit_pie_instructions_h_end
        .hidden p4jit_pie_h, p4jit_pie_h_end, p4jit_pie_instructions_h, p4jit_pie_instructions_h_end
p4jit_pie_h:
        .incbin "pie.h"
p4jit_pie_h_end:
        .byte   0
p4jit_pie_instructions_h:
        .incbin "pie_instructions.h"
p4jit_pie_instructions_h_end:
        .byte   0
        .section .note.GNU-stack, "", %progbits
