// What the board says of itself: chip, clock, which firmware, which start.
#ifndef P4JIT_ABOUT_H
#define P4JIT_ABOUT_H

#include "firmware/core/p4_world.h"

/// Asks the chip. The kernels' stack must be there.
void p4jit_about_fill(p4_about* about);

#endif
