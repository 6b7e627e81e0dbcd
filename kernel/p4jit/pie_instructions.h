/* The vector instructions of the ESP32-P4, one macro each; include <p4jit/pie.h>.
 *
 * Printed from the rows of spec/isa: P4JIT_UPDATE_DOCS=1 ctest -R isa
 *
 * q0 to q7 are written as they are: p4_vadd_s8(q2, q0, q1). Other operands are C
 * expressions; a pointer that moves is a variable, and moves. Immediates are
 * constants. What an instruction puts into a general register is the macro's
 * value. On chip revisions 3.0 and up, sat or trunc and a rounding mode may follow
 * where the instruction takes them: p4_vmul_s8(q2, q0, q1, sat, rne).
 *
 * Lanes are what the name says: s8 and u8 sixteen, s16 and u16 eight, s32 and u32
 * four; sat() clamps to the lane's type, >> rounds as CFG says. docs/pie.md.
 */
#ifndef P4JIT_PIE_INSTRUCTIONS_H
#define P4JIT_PIE_INSTRUCTIONS_H

#include <stdint.h>

/* Where a pointer stands while it loads or stores qN: registers that the
 * instructions can name, a different one for each. */
#define P4_POINTER_q0 "t3"
#define P4_POINTER_q1 "t4"
#define P4_POINTER_q2 "t5"
#define P4_POINTER_q3 "t6"
#define P4_POINTER_q4 "a2"
#define P4_POINTER_q5 "a3"
#define P4_POINTER_q6 "a4"
#define P4_POINTER_q7 "a5"

/* complex: QACC_H lanes += qx * qy of lanes 4 to 7, saturated to 64 bits */
#define p4_vcmulas_s16_qacc_h(qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vcmulas.s16.qacc.h " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vcmulas_s16_qacc_h_ld_ip(qu, rs1, imm, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vcmulas.s16.qacc.h.ld.ip " #qu ", %[p4_rs1], %[p4_imm], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vcmulas_s16_qacc_h_ld_xp(qu, rs1, rs2, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vcmulas.s16.qacc.h.ld.xp " #qu ", %[p4_rs1], %[p4_rs2], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* complex: QACC_L lanes += qx * qy of lanes 0 to 3, saturated to 64 bits */
#define p4_vcmulas_s16_qacc_l(qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vcmulas.s16.qacc.l " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vcmulas_s16_qacc_l_ld_ip(qu, rs1, imm, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vcmulas.s16.qacc.l.ld.ip " #qu ", %[p4_rs1], %[p4_imm], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vcmulas_s16_qacc_l_ld_xp(qu, rs1, rs2, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vcmulas.s16.qacc.l.ld.xp " #qu ", %[p4_rs1], %[p4_rs2], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* complex: QACC_H lanes += qx * qy of lanes 8 to 15, saturated to 32 bits */
#define p4_vcmulas_s8_qacc_h(qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vcmulas.s8.qacc.h " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vcmulas_s8_qacc_h_ld_ip(qu, rs1, imm, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vcmulas.s8.qacc.h.ld.ip " #qu ", %[p4_rs1], %[p4_imm], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vcmulas_s8_qacc_h_ld_xp(qu, rs1, rs2, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vcmulas.s8.qacc.h.ld.xp " #qu ", %[p4_rs1], %[p4_rs2], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* complex: QACC_L lanes += qx * qy of lanes 0 to 7, saturated to 32 bits */
#define p4_vcmulas_s8_qacc_l(qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vcmulas.s8.qacc.l " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vcmulas_s8_qacc_l_ld_ip(qu, rs1, imm, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vcmulas.s8.qacc.l.ld.ip " #qu ", %[p4_rs1], %[p4_imm], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vcmulas_s8_qacc_l_ld_xp(qu, rs1, rs2, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vcmulas.s8.qacc.l.ld.xp " #qu ", %[p4_rs1], %[p4_rs2], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* QACC lanes += qx * qy, saturated to 64 bits */
#define p4_vmulas_s16_qacc(qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vmulas.s16.qacc " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vmulas_s16_qacc_ld_ip(qu, rs1, imm, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmulas.s16.qacc.ld.ip " #qu ", %[p4_rs1], %[p4_imm], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmulas_s16_qacc_ld_xp(qu, rs1, rs2, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vmulas.s16.qacc.ld.xp " #qu ", %[p4_rs1], %[p4_rs2], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmulas_s16_qacc_st_ip(qu, rs1, imm, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmulas.s16.qacc.st.ip " #qu ", %[p4_rs1], %[p4_imm], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmulas_s16_qacc_st_xp(qu, rs1, rs2, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vmulas.s16.qacc.st.xp " #qu ", %[p4_rs1], %[p4_rs2], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* QACC lanes += qx * qy, saturated to 32 bits */
#define p4_vmulas_s8_qacc(qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vmulas.s8.qacc " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vmulas_s8_qacc_ld_ip(qu, rs1, imm, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmulas.s8.qacc.ld.ip " #qu ", %[p4_rs1], %[p4_imm], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmulas_s8_qacc_ld_xp(qu, rs1, rs2, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vmulas.s8.qacc.ld.xp " #qu ", %[p4_rs1], %[p4_rs2], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmulas_s8_qacc_st_ip(qu, rs1, imm, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmulas.s8.qacc.st.ip " #qu ", %[p4_rs1], %[p4_imm], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmulas_s8_qacc_st_xp(qu, rs1, rs2, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vmulas.s8.qacc.st.xp " #qu ", %[p4_rs1], %[p4_rs2], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* QACC lanes += qx * qy, saturated to 64 bits, unsigned */
#define p4_vmulas_u16_qacc(qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vmulas.u16.qacc " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vmulas_u16_qacc_ld_ip(qu, rs1, imm, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmulas.u16.qacc.ld.ip " #qu ", %[p4_rs1], %[p4_imm], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmulas_u16_qacc_ld_xp(qu, rs1, rs2, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vmulas.u16.qacc.ld.xp " #qu ", %[p4_rs1], %[p4_rs2], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmulas_u16_qacc_st_ip(qu, rs1, imm, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmulas.u16.qacc.st.ip " #qu ", %[p4_rs1], %[p4_imm], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmulas_u16_qacc_st_xp(qu, rs1, rs2, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vmulas.u16.qacc.st.xp " #qu ", %[p4_rs1], %[p4_rs2], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* QACC lanes += qx * qy, saturated to 32 bits, unsigned */
#define p4_vmulas_u8_qacc(qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vmulas.u8.qacc " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vmulas_u8_qacc_ld_ip(qu, rs1, imm, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmulas.u8.qacc.ld.ip " #qu ", %[p4_rs1], %[p4_imm], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmulas_u8_qacc_ld_xp(qu, rs1, rs2, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vmulas.u8.qacc.ld.xp " #qu ", %[p4_rs1], %[p4_rs2], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmulas_u8_qacc_st_ip(qu, rs1, imm, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmulas.u8.qacc.st.ip " #qu ", %[p4_rs1], %[p4_imm], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmulas_u8_qacc_st_xp(qu, rs1, rs2, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vmulas.u8.qacc.st.xp " #qu ", %[p4_rs1], %[p4_rs2], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* QACC lanes += qx * qy, saturated to 64 bits */
#define p4_vmulas_s16_qacc_ldbc_incp(qu, rs1, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmulas.s16.qacc.ldbc.incp " #qu ", %[p4_rs1], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })

/* QACC lanes += qx * qy, saturated to 32 bits */
#define p4_vmulas_s8_qacc_ldbc_incp(qu, rs1, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmulas.s8.qacc.ldbc.incp " #qu ", %[p4_rs1], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })

/* QACC lanes += qx * qy, saturated to 64 bits, unsigned */
#define p4_vmulas_u16_qacc_ldbc_incp(qu, rs1, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmulas.u16.qacc.ldbc.incp " #qu ", %[p4_rs1], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })

/* QACC lanes += qx * qy, saturated to 32 bits, unsigned */
#define p4_vmulas_u8_qacc_ldbc_incp(qu, rs1, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmulas.u8.qacc.ldbc.incp " #qu ", %[p4_rs1], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })

