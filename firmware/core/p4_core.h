// P4-JIT's device side: answers the host's requests. Start reading here.
//
//   p4_receiver   bytes to frames
//   p4_core       frames to answers: the commands of protocol v1
//   p4_blocks     what the host may touch
//   p4_world      everything outside: link, heaps, caches, running code
//
//   p4_memory     capability heaps, for ports without their own
//   p4_heap       one of them
//
// The core has no global state, no operating system and no malloc of its own.
// A port's main function is:
//
//   static p4_core core;
//   p4_core_start(&core, &world);
//   for (;;) p4_core_serve(&core);
//
// docs/firmware.md tells why and how; docs/protocol-v1.md is the protocol.
#ifndef P4_CORE_H
#define P4_CORE_H

#include "firmware/core/p4_blocks.h"
#include "firmware/core/p4_receiver.h"
#include "firmware/core/p4_world.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct p4_core {
    const p4_world* world;
    p4_receiver receiver;
    p4_blocks blocks;
} p4_core;

/// Takes the table of blocks (4 KiB, doubled when full) and the receive buffer
/// (P4_V1_FRAME_MAX bytes) from the world, which must outlive the core. P4_OK
/// or P4_NO_MEMORY, after which the core must not be used.
p4_status p4_core_start(p4_core* core, const p4_world* world);

/// Waits for bytes, then answers every request that is complete. P4_OK;
/// P4_LINK_LOST: the host is gone, and with it whatever was half received.
/// What it had allocated stays allocated; protocol v1 knows no sessions.
p4_status p4_core_serve(p4_core* core);

#ifdef __cplusplus
}
#endif
#endif
