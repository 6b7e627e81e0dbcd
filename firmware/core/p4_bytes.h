// Little-endian numbers in bytes that need not be aligned.
#ifndef P4_BYTES_H
#define P4_BYTES_H

#include <stdint.h>

static inline uint32_t p4_load16(const uint8_t* from) { return (uint32_t)from[0] | (uint32_t)from[1] << 8; }

static inline uint32_t p4_load32(const uint8_t* from) { return p4_load16(from) | p4_load16(from + 2) << 16; }

static inline void p4_store16(uint8_t* to, uint32_t value) {
    to[0] = (uint8_t)value;
    to[1] = (uint8_t)(value >> 8);
}

static inline void p4_store32(uint8_t* to, uint32_t value) {
    p4_store16(to, value);
    p4_store16(to + 2, value >> 16);
}

#endif