/* QACC lanes += qx * lane sel16 of qy, saturated */
#define p4_vsmulas_s16_qacc(qx, qy, sel16, ...) \
    __extension__({ \
        __asm__ volatile("esp.vsmulas.s16.qacc " #qx ", " #qy ", %[p4_sel16]" __VA_OPT__(", " #__VA_ARGS__) :  : [p4_sel16] "n"(sel16)); \
    })
#define p4_vsmulas_s16_qacc_ld_incp(qu, rs1, qx, qy, sel16, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vsmulas.s16.qacc.ld.incp " #qu ", %[p4_rs1], " #qx ", " #qy ", %[p4_sel16]" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_sel16] "n"(sel16) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vsmulas_s8_qacc(qx, qy, sel16, ...) \
    __extension__({ \
        __asm__ volatile("esp.vsmulas.s8.qacc " #qx ", " #qy ", %[p4_sel16]" __VA_OPT__(", " #__VA_ARGS__) :  : [p4_sel16] "n"(sel16)); \
    })
#define p4_vsmulas_s8_qacc_ld_incp(qu, rs1, qx, qy, sel16, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vsmulas.s8.qacc.ld.incp " #qu ", %[p4_rs1], " #qx ", " #qy ", %[p4_sel16]" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_sel16] "n"(sel16) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vsmulas_u16_qacc(qx, qy, sel16, ...) \
    __extension__({ \
        __asm__ volatile("esp.vsmulas.u16.qacc " #qx ", " #qy ", %[p4_sel16]" __VA_OPT__(", " #__VA_ARGS__) :  : [p4_sel16] "n"(sel16)); \
    })
#define p4_vsmulas_u16_qacc_ld_incp(qu, rs1, qx, qy, sel16, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vsmulas.u16.qacc.ld.incp " #qu ", %[p4_rs1], " #qx ", " #qy ", %[p4_sel16]" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_sel16] "n"(sel16) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vsmulas_u8_qacc(qx, qy, sel16, ...) \
    __extension__({ \
        __asm__ volatile("esp.vsmulas.u8.qacc " #qx ", " #qy ", %[p4_sel16]" __VA_OPT__(", " #__VA_ARGS__) :  : [p4_sel16] "n"(sel16)); \
    })
#define p4_vsmulas_u8_qacc_ld_incp(qu, rs1, qx, qy, sel16, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vsmulas.u8.qacc.ld.incp " #qu ", %[p4_rs1], " #qx ", " #qy ", %[p4_sel16]" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_sel16] "n"(sel16) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* XACC += the sum of qx * qy over all lanes, saturated to 40 bits */
#define p4_vmulas_s16_xacc(qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vmulas.s16.xacc " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vmulas_s16_xacc_ld_ip(qu, rs1, imm, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmulas.s16.xacc.ld.ip " #qu ", %[p4_rs1], %[p4_imm], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmulas_s16_xacc_ld_xp(qu, rs1, rs2, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vmulas.s16.xacc.ld.xp " #qu ", %[p4_rs1], %[p4_rs2], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmulas_s16_xacc_st_ip(qu, rs1, imm, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmulas.s16.xacc.st.ip " #qu ", %[p4_rs1], %[p4_imm], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmulas_s16_xacc_st_xp(qu, rs1, rs2, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vmulas.s16.xacc.st.xp " #qu ", %[p4_rs1], %[p4_rs2], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmulas_s8_xacc(qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vmulas.s8.xacc " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vmulas_s8_xacc_ld_ip(qu, rs1, imm, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmulas.s8.xacc.ld.ip " #qu ", %[p4_rs1], %[p4_imm], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmulas_s8_xacc_ld_xp(qu, rs1, rs2, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vmulas.s8.xacc.ld.xp " #qu ", %[p4_rs1], %[p4_rs2], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmulas_s8_xacc_st_ip(qu, rs1, imm, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmulas.s8.xacc.st.ip " #qu ", %[p4_rs1], %[p4_imm], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmulas_s8_xacc_st_xp(qu, rs1, rs2, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vmulas.s8.xacc.st.xp " #qu ", %[p4_rs1], %[p4_rs2], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* XACC += the sum of qx * qy over all lanes, saturated to 40 bits, unsigned */
#define p4_vmulas_u16_xacc(qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vmulas.u16.xacc " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vmulas_u16_xacc_ld_ip(qu, rs1, imm, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmulas.u16.xacc.ld.ip " #qu ", %[p4_rs1], %[p4_imm], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmulas_u16_xacc_ld_xp(qu, rs1, rs2, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vmulas.u16.xacc.ld.xp " #qu ", %[p4_rs1], %[p4_rs2], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmulas_u16_xacc_st_ip(qu, rs1, imm, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmulas.u16.xacc.st.ip " #qu ", %[p4_rs1], %[p4_imm], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmulas_u16_xacc_st_xp(qu, rs1, rs2, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vmulas.u16.xacc.st.xp " #qu ", %[p4_rs1], %[p4_rs2], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmulas_u8_xacc(qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vmulas.u8.xacc " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vmulas_u8_xacc_ld_ip(qu, rs1, imm, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmulas.u8.xacc.ld.ip " #qu ", %[p4_rs1], %[p4_imm], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmulas_u8_xacc_ld_xp(qu, rs1, rs2, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vmulas.u8.xacc.ld.xp " #qu ", %[p4_rs1], %[p4_rs2], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmulas_u8_xacc_st_ip(qu, rs1, imm, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmulas.u8.xacc.st.ip " #qu ", %[p4_rs1], %[p4_imm], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmulas_u8_xacc_st_xp(qu, rs1, rs2, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vmulas.u8.xacc.st.xp " #qu ", %[p4_rs1], %[p4_rs2], " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* complex product of half the lanes, re even, im odd, >> SAR, sat; sel4: bit 0 the half, bit 1 conjugates qx */
#define p4_cmul_s16(qz, qx, qy, sel4, ...) \
    __extension__({ \
        __asm__ volatile("esp.cmul.s16 " #qz ", " #qx ", " #qy ", %[p4_sel4]" __VA_OPT__(", " #__VA_ARGS__) :  : [p4_sel4] "n"(sel4)); \
    })
#define p4_cmul_s16_ld_incp(qu, rs1, qz, qx, qy, sel4, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.cmul.s16.ld.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy ", %[p4_sel4]" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_sel4] "n"(sel4) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_cmul_s16_st_incp(qu, rs1, qz, qx, qy, sel4, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.cmul.s16.st.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy ", %[p4_sel4]" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_sel4] "n"(sel4) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_cmul_s8(qz, qx, qy, sel4, ...) \
    __extension__({ \
        __asm__ volatile("esp.cmul.s8 " #qz ", " #qx ", " #qy ", %[p4_sel4]" __VA_OPT__(", " #__VA_ARGS__) :  : [p4_sel4] "n"(sel4)); \
    })
#define p4_cmul_s8_ld_incp(qu, rs1, qz, qx, qy, sel4, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.cmul.s8.ld.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy ", %[p4_sel4]" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_sel4] "n"(sel4) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_cmul_s8_st_incp(qu, rs1, qz, qx, qy, sel4, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.cmul.s8.st.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy ", %[p4_sel4]" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_sel4] "n"(sel4) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_cmul_u16(qz, qx, qy, sel4, ...) \
    __extension__({ \
        __asm__ volatile("esp.cmul.u16 " #qz ", " #qx ", " #qy ", %[p4_sel4]" __VA_OPT__(", " #__VA_ARGS__) :  : [p4_sel4] "n"(sel4)); \
    })
#define p4_cmul_u16_ld_incp(qu, rs1, qz, qx, qy, sel4, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.cmul.u16.ld.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy ", %[p4_sel4]" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_sel4] "n"(sel4) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_cmul_u16_st_incp(qu, rs1, qz, qx, qy, sel4, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.cmul.u16.st.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy ", %[p4_sel4]" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_sel4] "n"(sel4) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_cmul_u8(qz, qx, qy, sel4, ...) \
    __extension__({ \
        __asm__ volatile("esp.cmul.u8 " #qz ", " #qx ", " #qy ", %[p4_sel4]" __VA_OPT__(", " #__VA_ARGS__) :  : [p4_sel4] "n"(sel4)); \
    })
#define p4_cmul_u8_ld_incp(qu, rs1, qz, qx, qy, sel4, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.cmul.u8.ld.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy ", %[p4_sel4]" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_sel4] "n"(sel4) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_cmul_u8_st_incp(qu, rs1, qz, qx, qy, sel4, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.cmul.u8.st.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy ", %[p4_sel4]" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_sel4] "n"(sel4) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* rd := the largest lane of qw, extended to 32 bits */
#define p4_max_s16_a(qw) \
    __extension__({ \
        register int32_t p4_rd __asm__("a0"); \
        __asm__ volatile("esp.max.s16.a " #qw ", %[p4_rd]" : [p4_rd] "=r"(p4_rd) : ); \
        p4_rd; \
    })
#define p4_max_s32_a(qw) \
    __extension__({ \
        register int32_t p4_rd __asm__("a0"); \
        __asm__ volatile("esp.max.s32.a " #qw ", %[p4_rd]" : [p4_rd] "=r"(p4_rd) : ); \
        p4_rd; \
    })
#define p4_max_s8_a(qw) \
    __extension__({ \
        register int32_t p4_rd __asm__("a0"); \
        __asm__ volatile("esp.max.s8.a " #qw ", %[p4_rd]" : [p4_rd] "=r"(p4_rd) : ); \
        p4_rd; \
    })
#define p4_max_u16_a(qw) \
    __extension__({ \
        register uint32_t p4_rd __asm__("a0"); \
        __asm__ volatile("esp.max.u16.a " #qw ", %[p4_rd]" : [p4_rd] "=r"(p4_rd) : ); \
        p4_rd; \
    })
#define p4_max_u32_a(qw) \
    __extension__({ \
        register uint32_t p4_rd __asm__("a0"); \
        __asm__ volatile("esp.max.u32.a " #qw ", %[p4_rd]" : [p4_rd] "=r"(p4_rd) : ); \
        p4_rd; \
    })
#define p4_max_u8_a(qw) \
    __extension__({ \
        register uint32_t p4_rd __asm__("a0"); \
        __asm__ volatile("esp.max.u8.a " #qw ", %[p4_rd]" : [p4_rd] "=r"(p4_rd) : ); \
        p4_rd; \
    })

/* rd := the smallest lane of qw, extended to 32 bits */
#define p4_min_s16_a(qw) \
    __extension__({ \
        register int32_t p4_rd __asm__("a0"); \
        __asm__ volatile("esp.min.s16.a " #qw ", %[p4_rd]" : [p4_rd] "=r"(p4_rd) : ); \
        p4_rd; \
    })
#define p4_min_s32_a(qw) \
    __extension__({ \
        register int32_t p4_rd __asm__("a0"); \
        __asm__ volatile("esp.min.s32.a " #qw ", %[p4_rd]" : [p4_rd] "=r"(p4_rd) : ); \
        p4_rd; \
    })
#define p4_min_s8_a(qw) \
    __extension__({ \
        register int32_t p4_rd __asm__("a0"); \
        __asm__ volatile("esp.min.s8.a " #qw ", %[p4_rd]" : [p4_rd] "=r"(p4_rd) : ); \
        p4_rd; \
    })
#define p4_min_u16_a(qw) \
    __extension__({ \
        register uint32_t p4_rd __asm__("a0"); \
        __asm__ volatile("esp.min.u16.a " #qw ", %[p4_rd]" : [p4_rd] "=r"(p4_rd) : ); \
        p4_rd; \
    })
#define p4_min_u32_a(qw) \
    __extension__({ \
        register uint32_t p4_rd __asm__("a0"); \
        __asm__ volatile("esp.min.u32.a " #qw ", %[p4_rd]" : [p4_rd] "=r"(p4_rd) : ); \
        p4_rd; \
    })
#define p4_min_u8_a(qw) \
    __extension__({ \
        register uint32_t p4_rd __asm__("a0"); \
        __asm__ volatile("esp.min.u8.a " #qw ", %[p4_rd]" : [p4_rd] "=r"(p4_rd) : ); \
        p4_rd; \
    })

/* qv := sat(|qy|), signed lanes */
#define p4_vabs_16(qv, qy) \
    __extension__({ \
        __asm__ volatile("esp.vabs.16 " #qv ", " #qy "" :  : ); \
    })
#define p4_vabs_32(qv, qy) \
    __extension__({ \
        __asm__ volatile("esp.vabs.32 " #qv ", " #qy "" :  : ); \
    })
#define p4_vabs_8(qv, qy) \
    __extension__({ \
        __asm__ volatile("esp.vabs.8 " #qv ", " #qy "" :  : ); \
    })

/* qv := sat(qx + qy) */
#define p4_vadd_s16(qv, qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vadd.s16 " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vadd_s16_ld_incp(qu, rs1, qv, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vadd.s16.ld.incp " #qu ", %[p4_rs1], " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vadd_s16_st_incp(qu, rs1, qv, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vadd.s16.st.incp " #qu ", %[p4_rs1], " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vadd_s32(qv, qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vadd.s32 " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vadd_s32_ld_incp(qu, rs1, qv, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vadd.s32.ld.incp " #qu ", %[p4_rs1], " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vadd_s32_st_incp(qu, rs1, qv, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vadd.s32.st.incp " #qu ", %[p4_rs1], " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vadd_s8(qv, qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vadd.s8 " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vadd_s8_ld_incp(qu, rs1, qv, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vadd.s8.ld.incp " #qu ", %[p4_rs1], " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vadd_s8_st_incp(qu, rs1, qv, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vadd.s8.st.incp " #qu ", %[p4_rs1], " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vadd_u16(qv, qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vadd.u16 " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vadd_u16_ld_incp(qu, rs1, qv, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vadd.u16.ld.incp " #qu ", %[p4_rs1], " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vadd_u16_st_incp(qu, rs1, qv, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vadd.u16.st.incp " #qu ", %[p4_rs1], " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vadd_u32(qv, qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vadd.u32 " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vadd_u32_ld_incp(qu, rs1, qv, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vadd.u32.ld.incp " #qu ", %[p4_rs1], " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vadd_u32_st_incp(qu, rs1, qv, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vadd.u32.st.incp " #qu ", %[p4_rs1], " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vadd_u8(qv, qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vadd.u8 " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vadd_u8_ld_incp(qu, rs1, qv, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vadd.u8.ld.incp " #qu ", %[p4_rs1], " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vadd_u8_st_incp(qu, rs1, qv, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vadd.u8.st.incp " #qu ", %[p4_rs1], " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })

/* qv := sat(qx + rs1), the scalar in every lane */
#define p4_vsadds_s16(qv, qx, rs1, ...) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        __asm__ volatile("esp.vsadds.s16 " #qv ", " #qx ", %[p4_rs1]" __VA_OPT__(", " #__VA_ARGS__) :  : [p4_rs1] "r"(p4_rs1)); \
    })
#define p4_vsadds_s8(qv, qx, rs1, ...) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        __asm__ volatile("esp.vsadds.s8 " #qv ", " #qx ", %[p4_rs1]" __VA_OPT__(", " #__VA_ARGS__) :  : [p4_rs1] "r"(p4_rs1)); \
    })
#define p4_vsadds_u16(qv, qx, rs1, ...) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        __asm__ volatile("esp.vsadds.u16 " #qv ", " #qx ", %[p4_rs1]" __VA_OPT__(", " #__VA_ARGS__) :  : [p4_rs1] "r"(p4_rs1)); \
    })
#define p4_vsadds_u8(qv, qx, rs1, ...) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        __asm__ volatile("esp.vsadds.u8 " #qv ", " #qx ", %[p4_rs1]" __VA_OPT__(", " #__VA_ARGS__) :  : [p4_rs1] "r"(p4_rs1)); \
    })

/* qv := sat(qx - rs1), the scalar in every lane */
#define p4_vssubs_s16(qv, qx, rs1, ...) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        __asm__ volatile("esp.vssubs.s16 " #qv ", " #qx ", %[p4_rs1]" __VA_OPT__(", " #__VA_ARGS__) :  : [p4_rs1] "r"(p4_rs1)); \
    })
#define p4_vssubs_s8(qv, qx, rs1, ...) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        __asm__ volatile("esp.vssubs.s8 " #qv ", " #qx ", %[p4_rs1]" __VA_OPT__(", " #__VA_ARGS__) :  : [p4_rs1] "r"(p4_rs1)); \
    })
#define p4_vssubs_u16(qv, qx, rs1, ...) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        __asm__ volatile("esp.vssubs.u16 " #qv ", " #qx ", %[p4_rs1]" __VA_OPT__(", " #__VA_ARGS__) :  : [p4_rs1] "r"(p4_rs1)); \
    })
#define p4_vssubs_u8(qv, qx, rs1, ...) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        __asm__ volatile("esp.vssubs.u8 " #qv ", " #qx ", %[p4_rs1]" __VA_OPT__(", " #__VA_ARGS__) :  : [p4_rs1] "r"(p4_rs1)); \
    })

/* qv := sat(qx - qy) */
#define p4_vsub_s16(qv, qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vsub.s16 " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vsub_s16_ld_incp(qu, rs1, qv, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vsub.s16.ld.incp " #qu ", %[p4_rs1], " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vsub_s16_st_incp(qu, rs1, qv, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vsub.s16.st.incp " #qu ", %[p4_rs1], " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vsub_s32(qv, qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vsub.s32 " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vsub_s32_ld_incp(qu, rs1, qv, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vsub.s32.ld.incp " #qu ", %[p4_rs1], " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vsub_s32_st_incp(qu, rs1, qv, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vsub.s32.st.incp " #qu ", %[p4_rs1], " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vsub_s8(qv, qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vsub.s8 " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vsub_s8_ld_incp(qu, rs1, qv, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vsub.s8.ld.incp " #qu ", %[p4_rs1], " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vsub_s8_st_incp(qu, rs1, qv, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vsub.s8.st.incp " #qu ", %[p4_rs1], " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vsub_u16(qv, qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vsub.u16 " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vsub_u16_ld_incp(qu, rs1, qv, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vsub.u16.ld.incp " #qu ", %[p4_rs1], " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vsub_u16_st_incp(qu, rs1, qv, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vsub.u16.st.incp " #qu ", %[p4_rs1], " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vsub_u32(qv, qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vsub.u32 " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vsub_u32_ld_incp(qu, rs1, qv, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vsub.u32.ld.incp " #qu ", %[p4_rs1], " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vsub_u32_st_incp(qu, rs1, qv, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vsub.u32.st.incp " #qu ", %[p4_rs1], " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vsub_u8(qv, qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vsub.u8 " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vsub_u8_ld_incp(qu, rs1, qv, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vsub.u8.ld.incp " #qu ", %[p4_rs1], " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vsub_u8_st_incp(qu, rs1, qv, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vsub.u8.st.incp " #qu ", %[p4_rs1], " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })

/* qz := qx clamped to -2^sel16 .. 2^sel16 - 1 */
#define p4_vclamp_s16(qz, qx, sel16) \
    __extension__({ \
        __asm__ volatile("esp.vclamp.s16 " #qz ", " #qx ", %[p4_sel16]" :  : [p4_sel16] "n"(sel16)); \
    })

/* qz := qx clamped between rs1 and rs2, in either order */
#define p4_vsat_s16(qz, qx, rs1, rs2) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vsat.s16 " #qz ", " #qx ", %[p4_rs1], %[p4_rs2]" :  : [p4_rs1] "r"(p4_rs1), [p4_rs2] "r"(p4_rs2)); \
    })
#define p4_vsat_s32(qz, qx, rs1, rs2) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vsat.s32 " #qz ", " #qx ", %[p4_rs1], %[p4_rs2]" :  : [p4_rs1] "r"(p4_rs1), [p4_rs2] "r"(p4_rs2)); \
    })
#define p4_vsat_s8(qz, qx, rs1, rs2) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vsat.s8 " #qz ", " #qx ", %[p4_rs1], %[p4_rs2]" :  : [p4_rs1] "r"(p4_rs1), [p4_rs2] "r"(p4_rs2)); \
    })
#define p4_vsat_u16(qz, qx, rs1, rs2) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vsat.u16 " #qz ", " #qx ", %[p4_rs1], %[p4_rs2]" :  : [p4_rs1] "r"(p4_rs1), [p4_rs2] "r"(p4_rs2)); \
    })
