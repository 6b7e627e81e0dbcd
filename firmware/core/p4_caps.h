// Memory capabilities, from the rows of spec/chip/caps.def: P4_CAP(SPIRAM) is
// the bit that ESP-IDF calls MALLOC_CAP_SPIRAM.
#ifndef P4_CAPS_H
#define P4_CAPS_H

#include <stdint.h>

enum {
#define MEMORY_CAP(NAME, bit, ...) P4_CAP_BIT_##NAME = (bit),
#include "spec/chip/caps.def"
};

#define P4_CAP(NAME) (UINT32_C(1) << P4_CAP_BIT_##NAME)

/// The longest cache line of the chip, in bytes.
#define P4_CACHE_LINE UINT32_C(128)

#endif
