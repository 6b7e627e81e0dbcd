#include "firmware/core/p4_receiver.h"

#include "firmware/core/p4_bytes.h"

#include <string.h>

_Static_assert((int)P4_V2_HEADER + (int)P4_V2_LIMIT_PAYLOAD + (int)P4_V2_CRC <= (int)P4_V1_FRAME_MAX,
               "one buffer for both protocols");

// What the bytes from begin on are. The first one begins a magic.
typedef enum p4_candidate {
    CANDIDATE_NONE,   // no magic after all
    CANDIDATE_HALF,   // the beginning of a frame
    CANDIDATE_LONG,   // a frame beyond the limit
    CANDIDATE_BROKEN, // all of a frame, wrong checksum
    CANDIDATE_AGAIN,  // v2: the header of a request that was answered
    CANDIDATE_BUSY,   // v2: the header of one that comes while a call runs
    CANDIDATE_WHOLE,
} p4_candidate;

// How many bytes may be added up in search of a frame in a failed one. Without
// an end, bytes made of nothing but beginnings of frames would cost minutes.
static const uint32_t search_limit = UINT32_C(16) * P4_V1_FRAME_MAX;

void p4_receiver_start(p4_receiver* receiver, uint8_t* memory, const p4_crc_table* crc) {
    *receiver = (p4_receiver){.crc = crc, .bytes = memory + P4_RECEIVER_OFFSET};
    p4_receiver_keep(receiver, NULL);
}

void p4_receiver_clear(p4_receiver* receiver) {
    receiver->begin = receiver->end = 0;
    receiver->claimed = receiver->passing = 0;
    receiver->searched = 0;
    receiver->error = P4_V1_ERROR_NONE;
    receiver->silent = receiver->damaged = receiver->reported = false;
    p4_receiver_keep(receiver, NULL);
}

static uint64_t v1_length(const uint8_t* bytes) {
    return (uint64_t)P4_V1_HEADER + p4_load32(bytes + 4) + P4_V1_CHECKSUM;
}

static uint64_t v2_length(const uint8_t* bytes) {
    uint32_t size = p4_load32(bytes + 12);
    return (uint64_t)P4_V2_HEADER + size + (size > 0 ? P4_V2_CRC : 0);
}

// Room for new bytes.

static uint32_t align(uint32_t offset) {
    return (offset + P4_V2_LIMIT_ALIGNMENT - 1) / P4_V2_LIMIT_ALIGNMENT * P4_V2_LIMIT_ALIGNMENT;
}

// The larger one of the places before and behind what is kept.
static uint32_t landing(const p4_receiver* receiver) {
    uint32_t behind = align(receiver->keep_end);
    return behind >= P4_RECEIVER_SIZE || receiver->keep >= P4_RECEIVER_SIZE - behind ? 0 : behind;
}

static uint32_t limit_of(const p4_receiver* receiver, uint32_t place) {
    return place < receiver->keep ? receiver->keep : P4_RECEIVER_SIZE;
}

static void move(p4_receiver* receiver, uint32_t to) {
    uint32_t held = receiver->end - receiver->begin;
    if (held > 0 && to != receiver->begin) memmove(receiver->bytes + to, receiver->bytes + receiver->begin, held);
    receiver->begin = to;
    receiver->end = to + held;
}

// How long the frame at begin may become, as far as its header is there.
static uint64_t needed(const p4_receiver* receiver) {
    const uint8_t* bytes = receiver->bytes + receiver->begin;
    uint32_t held = receiver->end - receiver->begin;
    if (held >= P4_V2_HEADER && bytes[0] == P4_V2_MAGIC_0) return v2_length(bytes);
    if (held >= P4_V1_HEADER && bytes[0] == P4_V1_MAGIC_0) return v1_length(bytes);
    return P4_V2_HEADER;
}

uint8_t* p4_receiver_room(p4_receiver* receiver, uint32_t* room) {
    if (receiver->begin == receiver->end) {
        receiver->begin = receiver->end = landing(receiver);
    } else if (needed(receiver) > limit_of(receiver, receiver->begin) - receiver->begin) {
        uint32_t place = landing(receiver);
        if (needed(receiver) > limit_of(receiver, place) - place) {
            p4_receiver_keep(receiver, NULL);
            place = 0;
        }
        move(receiver, place);
    }
    *room = limit_of(receiver, receiver->begin) - receiver->end;
    return receiver->bytes + receiver->end;
}

