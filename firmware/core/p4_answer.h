// Sends frames of protocol v2. Short pieces are put together first, so that
// the link gets few of them; long ones are sent from where they are.
#ifndef P4_ANSWER_H
#define P4_ANSWER_H

#include "firmware/core/p4_crc.h"
#include "firmware/core/p4_world.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct p4_head {
    uint8_t message, kind;
    uint32_t session, sequence;
} p4_head;

typedef struct p4_sender {
    const p4_world* world;
    const p4_crc_table* crc;
    uint32_t sum;    // of header and payload so far
    uint32_t staged; // bytes that wait below
    uint8_t stage[256];
} p4_sender;

/// A frame with its whole payload.
void p4_send_frame(p4_sender* sender, const p4_head* head, const uint8_t* payload, uint32_t size);

/// The same with u32 as its payload.
void p4_send_words(p4_sender* sender, const p4_head* head, const uint32_t* words, uint32_t count);

/// A frame whose payload of `size` bytes, not 0, comes in parts. The parts must
/// be as long as promised.
void p4_send_begin(p4_sender* sender, const p4_head* head, uint32_t size);
void p4_send_part(p4_sender* sender, const uint8_t* bytes, uint32_t count);
void p4_send_part_words(p4_sender* sender, const uint32_t* words, uint32_t count);
void p4_send_end(p4_sender* sender);

#ifdef __cplusplus
}
#endif
#endif