#define p4_vsat_u32(qz, qx, rs1, rs2) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vsat.u32 " #qz ", " #qx ", %[p4_rs1], %[p4_rs2]" :  : [p4_rs1] "r"(p4_rs1), [p4_rs2] "r"(p4_rs2)); \
    })
#define p4_vsat_u8(qz, qx, rs1, rs2) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vsat.u8 " #qz ", " #qx ", %[p4_rs1], %[p4_rs2]" :  : [p4_rs1] "r"(p4_rs1), [p4_rs2] "r"(p4_rs2)); \
    })

/* qz := the larger of qx and qy */
#define p4_vmax_s16(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vmax.s16 " #qz ", " #qx ", " #qy "" :  : ); \
    })
#define p4_vmax_s16_ld_incp(qu, rs1, qz, qx, qy) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmax.s16.ld.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmax_s16_st_incp(qu, rs1, qz, qx, qy) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmax.s16.st.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmax_s32(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vmax.s32 " #qz ", " #qx ", " #qy "" :  : ); \
    })
#define p4_vmax_s32_ld_incp(qu, rs1, qz, qx, qy) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmax.s32.ld.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmax_s32_st_incp(qu, rs1, qz, qx, qy) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmax.s32.st.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmax_s8(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vmax.s8 " #qz ", " #qx ", " #qy "" :  : ); \
    })
