#include "firmware/virtual/trap.h"

#include "firmware/virtual/chip.h"
#include "firmware/virtual/kernel.h"
#include "firmware/virtual/link.h"
#include "firmware/virtual/lock.h"

#include <stddef.h>
#include <stdio.h>

trap_frame trap_frames[2];

// What start.S takes for granted.
_Static_assert(sizeof(trap_frame) == 144 && offsetof(trap_frame, pc) == 128, "FRAME_SIZE, FRAME_PC");
_Static_assert(offsetof(trap_frame, cause) == 132 && offsetof(trap_frame, value) == 136, "FRAME_CAUSE, FRAME_VALUE");
_Static_assert(offsetof(trap_frame, status) == 140 && P4_RETURNED == 0, "FRAME_STATUS, RETURNED");

#define INTERRUPT (UINT32_C(1) << 31)

// RISC-V Privileged Architecture, table 3.6.
static const char* cause_name(uint32_t cause) {
    static const char* const names[] = {
        "instruction address misaligned", "instruction access fault", "illegal instruction",      "breakpoint",
        "load address misaligned",        "load access fault",        "store address misaligned", "store access fault",
    };
    if (cause < sizeof names / sizeof *names) return names[cause];
    return cause == 11 ? "environment call" : "unknown trap";
}

static void report(const char* where, const trap_frame* frame) {
    console_start(); // who knows what was overwritten
    printf("p4jit: %s: %s (mcause %lu), pc %08lx, mtval %08lx, ra %08lx, sp %08lx\n", where, cause_name(frame->cause),
           (unsigned long)frame->cause, (unsigned long)frame->pc, (unsigned long)frame->value,
           (unsigned long)frame->x[1], (unsigned long)frame->x[2]);
}

int trap(const trap_frame* frame) {
    if (frame->cause & INTERRUPT) {
        if (!kernel_is_to_stop()) return TRAP_RESUME;
        kernel_note_fault(frame);
        return P4_STOPPED;
    }
    if (hart_id() == KERNEL_HART) {
        lock_abandon();
        kernel_note_fault(frame);
        if (!console_goes_to_host()) report("kernel fault", frame);
        return P4_FAULTED;
    }
    // Only a kernel that wrote over the firmware's data can bring us here.
    report("firmware fault, starting again", frame);
    lock_abandon();
    restart();
}
