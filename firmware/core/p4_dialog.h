// Protocol v2: who has the board, and each of their requests carried out once.
//
//   p4_dialog   sessions, numbers, everything but CALL
//   p4_calls    CALL
//
// docs/protocol-v2.md tells the rules.
#ifndef P4_DIALOG_H
#define P4_DIALOG_H

#include "firmware/core/p4_answer.h"
#include "firmware/core/p4_receiver.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct p4_core p4_core;

typedef struct p4_dialog {
    uint32_t session; // 0: nobody has the board
    bool unsafe;      // it may use memory that is no block
    uint32_t lease, heard;
    uint8_t name[P4_V2_LIMIT_NAME];
    uint32_t name_size;

    // The answer to the last numbered request, or what it is made from.
    p4_head last;
    bool has_answer;
    uint32_t words[8], count; // ERROR, and all messages but READ and CALL
    uint32_t address, size;   // READ
    bool outside;             // READ: not of a block; its bytes are in p4_core.outside
    p4_frame call;            // CALL: its frame, which is kept
    uint32_t calls;           // how many are in it
    p4_end end;               // of the last of them that ran

    uint32_t asked;   // the sequence that RESEND last asked for
    uint32_t running; // sequence of the call that runs, 0 for none
    bool stop;        // it is to be stopped
    bool closing;     // and the session ends with it
    uint32_t printed; // bytes of console text sent in the session
} p4_dialog;

/// A message, verified by the receiver.
void p4_dialog_message(p4_core* core, const p4_frame* frame);

/// The last request came again.
void p4_dialog_again(p4_core* core, const p4_frame* frame);

/// Bytes were lost.
void p4_dialog_damage(p4_core* core);

/// Ends the session, if there is one: frees its blocks. No call may run.
void p4_dialog_end(p4_core* core);

// For p4_calls.

/// Takes what waits on link and console while a call runs; p4_run.attend.
bool p4_dialog_attend(void* core);

/// Sends what kernels printed.
void p4_dialog_flush_console(p4_core* core);

/// Answers the request in `last` with an error.
void p4_dialog_refuse(p4_core* core, uint32_t error);

#ifdef __cplusplus
}
#endif
#endif
