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

// Eight bytes in two words, the first of them mixed with the CRC already.
static inline uint32_t step8(const p4_crc_table* table, uint32_t low, uint32_t high) {
    return table->row[7][low & 255] ^ table->row[6][low >> 8 & 255] ^ table->row[5][low >> 16 & 255] ^
           table->row[4][low >> 24] ^ table->row[3][high & 255] ^ table->row[2][high >> 8 & 255] ^
           table->row[1][high >> 16 & 255] ^ table->row[0][high >> 24];
}

uint32_t p4_crc(const p4_crc_table* table, uint32_t before, const uint8_t* bytes, uint32_t count) {
    uint32_t crc = ~before;
    for (; count > 0 && (uintptr_t)bytes % 4 != 0; --count) crc = step(table, crc, *bytes++);
    for (; count >= 8; bytes += 8, count -= 8) {
        uint32_t words[2];
        memcpy(words, __builtin_assume_aligned(bytes, 4), 8);
        crc = step8(table, words[0] ^ crc, words[1]);
    }
    for (; count > 0; --count) crc = step(table, crc, *bytes++);
    return ~crc;
}
