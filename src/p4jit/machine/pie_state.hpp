// What the vector unit keeps, and the two hardware loops: docs/pie.md.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace p4jit::machine {

static_assert(std::endian::native == std::endian::little, "lanes are read as the host lays them out");

/// The lanes of a vector register, lane 0 in the lowest bits.
template <typename T>
using Lanes = std::array<T, 16 / sizeof(T)>;

/// A 128-bit vector register; byte 0 is the lowest.
struct alignas(16) Vector {
    std::array<std::uint8_t, 16> bytes{};

    template <typename T>
    Lanes<T> lanes() const {
        return std::bit_cast<Lanes<T>>(bytes);
    }
    template <typename T>
    static Vector of(const Lanes<T>& lanes) {
        return {std::bit_cast<std::array<std::uint8_t, 16>>(lanes)};
    }
    bool operator==(const Vector&) const = default;
};

/// PIE_STATE and HWLP_STATE, as mstatus.FS: off, then how much the context
/// switch has to save.
enum class UnitState : std::uint32_t { off, initial, clean, dirty };

/// Bits of CFG.
namespace pie_cfg {
constexpr std::uint32_t mis_st = 1u << 0, mis_ld = 1u << 1, vxsat = 1u << 2, rm_exc = 1u << 3, vxrm = 0xFu << 4,
                        vxsat_en = 1u << 8;
constexpr unsigned vxrm_shift = 4;
} // namespace pie_cfg

struct Pie {
    std::array<Vector, 8> q{};
    std::array<Vector, 4> qacc{}; ///< QACC_L low and high half, QACC_H low and high half
    std::uint64_t xacc = 0;       ///< 40 bits
    Vector ua_state;
    std::uint32_t sar = 0, sar_byte = 0, fft_bit_width = 0, cfg = 0;
    UnitState state = UnitState::off;
};

struct HardwareLoops {
    struct Loop {
        std::uint32_t start = 0, end = 0, count = 0; ///< end: the last instruction of the body
    };
    std::array<Loop, 2> loop{};
    UnitState state = UnitState::initial;
};

} // namespace p4jit::machine
