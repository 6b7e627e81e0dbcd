#include "firmware/core/p4_answer.h"

#include "firmware/core/p4_bytes.h"

#include <string.h>

static void send(const p4_sender* sender, const uint8_t* bytes, uint32_t count) {
    if (count > 0) sender->world->send(sender->world->self, bytes, count);
}

static void flush(p4_sender* sender) {
    send(sender, sender->stage, sender->staged);
    sender->staged = 0;
}

static void put(p4_sender* sender, const uint8_t* bytes, uint32_t count) {
    if (count > sizeof sender->stage - sender->staged) flush(sender);
    if (count > sizeof sender->stage) {
        send(sender, bytes, count);
        return;
    }
    memcpy(sender->stage + sender->staged, bytes, count);
    sender->staged += count;
}

void p4_send_begin(p4_sender* sender, const p4_head* head, uint32_t size) {
    uint8_t header[P4_V2_HEADER] = {P4_V2_MAGIC_0, P4_V2_MAGIC_1, head->message, head->kind};
    p4_store32(header + 4, head->session);
    p4_store32(header + 8, head->sequence);
    p4_store32(header + 12, size);
    sender->sum = p4_crc(sender->crc, 0, header, P4_V2_SUMMED);
    p4_store32(header + P4_V2_SUMMED, sender->sum);
    put(sender, header, sizeof header);
}

void p4_send_part(p4_sender* sender, const uint8_t* bytes, uint32_t count) {
    if (count == 0) return;
    sender->sum = p4_crc(sender->crc, sender->sum, bytes, count);
    put(sender, bytes, count);
}

void p4_send_part_words(p4_sender* sender, const uint32_t* words, uint32_t count) {
    for (uint32_t i = 0; i < count; ++i) {
        uint8_t bytes[4];
        p4_store32(bytes, words[i]);
        p4_send_part(sender, bytes, sizeof bytes);
    }
}

void p4_send_end(p4_sender* sender) {
    uint8_t crc[P4_V2_CRC];
    p4_store32(crc, sender->sum);
    put(sender, crc, sizeof crc);
    flush(sender);
}

void p4_send_frame(p4_sender* sender, const p4_head* head, const uint8_t* payload, uint32_t size) {
    p4_send_begin(sender, head, size);
    p4_send_part(sender, payload, size);
    if (size > 0)
        p4_send_end(sender);
    else
        flush(sender);
}

void p4_send_words(p4_sender* sender, const p4_head* head, const uint32_t* words, uint32_t count) {
    p4_send_begin(sender, head, 4 * count);
    p4_send_part_words(sender, words, count);
    if (count > 0)
        p4_send_end(sender);
    else
        flush(sender);
}
