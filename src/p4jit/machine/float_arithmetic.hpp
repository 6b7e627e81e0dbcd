// Single-precision values as RISC-V treats them (unprivileged manual, chapter
// 11): everything that is not one host instruction.
//
// Values are bit patterns; exceptions are or-ed into `flags` as fflags bits.
// Nothing here touches the host's floating-point state, except where it says so.
#pragma once

#include "p4jit/machine/host_float.hpp"

#include <bit>
#include <cstdint>

namespace p4jit::machine::f32 {

using Bits = std::uint32_t;

constexpr Bits canonical_nan = 0x7FC0'0000, sign_bit = 0x8000'0000, infinity = 0x7F80'0000;

constexpr Bits magnitude(Bits a) { return a & ~sign_bit; }
constexpr bool is_nan(Bits a) { return magnitude(a) > infinity; }
constexpr bool is_signaling_nan(Bits a) { return is_nan(a) && !(a & 0x0040'0000); }
constexpr bool is_infinite(Bits a) { return magnitude(a) == infinity; }
constexpr bool is_zero(Bits a) { return magnitude(a) == 0; }

inline float value(Bits a) { return std::bit_cast<float>(a); }
/// The bits of a result: every NaN becomes the canonical one (section 11.3).
inline Bits result(float a) {
    const auto bits = std::bit_cast<Bits>(a);
    return is_nan(bits) ? canonical_nan : bits;
}

// Comparisons and selections (section 11.8, 11.6).
bool equal(Bits a, Bits b, std::uint32_t& flags);
bool less(Bits a, Bits b, std::uint32_t& flags);
bool less_or_equal(Bits a, Bits b, std::uint32_t& flags);
Bits minimum(Bits a, Bits b, std::uint32_t& flags);
Bits maximum(Bits a, Bits b, std::uint32_t& flags);
/// Ten bits, one of them set (table 11.5).
std::uint32_t classify(Bits a);

/// To a 32-bit integer; out of range saturates and is invalid (table 11.4).
std::uint32_t to_int32(Bits a, Rounding rounding, std::uint32_t& flags);
std::uint32_t to_uint32(Bits a, Rounding rounding, std::uint32_t& flags);

enum class Operation { add, subtract, multiply, divide, square_root, fused_multiply_add, from_int32, from_uint32 };

/// An operation in any rounding mode, whatever the host's mode is. Operands
/// that an operation does not have are not looked at; fused_multiply_add is
/// a*b+c; the integers to convert are a's bits. Borrows the host's unit and
/// leaves it as it was.
Bits compute(Operation operation, Rounding rounding, Bits a, Bits b, Bits c, std::uint32_t& flags);

/// ∞×0+qNaN: RISC-V says invalid, hosts do not (section 11.6).
constexpr bool is_invalid_product(Bits a, Bits b) {
    return (is_infinite(a) && is_zero(b)) || (is_zero(a) && is_infinite(b));
}

} // namespace p4jit::machine::f32
