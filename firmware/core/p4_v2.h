// Numbers of protocol v2, from the rows of spec/protocol/v2.def. C names:
//
//   P4_V2_CALL              a message
//   P4_V2_KIND_ANSWER       a frame's kind
//   P4_V2_ERROR_BUSY        what an error answer says
//   P4_V2_OUTCOME_RETURNED  how a call ended
//   P4_V2_OPEN_CONSOLE      a bit of OPEN's flags
//   P4_V2_CALL_STACK        a bit of a call's flags
//   P4_V2_LIMIT_PAYLOAD     a V2_NUMBER
//
// docs/protocol-v2.md explains the protocol.
#ifndef P4_V2_H
#define P4_V2_H

#include "firmware/core/p4_v1.h"

enum {
#define V2_MAGIC(first, second) P4_V2_MAGIC_0 = (first), P4_V2_MAGIC_1 = (second),
#define V2_MESSAGE(NAME, id, ...) P4_V2_##NAME = (id),
#define V2_KIND(NAME, value, ...) P4_V2_KIND_##NAME = (value),
#define V2_ERROR(NAME, value, ...) P4_V2_ERROR_##NAME = (value),
#define V2_OUTCOME(NAME, value, ...) P4_V2_OUTCOME_##NAME = (value),
#define V2_OPEN_FLAG(NAME, value, ...) P4_V2_OPEN_##NAME = (value),
#define V2_CALL_FLAG(NAME, value, ...) P4_V2_CALL_##NAME = (value),
#define V2_NUMBER(NAME, value, ...) P4_V2_LIMIT_##NAME = (value),
#include "spec/protocol/v2.def"
};

/// What the schema hash is made from.
#define P4_V2_SCHEMA_TEXT_OF(NAME, id, size, request, answer, ...) #NAME " " #id " " #size " " request " " answer "\n"

enum {
    P4_V2_HEADER = 20, // bytes before the payload, its checksum included
    P4_V2_SUMMED = 16, // bytes of the header that its checksum covers
    P4_V2_CRC = 4,     // bytes behind a payload: of header and payload
};

#endif
