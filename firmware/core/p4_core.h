// P4-JIT's device side: answers the host's requests. Start reading here.
//
//   p4_receiver   bytes to frames, of protocols v1 and v2
//   p4_core       frames to answers: the commands of v1
//   p4_dialog     the messages of v2: sessions, each request carried out once
//   p4_calls      v2's CALL
//   p4_answer     v2's frames to the host
//   p4_blocks     what the host may touch
//   p4_outside    the rest, for hosts that take the risk
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
// docs/firmware.md tells why and how; docs/protocol-v1.md and
// docs/protocol-v2.md are the protocols.
#ifndef P4_CORE_H
#define P4_CORE_H

#include "firmware/core/p4_answer.h"
#include "firmware/core/p4_blocks.h"
#include "firmware/core/p4_dialog.h"
#include "firmware/core/p4_receiver.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct p4_core {
    const p4_world* world;
    p4_receiver receiver;
    p4_blocks blocks;
    p4_sender sender;
    p4_dialog dialog;
    uint32_t buffer;                      // the receiver's memory, as the device sees it
    uint32_t last_byte;                   // ms: when it came, while a call of v2 runs
    uint8_t outside[P4_V2_LIMIT_OUTSIDE]; // what was read from memory that is no block
    p4_crc_table crc;
} p4_core;

/// Takes the table of blocks (6 KiB, doubled when full) and the receive buffer
/// (P4_RECEIVER_MEMORY bytes) from the world, which must outlive the core.
/// P4_OK or P4_NO_MEMORY, after which the core must not be used.
p4_status p4_core_start(p4_core* core, const p4_world* world);

/// Waits for bytes, then answers every request that is complete. P4_OK;
/// P4_LINK_LOST: the host is gone, and with it whatever was half received and
/// its session with all blocks. What was allocated with v1 stays allocated.
p4_status p4_core_serve(p4_core* core);

#ifdef __cplusplus
}
#endif
#endif
