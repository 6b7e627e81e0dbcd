/* memcpy at every alignment: with misaligned accesses, and as the ESP32-S3 has
 * to do it, from aligned blocks and the splice of two of them. */
#include "common.h"

void copy_c(const uint8_t *from, int from_at, uint8_t *to, int to_at, int n) {
    for (int i = 0; i < n; i++) to[to_at + i] = from[from_at + i];
}

void copy_vector(const uint8_t *from, int from_at, uint8_t *to, int to_at, int n) {
    p4_copy(to + to_at, from + from_at, n);
}

/* Bytes until `to` is aligned; how many are left. */
P4_INLINE int copy_head(const uint8_t **from, uint8_t **to, int n) {
    for (; n > 0 && ((uintptr_t)*to & 15); n--) *(*to)++ = *(*from)++;
    return n;
}

/* Reads the aligned block behind the last one, too, if `from` is aligned. */
void copy_splice(const uint8_t *from, int from_at, uint8_t *to, int to_at, int n) {
    uint32_t cfg = p4_movx_r_cfg();
    p4_movx_w_cfg(0);
    from += from_at;
    to += to_at;
    n = copy_head(&from, &to, n);
    if (n >= 16) {
        p4_ld_128_usar_ip(q0, from, 16);
        for (; n >= 16; n -= 16) {
            p4_vld_128_ip(q1, from, 16);
            p4_src_q_qup(q2, q0, q1);
            p4_vst_128_ip(q2, to, 16);
        }
        from -= 16;
    }
    p4_movx_w_cfg(cfg);
    copy_c(from, 0, to, 0, n);
}

/* Two blocks a turn, the two registers in turn the lower one. */
void copy_loop(const uint8_t *from, int from_at, uint8_t *to, int to_at, int n) {
    uint32_t cfg = p4_movx_r_cfg();
    p4_movx_w_cfg(0);
    from += from_at;
    to += to_at;
    n = copy_head(&from, &to, n);
    int turns = n / 32;
    if (turns > 0) {
        register const uint8_t *pf __asm__("a2") = from;
        register uint8_t *pt __asm__("a3") = to;
        __asm__ volatile("  esp.ld.128.usar.ip q0, %[from], 16\n"
                         "  esp.lp.setup 0, %[turns], 1f\n"
                         "  esp.vld.128.ip q1, %[from], 16\n"
                         "  esp.srcq.128.st.incp q0, q1, %[to]\n"
                         "  esp.vld.128.ip q0, %[from], 16\n"
                         "1: esp.srcq.128.st.incp q1, q0, %[to]\n"
                         : [from] "+r"(pf), [to] "+r"(pt)
                         : [turns] "r"(turns)
                         : "memory");
        from += 32 * turns;
        to = pt;
        n -= 32 * turns;
    }
    p4_movx_w_cfg(cfg);
    copy_c(from, 0, to, 0, n);
}
