#include "firmware/core/p4_crc.h"

#include <string.h>

static const uint32_t polynomial = 0x82F63B78; // 1EDC6F41, bits reflected

void p4_crc_start(p4_crc_table* table) {
    for (uint32_t byte = 0; byte < 256; ++byte) {
        uint32_t crc = byte;
        for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? polynomial : 0);
        table->row[0][byte] = crc;
    }
    for (uint32_t byte = 0; byte < 256; ++byte)
        for (int row = 1; row < 8; ++row) {
            uint32_t above = table->row[row - 1][byte];
            table->row[row][byte] = above >> 8 ^ table->row[0][above & 255];
        }
}

static uint32_t step(const p4_crc_table* table, uint32_t crc, uint8_t byte) {
    return crc >> 8 ^ table->row[0][(crc ^ byte) & 255];
}

// The entry `index` bytes into a row, of the four rows around `middle`: near
// enough for the row to be the offset of a load instruction.
static inline uint32_t entry(const uint8_t* middle, int row, uint32_t index) {
    return *(const uint32_t*)(const void*)(middle + index + (row - 2) * (int)sizeof(uint32_t[256]));
}

// Four bytes, looked up in the rows 3, 2, 1 and 0 around `middle`.
static inline uint32_t look_up(const uint8_t* middle, uint32_t word) {
    return entry(middle, 3, word << 2 & 0x3FC) ^ entry(middle, 2, word >> 6 & 0x3FC) ^
           entry(middle, 1, word >> 14 & 0x3FC) ^ entry(middle, 0, word >> 22 & 0x3FC);
}

uint32_t p4_crc(const p4_crc_table* table, uint32_t before, const uint8_t* bytes, uint32_t count) {
    uint32_t crc = ~before;
    for (; count > 0 && (uintptr_t)bytes % 4 != 0; --count) crc = step(table, crc, *bytes++);
    const uint8_t* low = (const uint8_t*)table->row[6];
    const uint8_t* high = (const uint8_t*)table->row[2];
    for (; count >= 8; bytes += 8, count -= 8) {
        uint32_t words[2];
        memcpy(words, __builtin_assume_aligned(bytes, 4), 8);
        // The first of them is mixed with the CRC already.
        crc = look_up(low, words[0] ^ crc) ^ look_up(high, words[1]);
    }
    for (; count > 0; --count) crc = step(table, crc, *bytes++);
    return ~crc;
}
