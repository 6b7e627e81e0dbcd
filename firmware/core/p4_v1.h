// Numbers of protocol v1, from the rows of spec/protocol/v1.def. C names:
//
//   P4_V1_PING            a command
//   P4_V1_FLAG_OK         a frame's flags
//   P4_V1_ERROR_CHECKSUM  what an error answer says
//   P4_V1_STATUS_SYNCED   the status of WRITE_MEM
//   P4_V1_LIMIT_PAYLOAD   a size in bytes
//   P4_V1_TIME_PAUSE      milliseconds
//
// docs/protocol-v1.md explains the protocol.
#ifndef P4_V1_H
#define P4_V1_H

enum {
#define V1_MAGIC(first, second) P4_V1_MAGIC_0 = (first), P4_V1_MAGIC_1 = (second),
#define V1_COMMAND(NAME, id, ...) P4_V1_##NAME = (id),
#define V1_FLAG(NAME, value, ...) P4_V1_FLAG_##NAME = (value),
#define V1_ERROR(NAME, value, ...) P4_V1_ERROR_##NAME = (value),
#define V1_STATUS(NAME, value, ...) P4_V1_STATUS_##NAME = (value),
#define V1_LIMIT(NAME, value, ...) P4_V1_LIMIT_##NAME = (value),
#define V1_TIME(NAME, value, ...) P4_V1_TIME_##NAME = (value),
#include "spec/protocol/v1.def"
};

enum {
    P4_V1_HEADER = 8,   // bytes before the payload
    P4_V1_CHECKSUM = 2, // bytes after it
    P4_V1_FRAME_MAX = P4_V1_HEADER + P4_V1_LIMIT_PAYLOAD + P4_V1_CHECKSUM,
};

#endif
