// CALL of protocol v2: arguments in, code run, results out, all in the frame
// where it lies. docs/protocol-v2.md draws it.
#ifndef P4_CALLS_H
#define P4_CALLS_H

#include "firmware/core/p4_dialog.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Checks the whole frame, runs its calls, answers; or refuses. The frame is
/// kept. What kernels write into it does no harm to the core.
void p4_calls_serve(p4_core* core, const p4_frame* frame);

/// Answers again.
void p4_calls_answer(p4_core* core);

#ifdef __cplusplus
}
#endif
#endif
