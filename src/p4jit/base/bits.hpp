// Bits of integers, named as the RISC-V manual names them.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>

namespace p4jit {

static_assert(std::endian::native == std::endian::little, "the host must be little-endian, like the target");

/// Bits hi..lo of value, moved down to bit 0.
constexpr std::uint32_t bits(std::uint32_t value, unsigned hi, unsigned lo) {
    return (value >> lo) & (0xFFFF'FFFFu >> (31 - (hi - lo)));
}

/// Bit n of value.
constexpr std::uint32_t bit(std::uint32_t value, unsigned n) { return (value >> n) & 1; }

/// The low `width` bits of value (1..32) as a two's complement number.
constexpr std::int32_t sign_extend(std::uint32_t value, unsigned width) {
    return static_cast<std::int32_t>(value << (32 - width)) >> (32 - width);
}

/// Does value fit a two's complement field of `width` bits (1..63)?
constexpr bool fits_signed(std::int64_t value, unsigned width) {
    return value >= -(std::int64_t{1} << (width - 1)) && value < (std::int64_t{1} << (width - 1));
}

/// Does value fit an unsigned field of `width` bits (1..63)?
constexpr bool fits_unsigned(std::int64_t value, unsigned width) {
    return value >= 0 && value < (std::int64_t{1} << width);
}

/// value rounded up to a multiple of alignment, a power of two.
template <std::unsigned_integral T>
constexpr T align_up(T value, T alignment) {
    return (value + alignment - 1) & ~(alignment - 1);
}

} // namespace p4jit
