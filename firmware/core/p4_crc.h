// CRC-32C (Castagnoli), eight bytes at a time: "slicing-by-8", Kounavis and
// Berry, "A Systematic Approach to Building High Performance Software-Based CRC
// Generators", 2005.
#ifndef P4_CRC_H
#define P4_CRC_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Made by p4_crc_start(). In fast memory: each byte costs a look-up.
typedef struct p4_crc_table {
    uint32_t row[8][256];
} p4_crc_table;

void p4_crc_start(p4_crc_table* table);

/// The CRC of what came before, and these bytes. Begin with 0.
uint32_t p4_crc(const p4_crc_table* table, uint32_t before, const uint8_t* bytes, uint32_t count);

#ifdef __cplusplus
}
#endif
#endif
