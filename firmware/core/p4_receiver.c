#include "firmware/core/p4_receiver.h"

#include "firmware/core/p4_bytes.h"

#include <string.h>

// What the bytes from begin on are. The first one is P4_V1_MAGIC_0.
typedef enum p4_candidate {
    CANDIDATE_NONE,   // no magic after all
    CANDIDATE_HALF,   // the beginning of a frame
    CANDIDATE_LONG,   // a frame beyond the limit
    CANDIDATE_BROKEN, // all of a frame, wrong checksum
    CANDIDATE_WHOLE,
} p4_candidate;

// How many bytes may be added up in search of a frame in a failed one. Without
// an end, bytes made of nothing but beginnings of frames would cost minutes.
static const uint32_t search_limit = UINT32_C(16) * P4_V1_FRAME_MAX;

void p4_receiver_start(p4_receiver* receiver, uint8_t* bytes) { *receiver = (p4_receiver){.bytes = bytes}; }

uint8_t* p4_receiver_room(p4_receiver* receiver, uint32_t* room) {
    uint32_t held = receiver->end - receiver->begin;
    if (receiver->begin > 0 && held > 0) memmove(receiver->bytes, receiver->bytes + receiver->begin, held);
    receiver->begin = 0;
    receiver->end = held;
    *room = P4_V1_FRAME_MAX - held;
    return receiver->bytes + held;
}

void p4_receiver_took(p4_receiver* receiver, uint32_t count) {
    receiver->end += count;
    receiver->silent = false;
}

bool p4_receiver_waits(const p4_receiver* receiver) {
    return receiver->begin != receiver->end || receiver->error != P4_V1_ERROR_NONE;
}

void p4_receiver_silence(p4_receiver* receiver) {
    uint32_t held = receiver->end - receiver->begin;
    if (receiver->claimed > held) receiver->claimed = held;
    receiver->silent = true;
}

static void drop(p4_receiver* receiver, uint32_t count) {
    receiver->begin += count;
    receiver->claimed -= receiver->claimed < count ? receiver->claimed : count;
}

static void drop_up_to_magic(p4_receiver* receiver) {
    uint32_t held = receiver->end - receiver->begin;
    if (held == 0) return;
    const uint8_t* from = receiver->bytes + receiver->begin;
    const uint8_t* magic = memchr(from, P4_V1_MAGIC_0, held);
    drop(receiver, magic ? (uint32_t)(magic - from) : held);
}

static void drop_claimed(p4_receiver* receiver) {
    uint32_t held = receiver->end - receiver->begin;
    drop(receiver, receiver->claimed < held ? (uint32_t)receiver->claimed : held);
}

static uint64_t frame_length(const uint8_t* bytes) {
    return (uint64_t)P4_V1_HEADER + p4_load32(bytes + 4) + P4_V1_CHECKSUM;
}

static p4_candidate judge(const uint8_t* bytes, uint32_t held) {
    if (held >= 2 && bytes[1] != P4_V1_MAGIC_1) return CANDIDATE_NONE;
    if (held < P4_V1_HEADER) return CANDIDATE_HALF;
    if (frame_length(bytes) > P4_V1_FRAME_MAX) return CANDIDATE_LONG;
    if (frame_length(bytes) > held) return CANDIDATE_HALF;
    uint32_t summed = (uint32_t)frame_length(bytes) - P4_V1_CHECKSUM;
    return (p4_sum(bytes, summed) & 0xFFFF) == p4_load16(bytes + summed) ? CANDIDATE_WHOLE : CANDIDATE_BROKEN;
}

// The frame at begin failed. Inside an earlier failure it was not one.
static void fail(p4_receiver* receiver, uint8_t error) {
    const uint8_t* bytes = receiver->bytes + receiver->begin;
    uint32_t held = receiver->end - receiver->begin;
    if (receiver->error == P4_V1_ERROR_NONE && held >= 3) {
        uint64_t length = held >= P4_V1_HEADER ? frame_length(bytes) : held;
        receiver->error = error;
        receiver->failed_command = bytes[2];
        receiver->claimed = receiver->silent && length > held ? held : length;
        receiver->searched = 0;
    }
    drop(receiver, 1);
}

static p4_event report_failure(p4_receiver* receiver, p4_frame* frame) {
    *frame = (p4_frame){.command = receiver->failed_command, .error = receiver->error};
    receiver->error = P4_V1_ERROR_NONE;
    return P4_FAILURE;
}

static p4_event deliver(p4_receiver* receiver, p4_frame* frame) {
    const uint8_t* bytes = receiver->bytes + receiver->begin;
    *frame = (p4_frame){.command = bytes[2], .size = p4_load32(bytes + 4), .payload = bytes + P4_V1_HEADER};
    receiver->begin += (uint32_t)frame_length(bytes);
    receiver->claimed = 0;
    receiver->error = P4_V1_ERROR_NONE;
    return P4_REQUEST;
}

p4_event p4_receiver_next(p4_receiver* receiver, p4_frame* frame) {
    for (;;) {
        if (receiver->searched > search_limit) drop_claimed(receiver);
        drop_up_to_magic(receiver);
        if (receiver->error != P4_V1_ERROR_NONE && receiver->claimed == 0) return report_failure(receiver, frame);
        if (receiver->begin == receiver->end) return P4_NOTHING;

        const uint8_t* bytes = receiver->bytes + receiver->begin;
        switch (judge(bytes, receiver->end - receiver->begin)) {
        case CANDIDATE_WHOLE: return deliver(receiver, frame);
        case CANDIDATE_NONE: drop(receiver, 1); break;
        case CANDIDATE_LONG: fail(receiver, P4_V1_ERROR_TOO_LONG); break;
        case CANDIDATE_BROKEN:
            fail(receiver, P4_V1_ERROR_CHECKSUM);
            receiver->searched += (uint32_t)frame_length(bytes);
            break;
        case CANDIDATE_HALF:
            if (!receiver->silent) return P4_NOTHING;
            fail(receiver, P4_V1_ERROR_CHECKSUM);
            break;
        }
    }
}

// Adds the bytes of whole words two at a time, in the halves of a 32-bit sum.
static uint32_t sum_words(const uint8_t* bytes, uint32_t words) {
    uint32_t pairs = 0;
    for (uint32_t i = 0; i < words; ++i) {
        uint32_t word;
        memcpy(&word, __builtin_assume_aligned(bytes + 4 * i, 4), 4);
        pairs += (word & 0x00FF00FF) + (word >> 8 & 0x00FF00FF);
    }
    return (pairs & 0xFFFF) + (pairs >> 16);
}

uint32_t p4_sum(const uint8_t* bytes, uint32_t count) {
    enum { WORDS_AT_ONCE = 128 }; // 2 * 128 * 255 still fits in 16 bits
    uint32_t sum = 0;
    for (; count > 0 && (uintptr_t)bytes % 4 != 0; --count) sum += *bytes++;
    while (count >= 4) {
        uint32_t words = count / 4 < WORDS_AT_ONCE ? count / 4 : WORDS_AT_ONCE;
        sum += sum_words(bytes, words);
        bytes += 4 * words;
        count -= 4 * words;
    }
    for (; count > 0; --count) sum += *bytes++;
    return sum;
}
