/* What becomes of the vector unit and the hardware loops around a kernel: faults,
 * stops, interrupts, functions of the firmware. */
#include "common.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define read_csr(number)                                                                                               \
    __extension__({                                                                                                    \
        uint32_t read_value;                                                                                           \
        __asm__ volatile("csrr %0, " #number : "=r"(read_value));                                                      \
        read_value;                                                                                                    \
    })

uint32_t pie_state(void) { return read_csr(0x7F2); }
uint32_t loop_state(void) { return read_csr(0x7F1); }
uint32_t reason_of_illegal_instruction(void) { return read_csr(0x7F0); }

uint32_t pie_state_after_use(void) {
    p4_zero_q(q0);
    return pie_state();
}

/* Nothing before the first instruction of each unit. */
__attribute__((naked)) uint32_t loop_state_after_use(void) {
    __asm__("  esp.lp.setupi 0, 3, 1f\n"
            "1: addi a1, a1, 1\n"
            "  csrr a0, 0x7F1\n"
            "  ret\n");
}
__attribute__((naked)) int32_t first_instructions(void) {
    __asm__("  esp.zero.xacc\n"
            "  li a0, 0\n"
            "  esp.lp.setupi 1, 9, 1f\n"
            "1: addi a0, a0, 1\n"
            "  ret\n");
}

/* ---- loops that are not run to their end ---- */

/* How a call goes through the body of loop N, which adds 1, then 2 in its last
 * instruction: 3 a turn. 0: not entered as a loop, so once. Otherwise as a loop
 * of 1000 turns, which in its first 1: faults, 2: never ends, 3: is left by a
 * branch, 4: is left and then gone through again, 5: faults in the last
 * instruction of the body. (The function in C is for clang, which tells no
 * parameters of naked ones.) */
#define THROUGH(N)                                                                                                     \
    __attribute__((naked)) int32_t assembly_through_##N(int32_t how) {                                                 \
        __asm__("  li a1, 0\n"                                                                                         \
                "  addi a2, sp, -16\n"                                                                                 \
                "  beqz a0, 1f\n"                                                                                      \
                "  li a3, 1000\n"                                                                                      \
                "  li a4, 5\n"                                                                                         \
                "  bne a0, a4, 0f\n"                                                                                   \
                "  li a2, 0\n"                                                                                         \
                "0: esp.lp.setup " #N ", a3, 2f\n"                                                                     \
                "1: addi a1, a1, 1\n"                                                                                  \
                "  li a4, 1\n"                                                                                         \
                "  beq a0, a4, 4f\n"                                                                                   \
                "  li a4, 2\n"                                                                                         \
                "  beq a0, a4, 5f\n"                                                                                   \
                "  li a4, 3\n"                                                                                         \
                "  beq a0, a4, 3f\n"                                                                                   \
                "  li a4, 4\n"                                                                                         \
                "  beq a0, a4, 6f\n"                                                                                   \
                "  addi a1, a1, 2\n"                                                                                   \
                "2: sw zero, 0(a2)\n"                                                                                  \
                "3: mv a0, a1\n"                                                                                       \
                "  ret\n"                                                                                              \
                "4: .word 0\n"                                                                                         \
                "5: j 5b\n"                                                                                            \
                "6: li a0, 0\n"                                                                                        \
                "  j 1b\n");                                                                                           \
    }                                                                                                                  \
    int32_t through_loop_##N(int32_t how) { return assembly_through_##N(how); }
THROUGH(0)
THROUGH(1)

/* ---- units that are switched off ---- */

int32_t use_with_pie_off(void) {
    __asm__ volatile("csrwi 0x7F2, 0");
    p4_zero_q(q0);
    return 1;
}
int32_t use_with_loops_off(void) {
    __asm__ volatile("csrwi 0x7F1, 0");
    return first_instructions();
}

/* ---- all that the vector unit keeps ---- */

typedef struct {
    uint8_t q[8][16], qacc[4][16], xacc[16], ua_state[16];
    uint32_t sar, sar_bytes, fft_bit_width, cfg;
} state;

#define EACH_Q(move, p)                                                                                                \
    move(q0, p, 16); move(q1, p, 16); move(q2, p, 16); move(q3, p, 16);                                                \
    move(q4, p, 16); move(q5, p, 16); move(q6, p, 16); move(q7, p, 16)