void p4_receiver_keep(p4_receiver* receiver, const p4_frame* frame) {
    receiver->keep = receiver->keep_end = P4_RECEIVER_SIZE;
    if (frame == NULL) return;
    receiver->keep = (uint32_t)(frame->payload - receiver->bytes) - P4_V2_HEADER;
    receiver->keep_end = receiver->keep + P4_V2_HEADER + frame->size;
}

void p4_receiver_took(p4_receiver* receiver, uint32_t count) {
    receiver->end += count;
    receiver->silent = false;
}

// Silence.

uint32_t p4_receiver_patience(const p4_receiver* receiver) {
    bool held = receiver->begin != receiver->end;
    if (receiver->error != P4_V1_ERROR_NONE) return P4_V1_TIME_PAUSE;
    if (held && receiver->bytes[receiver->begin] == P4_V1_MAGIC_0) return P4_V1_TIME_PAUSE;
    return held || receiver->passing > 0 || receiver->damaged ? P4_V2_LIMIT_PAUSE : 0;
}

void p4_receiver_silence(p4_receiver* receiver) {
    uint32_t held = receiver->end - receiver->begin;
    if (receiver->claimed > held) receiver->claimed = held;
    receiver->passing = 0;
    receiver->silent = true;
}

// Passing over bytes.

static void advance(p4_receiver* receiver, uint32_t count) {
    receiver->begin += count;
    receiver->claimed -= receiver->claimed < count ? receiver->claimed : count;
}

static bool has_other_than_zeros(const uint8_t* bytes, uint32_t count) {
    for (; count > 0; --count)
        if (*bytes++ != 0) return true;
    return false;
}

// Bytes that are no part of a frame. Zeros are what a host of v1 sends to end
// half a frame, and no damage.
static void drop(p4_receiver* receiver, uint32_t count) {
    bool matters = receiver->session != 0 && receiver->claimed == 0 && !receiver->damaged;
    if (matters && has_other_than_zeros(receiver->bytes + receiver->begin, count)) receiver->damaged = true;
    advance(receiver, count);
}

static void pass_over(p4_receiver* receiver) {
    uint32_t held = receiver->end - receiver->begin;
    uint32_t count = receiver->passing < held ? (uint32_t)receiver->passing : held;
    receiver->passing -= count;
    advance(receiver, count);
}

// After damage in a session, what looks like v1 may be a piece of v2's data;
// and while a call runs there is not the room for it.
static bool believes_v1(const p4_receiver* receiver, const uint8_t* noise, uint32_t count) {
    if (receiver->damaged || receiver->running) return false;
    return receiver->session == 0 || receiver->claimed > 0 || !has_other_than_zeros(noise, count);
}

static void drop_up_to_magic(p4_receiver* receiver) {
    uint32_t held = receiver->end - receiver->begin;
    if (held == 0) return;
    const uint8_t* from = receiver->bytes + receiver->begin;
    const uint8_t* v2 = memchr(from, P4_V2_MAGIC_0, held);
    uint32_t count = v2 ? (uint32_t)(v2 - from) : held;
    const uint8_t* v1 = memchr(from, P4_V1_MAGIC_0, count);
    if (v1 && believes_v1(receiver, from, (uint32_t)(v1 - from))) count = (uint32_t)(v1 - from);
    drop(receiver, count);
}

static void drop_claimed(p4_receiver* receiver) {
    uint32_t held = receiver->end - receiver->begin;
    drop(receiver, receiver->claimed < held ? (uint32_t)receiver->claimed : held);
}

// Frames of v1.

static p4_candidate judge_v1(const uint8_t* bytes, uint32_t held) {
    if (held >= 2 && bytes[1] != P4_V1_MAGIC_1) return CANDIDATE_NONE;
    if (held < P4_V1_HEADER) return CANDIDATE_HALF;
    if (v1_length(bytes) > P4_V1_FRAME_MAX) return CANDIDATE_LONG;
    if (v1_length(bytes) > held) return CANDIDATE_HALF;
    uint32_t summed = (uint32_t)v1_length(bytes) - P4_V1_CHECKSUM;
    return (p4_sum(bytes, summed) & 0xFFFF) == p4_load16(bytes + summed) ? CANDIDATE_WHOLE : CANDIDATE_BROKEN;
}