#define p4_vmax_s8_ld_incp(qu, rs1, qz, qx, qy) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmax.s8.ld.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmax_s8_st_incp(qu, rs1, qz, qx, qy) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmax.s8.st.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmax_u16(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vmax.u16 " #qz ", " #qx ", " #qy "" :  : ); \
    })
#define p4_vmax_u16_ld_incp(qu, rs1, qz, qx, qy) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmax.u16.ld.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmax_u16_st_incp(qu, rs1, qz, qx, qy) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmax.u16.st.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmax_u32(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vmax.u32 " #qz ", " #qx ", " #qy "" :  : ); \
    })
#define p4_vmax_u32_ld_incp(qu, rs1, qz, qx, qy) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmax.u32.ld.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmax_u32_st_incp(qu, rs1, qz, qx, qy) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmax.u32.st.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmax_u8(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vmax.u8 " #qz ", " #qx ", " #qy "" :  : ); \
    })
#define p4_vmax_u8_ld_incp(qu, rs1, qz, qx, qy) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmax.u8.ld.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmax_u8_st_incp(qu, rs1, qz, qx, qy) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmax.u8.st.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })

/* qz := the smaller of qx and qy */
#define p4_vmin_s16(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vmin.s16 " #qz ", " #qx ", " #qy "" :  : ); \
    })
#define p4_vmin_s16_ld_incp(qu, rs1, qz, qx, qy) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmin.s16.ld.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmin_s16_st_incp(qu, rs1, qz, qx, qy) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmin.s16.st.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmin_s32(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vmin.s32 " #qz ", " #qx ", " #qy "" :  : ); \
    })
#define p4_vmin_s32_ld_incp(qu, rs1, qz, qx, qy) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmin.s32.ld.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmin_s32_st_incp(qu, rs1, qz, qx, qy) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmin.s32.st.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmin_s8(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vmin.s8 " #qz ", " #qx ", " #qy "" :  : ); \
    })
#define p4_vmin_s8_ld_incp(qu, rs1, qz, qx, qy) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmin.s8.ld.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmin_s8_st_incp(qu, rs1, qz, qx, qy) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmin.s8.st.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmin_u16(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vmin.u16 " #qz ", " #qx ", " #qy "" :  : ); \
    })
#define p4_vmin_u16_ld_incp(qu, rs1, qz, qx, qy) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmin.u16.ld.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmin_u16_st_incp(qu, rs1, qz, qx, qy) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmin.u16.st.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmin_u32(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vmin.u32 " #qz ", " #qx ", " #qy "" :  : ); \
    })
#define p4_vmin_u32_ld_incp(qu, rs1, qz, qx, qy) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmin.u32.ld.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmin_u32_st_incp(qu, rs1, qz, qx, qy) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmin.u32.st.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmin_u8(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vmin.u8 " #qz ", " #qx ", " #qy "" :  : ); \
    })
#define p4_vmin_u8_ld_incp(qu, rs1, qz, qx, qy) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmin.u8.ld.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmin_u8_st_incp(qu, rs1, qz, qx, qy) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmin.u8.st.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })

/* qz := sat(qx * qy >> SAR) */
#define p4_vmul_s16(qz, qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vmul.s16 " #qz ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vmul_s16_ld_incp(qu, rs1, qz, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmul.s16.ld.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })

/* qz, qv := the low, high eight products qx * qy as 16-bit lanes, >> SAR */
#define p4_vmul_s16_s8xs8(qz, qv, qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vmul.s16.s8xs8 " #qz ", " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })

/* qz := sat(qx * qy >> SAR) */
#define p4_vmul_s16_st_incp(qu, rs1, qz, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmul.s16.st.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })

/* qz, qv := the low, high four products qx * qy as 32-bit lanes, >> SAR */
#define p4_vmul_s32_s16xs16(qz, qv, qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vmul.s32.s16xs16 " #qz ", " #qv ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })

/* qz := sat(qx * qy >> SAR) */
#define p4_vmul_s8(qz, qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vmul.s8 " #qz ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vmul_s8_ld_incp(qu, rs1, qz, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmul.s8.ld.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmul_s8_st_incp(qu, rs1, qz, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmul.s8.st.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmul_u16(qz, qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vmul.u16 " #qz ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vmul_u16_ld_incp(qu, rs1, qz, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmul.u16.ld.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmul_u16_st_incp(qu, rs1, qz, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmul.u16.st.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmul_u8(qz, qx, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vmul.u8 " #qz ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vmul_u8_ld_incp(qu, rs1, qz, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmul.u8.ld.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vmul_u8_st_incp(qu, rs1, qz, qx, qy, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vmul.u8.st.incp " #qu ", %[p4_rs1], " #qz ", " #qx ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })

/* qz := qy, but lanes that are 0 or less become sat(qy * qx >> rs1) */
#define p4_vprelu_s16(qz, qy, qx, rs1, ...) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        __asm__ volatile("esp.vprelu.s16 " #qz ", " #qy ", " #qx ", %[p4_rs1]" __VA_OPT__(", " #__VA_ARGS__) :  : [p4_rs1] "r"(p4_rs1)); \
    })
#define p4_vprelu_s8(qz, qy, qx, rs1, ...) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        __asm__ volatile("esp.vprelu.s8 " #qz ", " #qy ", " #qx ", %[p4_rs1]" __VA_OPT__(", " #__VA_ARGS__) :  : [p4_rs1] "r"(p4_rs1)); \
    })

/* lanes of qy that are 0 or less := sat(lane * rs2 >> rs1) */
#define p4_vrelu_s16(qy, rs2, rs1, ...) \
    __extension__({ \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        __asm__ volatile("esp.vrelu.s16 " #qy ", %[p4_rs2], %[p4_rs1]" __VA_OPT__(", " #__VA_ARGS__) :  : [p4_rs2] "r"(p4_rs2), [p4_rs1] "r"(p4_rs1)); \
    })
#define p4_vrelu_s8(qy, rs2, rs1, ...) \
    __extension__({ \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        __asm__ volatile("esp.vrelu.s8 " #qy ", %[p4_rs2], %[p4_rs1]" __VA_OPT__(", " #__VA_ARGS__) :  : [p4_rs2] "r"(p4_rs2), [p4_rs1] "r"(p4_rs1)); \
    })

/* rd := rs1 + 2 * rs2 */
#define p4_addx2(rs1, rs2) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        uint32_t p4_rd; \
        __typeof__((rs1) + 0) p4_rs1 = p4_rs1_value; \
        __typeof__((rs2) + 0) p4_rs2 = p4_rs2_value; \
        __asm__ volatile("esp.addx2 %[p4_rd], %[p4_rs1], %[p4_rs2]" : [p4_rd] "=r"(p4_rd) : [p4_rs1] "r"(p4_rs1), [p4_rs2] "r"(p4_rs2)); \
        p4_rd; \
    })

/* rd := rs1 + 4 * rs2 */
#define p4_addx4(rs1, rs2) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        uint32_t p4_rd; \
        __typeof__((rs1) + 0) p4_rs1 = p4_rs1_value; \
        __typeof__((rs2) + 0) p4_rs2 = p4_rs2_value; \
        __asm__ volatile("esp.addx4 %[p4_rd], %[p4_rs1], %[p4_rs2]" : [p4_rd] "=r"(p4_rd) : [p4_rs1] "r"(p4_rs1), [p4_rs2] "r"(p4_rs2)); \
        p4_rd; \
    })

/* rsd := rsd clamped between rs0 and rs1 */
#define p4_sat(rsd, rs0, rs1) \
    __extension__({ \
        int32_t p4_rsd_value = (rsd); \
        __typeof__((rs0) + 0) p4_rs0_value = (rs0); \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        int32_t p4_rsd = p4_rsd_value; \
        __typeof__((rs0) + 0) p4_rs0 = p4_rs0_value; \
        __typeof__((rs1) + 0) p4_rs1 = p4_rs1_value; \
        __asm__ volatile("esp.sat %[p4_rsd], %[p4_rs0], %[p4_rs1]" : [p4_rsd] "+r"(p4_rsd) : [p4_rs0] "r"(p4_rs0), [p4_rs1] "r"(p4_rs1)); \
        p4_rsd; \
    })

