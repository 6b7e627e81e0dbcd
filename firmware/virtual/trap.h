// Traps, of both harts. start.S saves the registers and calls trap().
#ifndef P4_VIRTUAL_TRAP_H
#define P4_VIRTUAL_TRAP_H

#include <stdint.h>

/// What start.S saves. It knows this layout.
typedef struct trap_frame {
    uint32_t x[32];
    uint32_t pc;     // mepc
    uint32_t cause;  // mcause
    uint32_t value;  // mtval
    uint32_t status; // mstatus
} trap_frame;

/// One a hart.
extern trap_frame trap_frames[2];

enum { TRAP_RESUME = -1 };

/// Decides what becomes of the interrupted code: TRAP_RESUME, or the
/// p4_outcome with which the kernel ends. Does not return on the service hart.
int trap(const trap_frame* frame);

/// For start.S: starts the firmware anew.
_Noreturn void restart(void);

#endif