// The frame at begin failed. Inside an earlier failure it was not one.
static void fail(p4_receiver* receiver, uint8_t error) {
    const uint8_t* bytes = receiver->bytes + receiver->begin;
    uint32_t held = receiver->end - receiver->begin;
    if (receiver->error == P4_V1_ERROR_NONE && held >= 3) {
        uint64_t length = held >= P4_V1_HEADER ? v1_length(bytes) : held;
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

static p4_event deliver_v1(p4_receiver* receiver, p4_frame* frame) {
    uint8_t* bytes = receiver->bytes + receiver->begin;
    *frame = (p4_frame){.command = bytes[2], .size = p4_load32(bytes + 4), .payload = bytes + P4_V1_HEADER};
    receiver->begin += (uint32_t)v1_length(bytes);
    receiver->claimed = 0;
    receiver->error = P4_V1_ERROR_NONE;
    return P4_REQUEST;
}

// P4_NOTHING: look again.
static p4_event take_v1(p4_receiver* receiver, p4_frame* frame, p4_candidate candidate) {
    const uint8_t* bytes = receiver->bytes + receiver->begin;
    switch (candidate) {
    case CANDIDATE_WHOLE: return deliver_v1(receiver, frame);
    case CANDIDATE_LONG: fail(receiver, P4_V1_ERROR_TOO_LONG); break;
    case CANDIDATE_BROKEN:
        fail(receiver, P4_V1_ERROR_CHECKSUM);
        receiver->searched += (uint32_t)v1_length(bytes);
        break;
    case CANDIDATE_HALF: fail(receiver, P4_V1_ERROR_CHECKSUM); break;
    default: drop(receiver, 1); break;
    }
    return P4_NOTHING;
}

// Frames of v2.

// Are these bytes, too few for a header, noise in front of a frame of v1?
static bool hide_v1(const uint8_t* bytes, uint32_t held) {
    for (uint32_t i = 1; i < held; ++i)
        if (bytes[i] == P4_V1_MAGIC_0 && judge_v1(bytes + i, held - i) == CANDIDATE_WHOLE) return true;
    return false;
}

static bool was_answered(const p4_receiver* receiver, const uint8_t* header) {
    return receiver->session != 0 && p4_load32(header + 4) == receiver->session &&
           p4_load32(header + 8) == receiver->answered && header[2] >= P4_V2_LIMIT_FIRST_NUMBERED;
}

static p4_candidate judge_v2(const p4_receiver* receiver, const uint8_t* bytes, uint32_t held) {
    if (held >= 2 && bytes[1] != P4_V2_MAGIC_1) return CANDIDATE_NONE;
    if (held < P4_V2_HEADER) {
        bool v1 = receiver->error != P4_V1_ERROR_NONE || hide_v1(bytes, held);
        return v1 ? CANDIDATE_NONE : CANDIDATE_HALF;
    }
    if (p4_crc(receiver->crc, 0, bytes, P4_V2_SUMMED) != p4_load32(bytes + P4_V2_SUMMED)) return CANDIDATE_NONE;
    if (was_answered(receiver, bytes)) return CANDIDATE_AGAIN;
    uint32_t size = p4_load32(bytes + 12);
    bool numbered = bytes[2] >= P4_V2_LIMIT_FIRST_NUMBERED;
    if (numbered && receiver->running) return CANDIDATE_BUSY;
    if (size > (numbered ? P4_V2_LIMIT_PAYLOAD : P4_V2_LIMIT_SHORT)) return CANDIDATE_LONG;
    if (v2_length(bytes) > held) return CANDIDATE_HALF;
    if (size == 0) return CANDIDATE_WHOLE;
    const uint8_t* payload = bytes + P4_V2_HEADER;
    uint32_t crc = p4_crc(receiver->crc, p4_load32(bytes + P4_V2_SUMMED), payload, size);
    return crc == p4_load32(payload + size) ? CANDIDATE_WHOLE : CANDIDATE_BROKEN;
}

static p4_frame v2_frame(const p4_receiver* receiver) {
    uint8_t* bytes = receiver->bytes + receiver->begin;
    return (p4_frame){.command = bytes[2],
                      .kind = bytes[3],
                      .session = p4_load32(bytes + 4),
                      .sequence = p4_load32(bytes + 8),
                      .size = p4_load32(bytes + 12),
                      .payload = bytes + P4_V2_HEADER};
}

static p4_event deliver_v2(p4_receiver* receiver, p4_frame* frame) {
    *frame = v2_frame(receiver);
    uint32_t length = (uint32_t)v2_length(receiver->bytes + receiver->begin);
    uint32_t end = receiver->begin + length;
    // Behind another frame it lies anywhere; calls run where they lie. One that
    // will not run must not be moved over a frame that is kept.
    uint32_t excess = receiver->begin % P4_V2_LIMIT_ALIGNMENT;
    bool is_next = frame->session == receiver->session && frame->sequence == receiver->answered + 1;
    if (frame->command == P4_V2_CALL && is_next && excess > 0) {
        memmove(frame->payload - P4_V2_HEADER - excess, frame->payload - P4_V2_HEADER, length);
        frame->payload -= excess;
    }
    receiver->begin = end;
    // One of another session may be a piece of data.
    if (frame->session == receiver->session) receiver->damaged = receiver->reported = false;
    return P4_MESSAGE;
}

// Only the header of the frame at begin counts.
static p4_event deliver_header(p4_receiver* receiver, p4_frame* frame, p4_event event, uint8_t error) {
    *frame = v2_frame(receiver);
    frame->error = error;
    receiver->passing = v2_length(receiver->bytes + receiver->begin) - P4_V2_HEADER;
    receiver->begin += P4_V2_HEADER;
    return event;
}

static p4_event report_damage(p4_receiver* receiver, p4_frame* frame) {
    *frame = (p4_frame){0};
    receiver->reported = true;
    return P4_DAMAGE;
}

// P4_NOTHING: look again.
static p4_event take_v2(p4_receiver* receiver, p4_frame* frame, p4_candidate candidate) {
    switch (candidate) {
    case CANDIDATE_WHOLE: return deliver_v2(receiver, frame);
    case CANDIDATE_AGAIN: return deliver_header(receiver, frame, P4_AGAIN, 0);
    case CANDIDATE_LONG: return deliver_header(receiver, frame, P4_MESSAGE, P4_V2_ERROR_TOO_LONG);
    case CANDIDATE_BUSY: return deliver_header(receiver, frame, P4_MESSAGE, P4_V2_ERROR_BUSY);
    case CANDIDATE_BROKEN: drop(receiver, (uint32_t)v2_length(receiver->bytes + receiver->begin)); break;
    case CANDIDATE_HALF:
        // With its header whole, all that follows may be its data.
        drop(receiver, receiver->end - receiver->begin < P4_V2_HEADER ? 1 : receiver->end - receiver->begin);
        break;
    default: drop(receiver, 1); break;
    }
    return P4_NOTHING;
}

static p4_event nothing_left(p4_receiver* receiver, p4_frame* frame) {
    if (receiver->damaged && !receiver->reported) return report_damage(receiver, frame);
    if (receiver->silent) receiver->damaged = receiver->reported = false;
    return P4_NOTHING;
}

p4_event p4_receiver_next(p4_receiver* receiver, p4_frame* frame) {
    for (;;) {
        pass_over(receiver);
        if (receiver->searched > search_limit) drop_claimed(receiver);
        drop_up_to_magic(receiver);
        if (receiver->error != P4_V1_ERROR_NONE && receiver->claimed == 0) return report_failure(receiver, frame);
        if (receiver->begin == receiver->end) return nothing_left(receiver, frame);

        const uint8_t* bytes = receiver->bytes + receiver->begin;
        uint32_t held = receiver->end - receiver->begin;
        bool v1 = bytes[0] == P4_V1_MAGIC_0;
        p4_candidate candidate = v1 ? judge_v1(bytes, held) : judge_v2(receiver, bytes, held);
        if (candidate == CANDIDATE_HALF && !receiver->silent) return P4_NOTHING;
        p4_event event = v1 ? take_v1(receiver, frame, candidate) : take_v2(receiver, frame, candidate);
        if (event != P4_NOTHING) return event;
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