#define EACH_QACC(move, p)                                                                                             \
    move##_l_l_128_ip(p, 16); move##_l_h_128_ip(p, 16); move##_h_l_128_ip(p, 16); move##_h_h_128_ip(p, 16)

void load_state(const uint8_t *from) {
    const state *s = (const state *)from;
    const uint8_t *p = from;
    p4_movx_w_cfg(s->cfg);
    p4_movx_w_sar(s->sar);
    p4_movx_w_sar_bytes(s->sar_bytes);
    p4_movx_w_fft_bit_width(s->fft_bit_width);
    EACH_Q(p4_vld_128_ip, p);
    EACH_QACC(p4_ld_qacc, p);
    p4_ld_xacc_ip(p, 16);
    p4_ld_ua_state_ip(p, 16);
}

void save_state(uint8_t *to) {
    state *s = (state *)to;
    uint8_t *p = to;
    EACH_Q(p4_vst_128_ip, p);
    EACH_QACC(p4_st_qacc, p);
    p4_st_s_xacc_ip(p, 16);
    p4_st_ua_state_ip(p, 16);
    s->sar = p4_movx_r_sar();
    s->sar_bytes = p4_movx_r_sar_bytes();
    s->fft_bit_width = p4_movx_r_fft_bit_width();
    s->cfg = p4_movx_r_cfg();
}

static void call_the_firmware(void) {
    static const char text[] = "memory from the heap, copied by the firmware's memcpy";
    char *memory = malloc(sizeof text);
    memcpy(memory, text, sizeof text);
    printf("%s %d %.3f\n", memory, (int)strlen(memory), (double)sinf(0.5f));
    memset(memory, 0, sizeof text);
    free(memory);
}

enum {
#define DEVICE_REGISTER(name, address, ...) name = (address),
#include "../../../spec/chip/devices.def"
};

static void interrupt_both_harts(void) {
    *(volatile uint32_t *)HP_SYS_CPU_INT_FROM_CPU_0 = 1;
    *(volatile uint32_t *)HP_SYS_CPU_INT_FROM_CPU_1 = 1;
}

static void do_nothing(void) {}

/* Loads the state, calls a function in each turn of both hardware loops, saves
 * the state. Returns how many times the inner body was run. */
int32_t in_the_middle(const uint8_t *before, uint8_t *after, int32_t what, int32_t outer, int32_t inner) {
    void (*const functions[])(void) = {do_nothing, call_the_firmware, interrupt_both_harts};
    int32_t count = 0;
    load_state(before);
    __asm__ volatile("  esp.lp.setup 1, %[outer], 2f\n"
                     "  esp.lp.setup 0, %[inner], 1f\n"
                     "  jalr ra, 0(%[function])\n"
                     "1: addi %[count], %[count], 1\n"
                     "2: nop\n"
                     : [count] "+r"(count)
                     : [outer] "r"(outer), [inner] "r"(inner), [function] "r"(functions[what])
                     : "ra", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7",
                       "memory");
    save_state(after);
    return count;
}

/* The store is the last instruction of the body and interrupts this hart each time. */
__attribute__((naked)) int32_t store_at_the_end(int32_t turns, uint32_t address) {
    __asm__("  li a2, 0\n"
            "  li a3, 1\n"
            "  esp.lp.setup 0, a0, 1f\n"
            "  addi a2, a2, 1\n"
            "1: sw a3, 0(a1)\n"
            "  mv a0, a2\n"
            "  ret\n");
}
int32_t interrupted_at_the_end_of_each_turn(int32_t turns) {
    return store_at_the_end(turns, HP_SYS_CPU_INT_FROM_CPU_1);
}

/* Adds 1 to all lanes of QACC, and 16 to XACC, in each of n turns: was it n times? */
int32_t long_work(int32_t n) {
    static const int8_t one = 1;
    const int8_t *p = &one;
    p4_vldbc_8_ip(q0, p, 0);
    p4_zero_qacc();
    p4_zero_xacc();
    __asm__ volatile("  esp.lp.setup 0, %[n], 1f\n"
                     "  esp.vmulas.s8.xacc q0, q0\n"
                     "1: esp.vmulas.s8.qacc q0, q0\n"
                     :
                     : [n] "r"(n));
    int32_t lanes[4] __attribute__((aligned(16)));
    int32_t *to = lanes;
    p4_st_qacc_h_h_128_ip(to, 16);
    return p4_xacc() == 16 * (int64_t)n && lanes[0] == n && lanes[3] == n;
}