/* rd := rs1 - 2 * rs2 */
#define p4_subx2(rs1, rs2) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        int32_t p4_rd; \
        __typeof__((rs1) + 0) p4_rs1 = p4_rs1_value; \
        __typeof__((rs2) + 0) p4_rs2 = p4_rs2_value; \
        __asm__ volatile("esp.subx2 %[p4_rd], %[p4_rs1], %[p4_rs2]" : [p4_rd] "=r"(p4_rd) : [p4_rs1] "r"(p4_rs1), [p4_rs2] "r"(p4_rs2)); \
        p4_rd; \
    })

/* rd := rs1 - 4 * rs2 */
#define p4_subx4(rs1, rs2) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        int32_t p4_rd; \
        __typeof__((rs1) + 0) p4_rs1 = p4_rs1_value; \
        __typeof__((rs2) + 0) p4_rs2 = p4_rs2_value; \
        __asm__ volatile("esp.subx4 %[p4_rd], %[p4_rs1], %[p4_rs2]" : [p4_rd] "=r"(p4_rd) : [p4_rs1] "r"(p4_rs1), [p4_rs2] "r"(p4_rs2)); \
        p4_rd; \
    })

/* qz := qx & qy, 128 bits */
#define p4_andq(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.andq " #qz ", " #qx ", " #qy "" :  : ); \
    })

/* qz := ~qx, 128 bits */
#define p4_notq(qz, qx) \
    __extension__({ \
        __asm__ volatile("esp.notq " #qz ", " #qx "" :  : ); \
    })

/* qz := qx | qy, 128 bits */
#define p4_orq(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.orq " #qz ", " #qx ", " #qy "" :  : ); \
    })

/* qz := qx ^ qy, 128 bits */
#define p4_xorq(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.xorq " #qz ", " #qx ", " #qy "" :  : ); \
    })

/* qz := all ones in lanes where qx = qy, otherwise 0 */
#define p4_vcmp_eq_s16(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vcmp.eq.s16 " #qz ", " #qx ", " #qy "" :  : ); \
    })
#define p4_vcmp_eq_s32(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vcmp.eq.s32 " #qz ", " #qx ", " #qy "" :  : ); \
    })
#define p4_vcmp_eq_s8(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vcmp.eq.s8 " #qz ", " #qx ", " #qy "" :  : ); \
    })
#define p4_vcmp_eq_u16(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vcmp.eq.u16 " #qz ", " #qx ", " #qy "" :  : ); \
    })
#define p4_vcmp_eq_u32(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vcmp.eq.u32 " #qz ", " #qx ", " #qy "" :  : ); \
    })
#define p4_vcmp_eq_u8(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vcmp.eq.u8 " #qz ", " #qx ", " #qy "" :  : ); \
    })

/* qz := all ones in lanes where qx > qy, otherwise 0 */
#define p4_vcmp_gt_s16(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vcmp.gt.s16 " #qz ", " #qx ", " #qy "" :  : ); \
    })
#define p4_vcmp_gt_s32(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vcmp.gt.s32 " #qz ", " #qx ", " #qy "" :  : ); \
    })
#define p4_vcmp_gt_s8(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vcmp.gt.s8 " #qz ", " #qx ", " #qy "" :  : ); \
    })
#define p4_vcmp_gt_u16(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vcmp.gt.u16 " #qz ", " #qx ", " #qy "" :  : ); \
    })
#define p4_vcmp_gt_u32(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vcmp.gt.u32 " #qz ", " #qx ", " #qy "" :  : ); \
    })
#define p4_vcmp_gt_u8(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vcmp.gt.u8 " #qz ", " #qx ", " #qy "" :  : ); \
    })

/* qz := all ones in lanes where qx < qy, otherwise 0 */
#define p4_vcmp_lt_s16(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vcmp.lt.s16 " #qz ", " #qx ", " #qy "" :  : ); \
    })
#define p4_vcmp_lt_s32(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vcmp.lt.s32 " #qz ", " #qx ", " #qy "" :  : ); \
    })
#define p4_vcmp_lt_s8(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vcmp.lt.s8 " #qz ", " #qx ", " #qy "" :  : ); \
    })
#define p4_vcmp_lt_u16(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vcmp.lt.u16 " #qz ", " #qx ", " #qy "" :  : ); \
    })
#define p4_vcmp_lt_u32(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vcmp.lt.u32 " #qz ", " #qx ", " #qy "" :  : ); \
    })
#define p4_vcmp_lt_u8(qz, qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vcmp.lt.u8 " #qz ", " #qx ", " #qy "" :  : ); \
    })

/* QACC lanes := lanes of qu, extended */
#define p4_mov_s16_qacc(qu) \
    __extension__({ \
        __asm__ volatile("esp.mov.s16.qacc " #qu "" :  : ); \
    })
#define p4_mov_s8_qacc(qu) \
    __extension__({ \
        __asm__ volatile("esp.mov.s8.qacc " #qu "" :  : ); \
    })
#define p4_mov_u16_qacc(qu) \
    __extension__({ \
        __asm__ volatile("esp.mov.u16.qacc " #qu "" :  : ); \
    })
#define p4_mov_u8_qacc(qu) \
    __extension__({ \
        __asm__ volatile("esp.mov.u8.qacc " #qu "" :  : ); \
    })

/* rd := lane sel16 of qy, zero-extended */
#define p4_movi_16_a(qy, sel16) \
    __extension__({ \
        register uint32_t p4_rd __asm__("a0"); \
        __asm__ volatile("esp.movi.16.a " #qy ", %[p4_rd], %[p4_sel16]" : [p4_rd] "=r"(p4_rd) : [p4_sel16] "n"(sel16)); \
        p4_rd; \
    })

/* lane sel16 of qy := rs1 */
#define p4_movi_16_q(qy, rs1, sel16) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        __asm__ volatile("esp.movi.16.q " #qy ", %[p4_rs1], %[p4_sel16]" :  : [p4_rs1] "r"(p4_rs1), [p4_sel16] "n"(sel16)); \
    })

/* rd := lane sel4 of qy */
#define p4_movi_32_a(qy, sel4) \
    __extension__({ \
        register uint32_t p4_rd __asm__("a0"); \
        __asm__ volatile("esp.movi.32.a " #qy ", %[p4_rd], %[p4_sel4]" : [p4_rd] "=r"(p4_rd) : [p4_sel4] "n"(sel4)); \
        p4_rd; \
    })

/* lane sel4 of qy := rs1 */
#define p4_movi_32_q(qy, rs1, sel4) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        __asm__ volatile("esp.movi.32.q " #qy ", %[p4_rs1], %[p4_sel4]" :  : [p4_rs1] "r"(p4_rs1), [p4_sel4] "n"(sel4)); \
    })

/* rd := lane sel16 of qy, zero-extended */
#define p4_movi_8_a(qy, sel16) \
    __extension__({ \
        register uint32_t p4_rd __asm__("a0"); \
        __asm__ volatile("esp.movi.8.a " #qy ", %[p4_rd], %[p4_sel16]" : [p4_rd] "=r"(p4_rd) : [p4_sel16] "n"(sel16)); \
        p4_rd; \
    })

/* lane sel16 of qy := rs1 */
#define p4_movi_8_q(qy, rs1, sel16) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        __asm__ volatile("esp.movi.8.q " #qy ", %[p4_rs1], %[p4_sel16]" :  : [p4_rs1] "r"(p4_rs1), [p4_sel16] "n"(sel16)); \
    })

/* rd := the special register that the name ends in */
#define p4_movx_r_cfg() \
    __extension__({ \
        register uint32_t p4_rd __asm__("a0"); \
        __asm__ volatile("esp.movx.r.cfg %[p4_rd]" : [p4_rd] "=r"(p4_rd) : ); \
        p4_rd; \
    })
#define p4_movx_r_fft_bit_width() \
    __extension__({ \
        register uint32_t p4_rd __asm__("a0"); \
        __asm__ volatile("esp.movx.r.fft.bit.width %[p4_rd]" : [p4_rd] "=r"(p4_rd) : ); \
        p4_rd; \
    })
#define p4_movx_r_perf(rs1) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register uint32_t p4_rd __asm__("a0"); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a1") = p4_rs1_value; \
        __asm__ volatile("esp.movx.r.perf %[p4_rd], %[p4_rs1]" : [p4_rd] "=r"(p4_rd) : [p4_rs1] "r"(p4_rs1)); \
        p4_rd; \
    })
#define p4_movx_r_sar() \
    __extension__({ \
        register uint32_t p4_rd __asm__("a0"); \
        __asm__ volatile("esp.movx.r.sar %[p4_rd]" : [p4_rd] "=r"(p4_rd) : ); \
        p4_rd; \
    })
#define p4_movx_r_sar_bytes() \
    __extension__({ \
        register uint32_t p4_rd __asm__("a0"); \
        __asm__ volatile("esp.movx.r.sar.bytes %[p4_rd]" : [p4_rd] "=r"(p4_rd) : ); \
        p4_rd; \
    })
#define p4_movx_r_xacc_h() \
    __extension__({ \
        register uint32_t p4_rd __asm__("a0"); \
        __asm__ volatile("esp.movx.r.xacc.h %[p4_rd]" : [p4_rd] "=r"(p4_rd) : ); \
        p4_rd; \
    })
