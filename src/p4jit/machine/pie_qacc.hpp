// PIE: QACC and XACC as the accumulators they are to an instruction.
//
//   8-bit types    16 accumulators of 32 bits, lanes 0-7 in QACC_L, 8-15 in QACC_H
//   16-bit types    8 accumulators of 64 bits, lanes 0-3 in QACC_L, 4-7 in QACC_H
#pragma once

#include "p4jit/machine/pie.hpp"

namespace p4jit::machine::meaning {

/// The accumulator of a lane of type T.
template <typename T>
using Accumulator =
    std::conditional_t<sizeof(T) == 1, std::conditional_t<std::is_signed_v<T>, std::int32_t, std::uint32_t>,
                       std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>>;

template <typename T>
using Accumulators = std::array<Accumulator<T>, 16 / sizeof(T)>;

template <typename T>
Accumulators<T> qacc(const Hart& hart) {
    return std::bit_cast<Accumulators<T>>(hart.pie.qacc);
}
template <typename T>
void set_qacc(Hart& hart, const Accumulators<T>& accumulators) {
    hart.pie.qacc = std::bit_cast<decltype(hart.pie.qacc)>(accumulators);
}

constexpr std::uint64_t xacc_mask = (std::uint64_t{1} << 40) - 1;

/// XACC as a number.
inline std::int64_t signed_xacc(const Hart& hart) { return static_cast<std::int64_t>(hart.pie.xacc << 24) >> 24; }
inline std::uint64_t unsigned_xacc(const Hart& hart) { return hart.pie.xacc; }
inline void set_xacc(Hart& hart, std::uint64_t value) { hart.pie.xacc = value & xacc_mask; }

} // namespace p4jit::machine::meaning
