// Memory capabilities, ESP-IDF's MALLOC_CAP_*: what an allocation may ask for.
#pragma once

#include <cstdint>

namespace p4jit::caps {

/// The table's names, and BITS_8 and BITS_32 for 8BIT and 32BIT.
enum : std::uint32_t {
#define MEMORY_CAP(NAME, bit, meaning) CAP_##NAME = 1u << bit,
#include "spec/chip/caps.def"
    EXEC = CAP_EXEC,
    BITS_32 = CAP_32BIT,
    BITS_8 = CAP_8BIT,
    DMA = CAP_DMA,
    SPIRAM = CAP_SPIRAM,
    INTERNAL = CAP_INTERNAL,
    DEFAULT = CAP_DEFAULT,
    TCM = CAP_TCM,
    SIMD = CAP_SIMD,
};

} // namespace p4jit::caps