#define p4_movx_r_xacc_l() \
    __extension__({ \
        register uint32_t p4_rd __asm__("a0"); \
        __asm__ volatile("esp.movx.r.xacc.l %[p4_rd]" : [p4_rd] "=r"(p4_rd) : ); \
        p4_rd; \
    })

/* the special register that the name ends in := rs1 */
#define p4_movx_w_cfg(rs1) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        __asm__ volatile("esp.movx.w.cfg %[p4_rs1]" :  : [p4_rs1] "r"(p4_rs1)); \
    })
#define p4_movx_w_fft_bit_width(rs1) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        __asm__ volatile("esp.movx.w.fft.bit.width %[p4_rs1]" :  : [p4_rs1] "r"(p4_rs1)); \
    })
#define p4_movx_w_perf(rs1) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        __asm__ volatile("esp.movx.w.perf %[p4_rs1]" :  : [p4_rs1] "r"(p4_rs1)); \
    })
#define p4_movx_w_sar(rs1) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        __asm__ volatile("esp.movx.w.sar %[p4_rs1]" :  : [p4_rs1] "r"(p4_rs1)); \
    })
#define p4_movx_w_sar_bytes(rs1) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        __asm__ volatile("esp.movx.w.sar.bytes %[p4_rs1]" :  : [p4_rs1] "r"(p4_rs1)); \
    })
#define p4_movx_w_xacc_h(rs1) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        __asm__ volatile("esp.movx.w.xacc.h %[p4_rs1]" :  : [p4_rs1] "r"(p4_rs1)); \
    })
#define p4_movx_w_xacc_l(rs1) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        __asm__ volatile("esp.movx.w.xacc.l %[p4_rs1]" :  : [p4_rs1] "r"(p4_rs1)); \
    })

/* qz, qv := the low, high half of qw, lanes extended to twice their width */
#define p4_vext_s16(qz, qv, qw) \
    __extension__({ \
        __asm__ volatile("esp.vext.s16 " #qz ", " #qv ", " #qw "" :  : ); \
    })
#define p4_vext_s8(qz, qv, qw) \
    __extension__({ \
        __asm__ volatile("esp.vext.s8 " #qz ", " #qv ", " #qw "" :  : ); \
    })
#define p4_vext_u16(qz, qv, qw) \
    __extension__({ \
        __asm__ volatile("esp.vext.u16 " #qz ", " #qv ", " #qw "" :  : ); \
    })
#define p4_vext_u8(qz, qv, qw) \
    __extension__({ \
        __asm__ volatile("esp.vext.u8 " #qz ", " #qv ", " #qw "" :  : ); \
    })

/* qx, qy := the even, odd lanes of both */
#define p4_vunzip_16(qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vunzip.16 " #qx ", " #qy "" :  : ); \
    })
#define p4_vunzip_32(qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vunzip.32 " #qx ", " #qy "" :  : ); \
    })
#define p4_vunzip_8(qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vunzip.8 " #qx ", " #qy "" :  : ); \
    })

/* qx, qy, qw := every third lane of all three */
#define p4_vunzipt_16(qx, qy, qw) \
    __extension__({ \
        __asm__ volatile("esp.vunzipt.16 " #qx ", " #qy ", " #qw "" :  : ); \
    })
#define p4_vunzipt_8(qx, qy, qw) \
    __extension__({ \
        __asm__ volatile("esp.vunzipt.8 " #qx ", " #qy ", " #qw "" :  : ); \
    })

/* qx, qy := their lanes interleaved, low half first */
#define p4_vzip_16(qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vzip.16 " #qx ", " #qy "" :  : ); \
    })
#define p4_vzip_32(qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vzip.32 " #qx ", " #qy "" :  : ); \
    })
