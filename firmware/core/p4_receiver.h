// Turns a stream of bytes, arriving in any pieces, into frames of protocols v1
// and v2.
//
// The link may lose bytes, a host may die in the middle of a frame, and another
// may then start talking. The rule that keeps v1 in step:
//
//   A frame fails when its checksum is wrong, its length is beyond the limit,
//   or the line falls silent in the middle of it. The bytes it claimed are then
//   searched for whole frames. If there is one, the host has given the failed
//   frame up and nobody waits for its answer: only the whole one counts. If
//   there is none, the failure is reported when the last byte it claimed has
//   gone by or the line has fallen silent.
//
// A v2 frame's header has a checksum of its own, so where it ends is known for
// sure and it is never searched. What fails is dropped, and in a session that
// is reported once, so that the host sends again. docs/protocol-v1.md and
// docs/protocol-v2.md have the cases one by one.
//
// Frames are used where they lie. The last CALL is kept until the next request,
// as its answer: new bytes go before or behind it.
#ifndef P4_RECEIVER_H
#define P4_RECEIVER_H

#include "firmware/core/p4_crc.h"
#include "firmware/core/p4_v2.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum p4_event {
    P4_NOTHING, // more bytes are needed
    P4_REQUEST, // v1: a frame, its checksum verified
    P4_FAILURE, // v1: a frame that failed and that the host waits for
    P4_MESSAGE, // v2: a frame, its checksums verified
    P4_AGAIN,   // v2: the request that was answered last; its payload is passed over
    P4_DAMAGE,  // v2: bytes were lost or damaged
} p4_event;

typedef struct p4_frame {
    uint8_t command;           // v2: the message
    uint8_t kind;              // P4_MESSAGE: a P4_V2_KIND
    uint8_t error;             // P4_FAILURE: a P4_V1_ERROR; P4_MESSAGE: a P4_V2_ERROR or 0
    uint32_t session;          // v2
    uint32_t sequence;         // v2
    uint32_t size;             // bytes of payload
    uint8_t* payload;          // valid until p4_receiver_room() or _took() is called
} p4_frame;

typedef struct p4_receiver {
    const p4_crc_table* crc;
    uint8_t* bytes;          // P4_RECEIVER_SIZE of them, lent by the caller
    uint32_t begin, end;     // the bytes not yet dealt with; a frame may start at begin
    uint32_t keep, keep_end; // bytes that must stay
    bool silent;             // the line is: what is not whole now will never be

    // v1: the frame that failed.
    uint64_t claimed;  // how many bytes from begin on belong to it
    uint32_t searched; // bytes added up in search of frames in it
    uint8_t error;     // P4_V1_ERROR_NONE: there is none
    uint8_t failed_command;

    // v2
    uint32_t session;       // the open one, 0 for none
    uint32_t answered;      // sequence of the request that was carried out last
    bool running;           // a call is: nothing that is kept may move, numbered requests are BUSY
    uint64_t passing;       // bytes of a payload still to be passed over
    bool damaged, reported; // bytes were lost in the session, and it was said
} p4_receiver;

enum {
    /// Where a v2 frame begins so that its payload is aligned.
    P4_RECEIVER_OFFSET = (int)P4_V2_LIMIT_ALIGNMENT - (int)P4_V2_HEADER,
    /// Bytes of the buffer.
    P4_RECEIVER_SIZE = (int)P4_V1_FRAME_MAX + (int)P4_V2_LIMIT_ALIGNMENT,
    /// What p4_receiver_start() needs.
    P4_RECEIVER_MEMORY = (int)P4_V2_LIMIT_ALIGNMENT + P4_RECEIVER_SIZE,
};

/// Starts with an empty buffer: P4_RECEIVER_MEMORY bytes at a multiple of
/// P4_V2_LIMIT_ALIGNMENT, which stay lent.
void p4_receiver_start(p4_receiver* receiver, uint8_t* memory, const p4_crc_table* crc);

/// Forgets all bytes; the session stays.
void p4_receiver_clear(p4_receiver* receiver);

/// Where the next bytes go, and how many fit. Never zero after P4_NOTHING.
uint8_t* p4_receiver_room(p4_receiver* receiver, uint32_t* room);

/// `count` bytes were put where p4_receiver_room() said.
void p4_receiver_took(p4_receiver* receiver, uint32_t count);

/// Is there half a frame, or a failure not yet reported? Then call
/// p4_receiver_silence() after so many milliseconds without a byte. 0: no.
uint32_t p4_receiver_patience(const p4_receiver* receiver);

/// The line fell silent. What is there is judged by the next calls of
/// p4_receiver_next(), after which nothing is left.
void p4_receiver_silence(p4_receiver* receiver);

/// What comes next. Call until it says P4_NOTHING. Every call that does not
/// say so uses bytes up or reports something, so that comes to an end.
p4_event p4_receiver_next(p4_receiver* receiver, p4_frame* frame);

/// The frame of this message stays where it is until the next one is kept or
/// p4_receiver_keep(receiver, NULL). Unless `running`, one that fills more than
/// half of the buffer gives way if a frame arrives that does not fit beside it.
void p4_receiver_keep(p4_receiver* receiver, const p4_frame* frame);

/// The sum of the bytes; its low 16 bits are the checksum of protocol v1.
uint32_t p4_sum(const uint8_t* bytes, uint32_t count);

#ifdef __cplusplus
}
#endif
#endif
