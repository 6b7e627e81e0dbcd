// Turns a stream of bytes, arriving in any pieces, into frames of protocol v1.
//
// The link may lose bytes, a host may die in the middle of a frame, and another
// may then start talking. The rule that keeps both sides in step:
//
//   A frame fails when its checksum is wrong, its length is beyond the limit,
//   or the line falls silent in the middle of it. The bytes it claimed are then
//   searched for whole frames. If there is one, the host has given the failed
//   frame up and nobody waits for its answer: only the whole one counts. If
//   there is none, the failure is reported when the last byte it claimed has
//   gone by or the line has fallen silent.
//
// So each request that the host still waits for gets exactly one answer, and a
// length that was corrupted cannot swallow what follows. docs/protocol-v1.md
// has the cases one by one.
#ifndef P4_RECEIVER_H
#define P4_RECEIVER_H

#include "firmware/core/p4_v1.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum p4_event {
    P4_NOTHING, // more bytes are needed
    P4_REQUEST, // a frame, its checksum verified
    P4_FAILURE, // a frame that failed and that the host waits for
} p4_event;

typedef struct p4_frame {
    uint8_t command;
    uint8_t error;          // P4_FAILURE: a P4_V1_ERROR
    uint32_t size;          // P4_REQUEST: bytes of payload
    const uint8_t* payload; // P4_REQUEST: valid until p4_receiver_room() or _took() is called
} p4_frame;

typedef struct p4_receiver {
    uint8_t* bytes;      // P4_V1_FRAME_MAX of them, lent by the caller
    uint32_t begin, end; // the bytes not yet dealt with; a frame may start at begin
    uint64_t claimed;    // how many bytes from begin on belong to the failed frame
    uint32_t searched;   // bytes added up in search of frames in the failed one
    bool silent;         // the line is: what is not whole now will never be
    uint8_t error;       // of the failed frame, P4_V1_ERROR_NONE if there is none
    uint8_t failed_command;
} p4_receiver;

/// Starts with an empty buffer of P4_V1_FRAME_MAX bytes, which stays lent.
void p4_receiver_start(p4_receiver* receiver, uint8_t* bytes);

/// Where the next bytes go, and how many fit. Never zero after P4_NOTHING.
uint8_t* p4_receiver_room(p4_receiver* receiver, uint32_t* room);

/// `count` bytes were put where p4_receiver_room() said.
void p4_receiver_took(p4_receiver* receiver, uint32_t count);

/// Is there half a frame, or a failure not yet reported? Then call
/// p4_receiver_silence() after P4_V1_TIME_PAUSE without a byte.
bool p4_receiver_waits(const p4_receiver* receiver);

/// The line fell silent. What is there is judged by the next calls of
/// p4_receiver_next(), after which nothing is left.
void p4_receiver_silence(p4_receiver* receiver);

/// What comes next. Call until it says P4_NOTHING. Every call that does not
/// say so uses bytes up or reports a failure, so that comes to an end.
p4_event p4_receiver_next(p4_receiver* receiver, p4_frame* frame);

/// The sum of the bytes; its low 16 bits are the checksum of protocol v1.
uint32_t p4_sum(const uint8_t* bytes, uint32_t count);

#ifdef __cplusplus
}
#endif
#endif