#define p4_vzip_8(qx, qy) \
    __extension__({ \
        __asm__ volatile("esp.vzip.8 " #qx ", " #qy "" :  : ); \
    })

/* qx, qy, qw := their lanes interleaved by three */
#define p4_vzipt_16(qx, qy, qw) \
    __extension__({ \
        __asm__ volatile("esp.vzipt.16 " #qx ", " #qy ", " #qw "" :  : ); \
    })
#define p4_vzipt_8(qx, qy, qw) \
    __extension__({ \
        __asm__ volatile("esp.vzipt.8 " #qx ", " #qy ", " #qw "" :  : ); \
    })

/* qz := 0 */
#define p4_zero_q(qz) \
    __extension__({ \
        __asm__ volatile("esp.zero.q " #qz "" :  : ); \
    })

/* QACC := 0 */
#define p4_zero_qacc() \
    __extension__({ \
        __asm__ volatile("esp.zero.qacc" :  : ); \
    })

/* XACC := 0 */
#define p4_zero_xacc() \
    __extension__({ \
        __asm__ volatile("esp.zero.xacc" :  : ); \
    })

/* add, multiply, subtract step of a real FFT, with a load or store; sel2: which pairs */
#define p4_fft_ams_s16_ld_incp(qu, rs1, qz, qv, qx, qw, qy, sel2, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.fft.ams.s16.ld.incp " #qu ", %[p4_rs1], " #qz ", " #qv ", " #qx ", " #qw ", " #qy ", %[p4_sel2]" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_sel2] "n"(sel2) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_fft_ams_s16_ld_incp_uaup(qu, rs1, qz, qv, qx, qw, qy, sel2, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.fft.ams.s16.ld.incp.uaup " #qu ", %[p4_rs1], " #qz ", " #qv ", " #qx ", " #qw ", " #qy ", %[p4_sel2]" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_sel2] "n"(sel2) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_fft_ams_s16_ld_r32_decp(qu, rs1, qz, qv, qx, qw, qy, sel2, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.fft.ams.s16.ld.r32.decp " #qu ", %[p4_rs1], " #qz ", " #qv ", " #qx ", " #qw ", " #qy ", %[p4_sel2]" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_sel2] "n"(sel2) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_fft_ams_s16_st_incp(qu, qz, rs2, rs1, qx, qw, qy, sel2, ...) \
    __extension__({ \
        __typeof__(rs2) p4_rs2_value = (rs2); \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs2) p4_rs2 __asm__("a1") = p4_rs2_value; \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.fft.ams.s16.st.incp " #qu ", " #qz ", %[p4_rs2], %[p4_rs1], " #qx ", " #qw ", " #qy ", %[p4_sel2]" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs2] "+r"(p4_rs2), [p4_rs1] "+r"(p4_rs1) : [p4_sel2] "n"(sel2) : "memory"); \
        (rs2) = p4_rs2; \
        (rs1) = p4_rs1; \
    })

/* lane i of qv := max(v, v with FFT_BIT_WIDTH bits reversed), v = rs1 + i; rs1 += 8 */
#define p4_fft_bitrev(qv, rs1) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__("a5") = p4_rs1_value; \
        __asm__ volatile("esp.fft.bitrev " #qv ", %[p4_rs1]" : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })

/* pair sel8 / 2 of qz := data * twiddle >> SAR; qu := 16 bytes at rs1; rs1 += rs2 */
#define p4_fft_cmul_s16_ld_xp(qu, rs1, rs2, qz, qy, qx, sel8, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.fft.cmul.s16.ld.xp " #qu ", %[p4_rs1], %[p4_rs2], " #qz ", " #qy ", " #qx ", %[p4_sel8]" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2), [p4_sel8] "n"(sel8) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* 16 bytes at rs1 := pairs combined with data * twiddle >> SAR, as upd4 says; rs1 += rs2 */
#define p4_fft_cmul_s16_st_xp(qy, qx, qu, rs1, rs2, sel8, upd4, sel4, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.fft.cmul.s16.st.xp " #qy ", " #qx ", " #qu ", %[p4_rs1], %[p4_rs2], %[p4_sel8], %[p4_upd4], %[p4_sel4]" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2), [p4_sel8] "n"(sel8), [p4_upd4] "n"(upd4), [p4_sel4] "n"(sel4) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* radix-2 butterfly: sums and differences of complex pairs of qx and qy; sel2: which pairs */
#define p4_fft_r2bf_s16(qz, qv, qx, qy, sel2, ...) \
    __extension__({ \
        __asm__ volatile("esp.fft.r2bf.s16 " #qz ", " #qv ", " #qx ", " #qy ", %[p4_sel2]" __VA_OPT__(", " #__VA_ARGS__) :  : [p4_sel2] "n"(sel2)); \
    })

/* 16 bytes at rs1 := (qx + qy) >> sel4; qz := qx - qy; rs1 += 16 */
#define p4_fft_r2bf_s16_st_incp(qz, qx, qy, rs1, sel4, ...) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__("a5") = p4_rs1_value; \
        __asm__ volatile("esp.fft.r2bf.s16.st.incp " #qz ", " #qx ", " #qy ", %[p4_rs1], %[p4_sel4]" __VA_OPT__(", " #__VA_ARGS__) : [p4_rs1] "+r"(p4_rs1) : [p4_sel4] "n"(sel4) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* 16 bytes at rs1 := the words of qu in reverse, halfwords >> sel2; rs1 -= 16 */
#define p4_fft_vst_r32_decp(qu, rs1, sel2) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.fft.vst.r32.decp " #qu ", %[p4_rs1], %[p4_sel2]" : [p4_rs1] "+r"(p4_rs1) : [p4_sel2] "n"(sel2) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* qu := the aligned 16 bytes at rs1; SAR_BYTE := rs1 mod 16 */
#define p4_ld_128_usar_ip(qu, rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.ld.128.usar.ip " #qu ", %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_ld_128_usar_xp(qu, rs1, rs2) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.ld.128.usar.xp " #qu ", %[p4_rs1], %[p4_rs2]" : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* every lane of qu := the element at rs1 */
#define p4_vldbc_16_ip(qu, rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vldbc.16.ip " #qu ", %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vldbc_16_xp(qu, rs1, rs2) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vldbc.16.xp " #qu ", %[p4_rs1], %[p4_rs2]" : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vldbc_32_ip(qu, rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vldbc.32.ip " #qu ", %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vldbc_32_xp(qu, rs1, rs2) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vldbc.32.xp " #qu ", %[p4_rs1], %[p4_rs2]" : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vldbc_8_ip(qu, rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vldbc.8.ip " #qu ", %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vldbc_8_xp(qu, rs1, rs2) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vldbc.8.xp " #qu ", %[p4_rs1], %[p4_rs2]" : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* qu, qz := the low, high half of 16 bytes at rs1, lanes extended to twice their width */
#define p4_vldext_s16_ip(qu, qz, rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vldext.s16.ip " #qu ", " #qz ", %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vldext_s16_xp(qu, qz, rs1, rs2) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vldext.s16.xp " #qu ", " #qz ", %[p4_rs1], %[p4_rs2]" : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vldext_s8_ip(qu, qz, rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vldext.s8.ip " #qu ", " #qz ", %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vldext_s8_xp(qu, qz, rs1, rs2) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vldext.s8.xp " #qu ", " #qz ", %[p4_rs1], %[p4_rs2]" : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vldext_u16_ip(qu, qz, rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vldext.u16.ip " #qu ", " #qz ", %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vldext_u16_xp(qu, qz, rs1, rs2) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vldext.u16.xp " #qu ", " #qz ", %[p4_rs1], %[p4_rs2]" : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vldext_u8_ip(qu, qz, rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vldext.u8.ip " #qu ", " #qz ", %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vldext_u8_xp(qu, qz, rs1, rs2) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vldext.u8.xp " #qu ", " #qz ", %[p4_rs1], %[p4_rs2]" : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* qu, qz := the low, high four of 8 halfwords at rs1, each twice; rs1 += 16 */
#define p4_vldhbc_16_incp(qu, qz, rs1) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vldhbc.16.incp " #qu ", " #qz ", %[p4_rs1]" : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })

/* qu := 16 bytes at rs1 */
#define p4_vld_128_ip(qu, rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vld.128.ip " #qu ", %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vld_128_xp(qu, rs1, rs2) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vld.128.xp " #qu ", %[p4_rs1], %[p4_rs2]" : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* high half of qu := 8 bytes at rs1 */
#define p4_vld_h_64_ip(qu, rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vld.h.64.ip " #qu ", %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vld_h_64_xp(qu, rs1, rs2) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vld.h.64.xp " #qu ", %[p4_rs1], %[p4_rs2]" : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* low half of qu := 8 bytes at rs1 */
#define p4_vld_l_64_ip(qu, rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vld.l.64.ip " #qu ", %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vld_l_64_xp(qu, rs1, rs2) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vld.l.64.xp " #qu ", %[p4_rs1], %[p4_rs2]" : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* XACC := the low 40 bits of 8 bytes at rs1 */
#define p4_ld_xacc_ip(rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__("a5") = p4_rs1_value; \
        __asm__ volatile("esp.ld.xacc.ip %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* QACC lanes := the lanes of 16 bytes at rs1, extended */
#define p4_ldqa_s16_128_ip(rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__("a5") = p4_rs1_value; \
        __asm__ volatile("esp.ldqa.s16.128.ip %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_ldqa_s16_128_xp(rs1, rs2) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__("a5") = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.ldqa.s16.128.xp %[p4_rs1], %[p4_rs2]" : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_ldqa_s8_128_ip(rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__("a5") = p4_rs1_value; \
        __asm__ volatile("esp.ldqa.s8.128.ip %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_ldqa_s8_128_xp(rs1, rs2) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__("a5") = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.ldqa.s8.128.xp %[p4_rs1], %[p4_rs2]" : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_ldqa_u16_128_ip(rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__("a5") = p4_rs1_value; \
        __asm__ volatile("esp.ldqa.u16.128.ip %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_ldqa_u16_128_xp(rs1, rs2) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__("a5") = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.ldqa.u16.128.xp %[p4_rs1], %[p4_rs2]" : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_ldqa_u8_128_ip(rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__("a5") = p4_rs1_value; \
        __asm__ volatile("esp.ldqa.u8.128.ip %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_ldqa_u8_128_xp(rs1, rs2) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__("a5") = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.ldqa.u8.128.xp %[p4_rs1], %[p4_rs2]" : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* 128 bits of QACC := 16 bytes at rs1; first letter QACC_L or _H, second its low or high half */
#define p4_ld_qacc_h_h_128_ip(rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__("a5") = p4_rs1_value; \
        __asm__ volatile("esp.ld.qacc.h.h.128.ip %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_ld_qacc_h_l_128_ip(rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__("a5") = p4_rs1_value; \
        __asm__ volatile("esp.ld.qacc.h.l.128.ip %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_ld_qacc_l_h_128_ip(rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__("a5") = p4_rs1_value; \
        __asm__ volatile("esp.ld.qacc.l.h.128.ip %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_ld_qacc_l_l_128_ip(rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__("a5") = p4_rs1_value; \
        __asm__ volatile("esp.ld.qacc.l.l.128.ip %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* UA_STATE := 16 bytes at rs1 */
#define p4_ld_ua_state_ip(rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__("a5") = p4_rs1_value; \
        __asm__ volatile("esp.ld.ua.state.ip %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* 16 bytes at rs1 := UA_STATE */
#define p4_st_ua_state_ip(rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__("a5") = p4_rs1_value; \
        __asm__ volatile("esp.st.ua.state.ip %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* lane sel4 of qu := the word at rs1 + 4 * (halfword sel8 of qw) */
#define p4_ldxq_32(qu, qw, rs1, sel4, sel8) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        __asm__ volatile("esp.ldxq.32 " #qu ", " #qw ", %[p4_rs1], %[p4_sel4], %[p4_sel8]" :  : [p4_rs1] "r"(p4_rs1), [p4_sel4] "n"(sel4), [p4_sel8] "n"(sel8) : "memory"); \
    })

/* 16 bytes at rs1 := 128 bits of QACC; first letter QACC_L or _H, second its low or high half */
#define p4_st_qacc_h_h_128_ip(rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__("a5") = p4_rs1_value; \
        __asm__ volatile("esp.st.qacc.h.h.128.ip %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_st_qacc_h_l_128_ip(rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__("a5") = p4_rs1_value; \
        __asm__ volatile("esp.st.qacc.h.l.128.ip %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_st_qacc_l_h_128_ip(rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__("a5") = p4_rs1_value; \
        __asm__ volatile("esp.st.qacc.l.h.128.ip %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_st_qacc_l_l_128_ip(rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__("a5") = p4_rs1_value; \
        __asm__ volatile("esp.st.qacc.l.l.128.ip %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* the word at rs1 + 4 * (halfword sel8 of qw) := lane sel4 of qu */
#define p4_stxq_32(qu, qw, rs1, sel4, sel8) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        __asm__ volatile("esp.stxq.32 " #qu ", " #qw ", %[p4_rs1], %[p4_sel4], %[p4_sel8]" :  : [p4_rs1] "r"(p4_rs1), [p4_sel4] "n"(sel4), [p4_sel8] "n"(sel8) : "memory"); \
    })

/* 16 bytes at rs1 := qu */
#define p4_vst_128_ip(qu, rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vst.128.ip " #qu ", %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vst_128_xp(qu, rs1, rs2) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vst.128.xp " #qu ", %[p4_rs1], %[p4_rs2]" : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* 8 bytes at rs1 := the high half of qu */
#define p4_vst_h_64_ip(qu, rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vst.h.64.ip " #qu ", %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vst_h_64_xp(qu, rs1, rs2) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vst.h.64.xp " #qu ", %[p4_rs1], %[p4_rs2]" : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* 8 bytes at rs1 := the low half of qu */
#define p4_vst_l_64_ip(qu, rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.vst.l.64.ip " #qu ", %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_vst_l_64_xp(qu, rs1, rs2) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.vst.l.64.xp " #qu ", %[p4_rs1], %[p4_rs2]" : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* {qy, qw} <<= sel16 + 1 bytes */
#define p4_slci_2q(qy, qw, sel16) \
    __extension__({ \
        __asm__ volatile("esp.slci.2q " #qy ", " #qw ", %[p4_sel16]" :  : [p4_sel16] "n"(sel16)); \
    })

/* {qy, qw} <<= (rs1 mod 16) + 1 bytes */
#define p4_slcxxp_2q(qy, qw, rs1, rs2) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.slcxxp.2q " #qy ", " #qw ", %[p4_rs1], %[p4_rs2]" :  : [p4_rs1] "r"(p4_rs1), [p4_rs2] "r"(p4_rs2)); \
    })

/* {qy, qw} >>= sel16 + 1 bytes */
#define p4_srci_2q(qy, qw, sel16) \
    __extension__({ \
        __asm__ volatile("esp.srci.2q " #qy ", " #qw ", %[p4_sel16]" :  : [p4_sel16] "n"(sel16)); \
    })

/* {qy, qw} >>= (rs1 mod 16) + 1 bytes */
#define p4_srcxxp_2q(qy, qw, rs1, rs2) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.srcxxp.2q " #qy ", " #qw ", %[p4_rs1], %[p4_rs2]" :  : [p4_rs1] "r"(p4_rs1), [p4_rs2] "r"(p4_rs2)); \
    })

/* qz := 16 bytes of {qy, qw} from byte SAR_BYTE on */
#define p4_src_q(qz, qw, qy) \
    __extension__({ \
        __asm__ volatile("esp.src.q " #qz ", " #qw ", " #qy "" :  : ); \
    })

/* qz := 16 bytes of {qy, qw} from byte SAR_BYTE on; qw := qy */
#define p4_src_q_qup(qz, qw, qy) \
    __extension__({ \
        __asm__ volatile("esp.src.q.qup " #qz ", " #qw ", " #qy "" :  : ); \
    })

/* qw := 16 bytes of {qy, qw} from byte SAR_BYTE on; qu := 16 bytes at rs1 */
#define p4_src_q_ld_ip(qu, rs1, imm, qw, qy) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        __asm__ volatile("esp.src.q.ld.ip " #qu ", %[p4_rs1], %[p4_imm], " #qw ", " #qy "" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })
#define p4_src_q_ld_xp(qu, rs1, rs2, qw, qy) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        __typeof__((rs2) + 0) p4_rs2_value = (rs2); \
        register __typeof__(rs1) p4_rs1 __asm__(P4_POINTER_##qu) = p4_rs1_value; \
        register __typeof__((rs2) + 0) p4_rs2 __asm__("a1") = p4_rs2_value; \
        __asm__ volatile("esp.src.q.ld.xp " #qu ", %[p4_rs1], %[p4_rs2], " #qw ", " #qy "" : [p4_rs1] "+r"(p4_rs1) : [p4_rs2] "r"(p4_rs2) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* QACC lanes >>= lanes of qw, rounded; qu := the lanes, saturated (2.1: with sel2 = 1) or their low bits */
#define p4_srcmb_s16_q_qacc(qu, qw, satn, ...) \
    __extension__({ \
        __asm__ volatile("esp.srcmb.s16.q.qacc " #qu ", " #qw ", %[p4_satn]" __VA_OPT__(", " #__VA_ARGS__) :  : [p4_satn] "n"(satn)); \
    })

/* QACC lanes >>= rs1, rounded; qu := the lanes, saturated (2.1: with sel2 = 1) or their low bits */
#define p4_srcmb_s16_qacc(qu, rs1, satn, ...) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        __asm__ volatile("esp.srcmb.s16.qacc " #qu ", %[p4_rs1], %[p4_satn]" __VA_OPT__(", " #__VA_ARGS__) :  : [p4_rs1] "r"(p4_rs1), [p4_satn] "n"(satn)); \
    })

/* QACC lanes >>= lanes of qw, rounded; qu := the lanes, saturated (2.1: with sel2 = 1) or their low bits */
#define p4_srcmb_s8_q_qacc(qu, qw, satn, ...) \
    __extension__({ \
        __asm__ volatile("esp.srcmb.s8.q.qacc " #qu ", " #qw ", %[p4_satn]" __VA_OPT__(", " #__VA_ARGS__) :  : [p4_satn] "n"(satn)); \
    })

/* QACC lanes >>= rs1, rounded; qu := the lanes, saturated (2.1: with sel2 = 1) or their low bits */
#define p4_srcmb_s8_qacc(qu, rs1, satn, ...) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        __asm__ volatile("esp.srcmb.s8.qacc " #qu ", %[p4_rs1], %[p4_satn]" __VA_OPT__(", " #__VA_ARGS__) :  : [p4_rs1] "r"(p4_rs1), [p4_satn] "n"(satn)); \
    })

/* QACC lanes >>= lanes of qw, rounded; qu := the lanes, saturated (2.1: with sel2 = 1) or their low bits */
#define p4_srcmb_u16_q_qacc(qu, qw, satn, ...) \
    __extension__({ \
        __asm__ volatile("esp.srcmb.u16.q.qacc " #qu ", " #qw ", %[p4_satn]" __VA_OPT__(", " #__VA_ARGS__) :  : [p4_satn] "n"(satn)); \
    })

/* QACC lanes >>= rs1, rounded; qu := the lanes, saturated (2.1: with sel2 = 1) or their low bits */
#define p4_srcmb_u16_qacc(qu, rs1, satn, ...) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        __asm__ volatile("esp.srcmb.u16.qacc " #qu ", %[p4_rs1], %[p4_satn]" __VA_OPT__(", " #__VA_ARGS__) :  : [p4_rs1] "r"(p4_rs1), [p4_satn] "n"(satn)); \
    })

/* QACC lanes >>= lanes of qw, rounded; qu := the lanes, saturated (2.1: with sel2 = 1) or their low bits */
#define p4_srcmb_u8_q_qacc(qu, qw, satn, ...) \
    __extension__({ \
        __asm__ volatile("esp.srcmb.u8.q.qacc " #qu ", " #qw ", %[p4_satn]" __VA_OPT__(", " #__VA_ARGS__) :  : [p4_satn] "n"(satn)); \
    })

/* QACC lanes >>= rs1, rounded; qu := the lanes, saturated (2.1: with sel2 = 1) or their low bits */
#define p4_srcmb_u8_qacc(qu, rs1, satn, ...) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a0") = p4_rs1_value; \
        __asm__ volatile("esp.srcmb.u8.qacc " #qu ", %[p4_rs1], %[p4_satn]" __VA_OPT__(", " #__VA_ARGS__) :  : [p4_rs1] "r"(p4_rs1), [p4_satn] "n"(satn)); \
    })

/* 16 bytes at rs1 := 16 bytes of {qy, qw} from byte SAR_BYTE on; rs1 += 16 */
#define p4_srcq_128_st_incp(qw, qy, rs1) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__("a5") = p4_rs1_value; \
        __asm__ volatile("esp.srcq.128.st.incp " #qw ", " #qy ", %[p4_rs1]" : [p4_rs1] "+r"(p4_rs1) :  : "memory"); \
        (rs1) = p4_rs1; \
    })

/* XACC >>= rs1, rounded; rd := XACC saturated to 32 bits, signed */
#define p4_srs_s_xacc(rs1, ...) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register int32_t p4_rd __asm__("a0"); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a1") = p4_rs1_value; \
        __asm__ volatile("esp.srs.s.xacc %[p4_rd], %[p4_rs1]" __VA_OPT__(", " #__VA_ARGS__) : [p4_rd] "=r"(p4_rd) : [p4_rs1] "r"(p4_rs1)); \
        p4_rd; \
    })

/* XACC >>= rs1, rounded; rd := XACC saturated to 32 bits, unsigned */
#define p4_srs_u_xacc(rs1, ...) \
    __extension__({ \
        __typeof__((rs1) + 0) p4_rs1_value = (rs1); \
        register int32_t p4_rd __asm__("a0"); \
        register __typeof__((rs1) + 0) p4_rs1 __asm__("a1") = p4_rs1_value; \
        __asm__ volatile("esp.srs.u.xacc %[p4_rd], %[p4_rs1]" __VA_OPT__(", " #__VA_ARGS__) : [p4_rd] "=r"(p4_rd) : [p4_rs1] "r"(p4_rs1)); \
        p4_rd; \
    })

/* qu := qy << SAR */
#define p4_vsl_32(qu, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vsl.32 " #qu ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })

/* qu := qy << lanes of qw; a negative amount shifts right */
#define p4_vsld_16(qu, qy, qw, ...) \
    __extension__({ \
        __asm__ volatile("esp.vsld.16 " #qu ", " #qy ", " #qw "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vsld_32(qu, qy, qw, ...) \
    __extension__({ \
        __asm__ volatile("esp.vsld.32 " #qu ", " #qy ", " #qw "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vsld_8(qu, qy, qw, ...) \
    __extension__({ \
        __asm__ volatile("esp.vsld.8 " #qu ", " #qy ", " #qw "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })

/* qu := qy >> SAR, rounded */
#define p4_vsr_s32(qu, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vsr.s32 " #qu ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vsr_u32(qu, qy, ...) \
    __extension__({ \
        __asm__ volatile("esp.vsr.u32 " #qu ", " #qy "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })

/* qu := qy >> lanes of qw, signed, rounded; a negative amount shifts left */
#define p4_vsrd_16(qu, qy, qw, ...) \
    __extension__({ \
        __asm__ volatile("esp.vsrd.16 " #qu ", " #qy ", " #qw "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vsrd_32(qu, qy, qw, ...) \
    __extension__({ \
        __asm__ volatile("esp.vsrd.32 " #qu ", " #qy ", " #qw "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })
#define p4_vsrd_8(qu, qy, qw, ...) \
    __extension__({ \
        __asm__ volatile("esp.vsrd.8 " #qu ", " #qy ", " #qw "" __VA_OPT__(", " #__VA_ARGS__) :  : ); \
    })

/* 8 bytes at rs1 := XACC, sign-extended */
#define p4_st_s_xacc_ip(rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__("a5") = p4_rs1_value; \
        __asm__ volatile("esp.st.s.xacc.ip %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })

/* 8 bytes at rs1 := XACC, zero-extended */
#define p4_st_u_xacc_ip(rs1, imm) \
    __extension__({ \
        __typeof__(rs1) p4_rs1_value = (rs1); \
        register __typeof__(rs1) p4_rs1 __asm__("a5") = p4_rs1_value; \
        __asm__ volatile("esp.st.u.xacc.ip %[p4_rs1], %[p4_imm]" : [p4_rs1] "+r"(p4_rs1) : [p4_imm] "n"(imm) : "memory"); \
        (rs1) = p4_rs1; \
    })

#endif
