#include "p4jit/machine/float_arithmetic.hpp"

#include <cmath>

namespace p4jit::machine::f32 {

bool equal(Bits a, Bits b, std::uint32_t& flags) {
    if (is_signaling_nan(a) || is_signaling_nan(b)) flags |= fflag::invalid;
    if (is_nan(a) || is_nan(b)) return false;
    return a == b || (is_zero(a) && is_zero(b));
}

namespace {

/// Orders the bit patterns of numbers as their values, -0 before +0.
constexpr std::int64_t order(Bits a) { return a & sign_bit ? -std::int64_t{magnitude(a)} - 1 : std::int64_t{a}; }

bool unordered(Bits a, Bits b, std::uint32_t& flags) {
    if (!is_nan(a) && !is_nan(b)) return false;
    flags |= fflag::invalid;
    return true;
}

} // namespace

bool less(Bits a, Bits b, std::uint32_t& flags) {
    if (unordered(a, b, flags)) return false;
    return order(a) < order(b) && !(is_zero(a) && is_zero(b));
}

bool less_or_equal(Bits a, Bits b, std::uint32_t& flags) {
    if (unordered(a, b, flags)) return false;
    return order(a) <= order(b) || (is_zero(a) && is_zero(b));
}

namespace {

Bits select(Bits a, Bits b, bool first, std::uint32_t& flags) {
    if (is_signaling_nan(a) || is_signaling_nan(b)) flags |= fflag::invalid;
    if (is_nan(a)) return is_nan(b) ? canonical_nan : b;
    if (is_nan(b)) return a;
    return first ? a : b;
}

} // namespace

Bits minimum(Bits a, Bits b, std::uint32_t& flags) { return select(a, b, order(a) < order(b), flags); }
Bits maximum(Bits a, Bits b, std::uint32_t& flags) { return select(a, b, order(a) > order(b), flags); }

std::uint32_t classify(Bits a) {
    const bool negative = a & sign_bit;
    if (is_nan(a)) return is_signaling_nan(a) ? 1u << 8 : 1u << 9;
    if (is_infinite(a)) return negative ? 1u << 0 : 1u << 7;
    if (is_zero(a)) return negative ? 1u << 3 : 1u << 4;
    const bool subnormal = magnitude(a) < 0x0080'0000;
    if (negative) return subnormal ? 1u << 2 : 1u << 1;
    return subnormal ? 1u << 5 : 1u << 6;
}

namespace {

/// Does rounding take the magnitude one up? half: the first bit that is lost;
/// rest: is any later bit set.
bool rounds_up(Rounding rounding, bool negative, bool odd, bool half, bool rest) {
    switch (rounding) {
    case Rounding::nearest_even: return half && (rest || odd);
    case Rounding::toward_zero: return false;
    case Rounding::down: return negative && (half || rest);
    case Rounding::up: return !negative && (half || rest);
    case Rounding::nearest_max_magnitude: return half;
    }
    return false;
}

/// The magnitude of a finite number rounded to an integer below 2^33, or 2^33
/// if it is larger.
std::uint64_t rounded_magnitude(Bits a, Rounding rounding, bool& inexact) {
    const bool negative = a & sign_bit;
    const int exponent = static_cast<int>(magnitude(a) >> 23);
    const std::uint64_t significand = (a & 0x007F'FFFF) | (exponent != 0 ? 0x0080'0000 : 0);
    const int shift = (exponent != 0 ? exponent : 1) - 127 - 23; // value = significand * 2^shift
    inexact = false;
    if (shift >= 10) return std::uint64_t{1} << 33;
    if (shift >= 0) return significand << shift;
    const int lost = -shift;
    if (lost > 25) { // below a half: only the directed modes see it
        inexact = significand != 0;
        return inexact && rounds_up(rounding, negative, false, false, true);
    }
    const auto whole = significand >> lost;
    const bool half = significand >> (lost - 1) & 1;
    const bool rest = significand & ((std::uint64_t{1} << (lost - 1)) - 1);
    inexact = half || rest;
    return whole + rounds_up(rounding, negative, whole & 1, half, rest);
}

std::uint32_t to_integer(Bits a, Rounding rounding, std::int64_t lowest, std::int64_t highest, std::uint32_t& flags) {
    bool inexact = false;
    const bool negative = (a & sign_bit) && !is_nan(a);
    auto whole = std::int64_t{1} << 33;
    if (!is_nan(a) && !is_infinite(a)) whole = static_cast<std::int64_t>(rounded_magnitude(a, rounding, inexact));
    if (negative) whole = -whole;
    if (whole < lowest || whole > highest) {
        flags |= fflag::invalid;
        return static_cast<std::uint32_t>(negative ? lowest : highest);
    }
    if (inexact) flags |= fflag::inexact;
    return static_cast<std::uint32_t>(whole);
}

} // namespace

std::uint32_t to_int32(Bits a, Rounding rounding, std::uint32_t& flags) {
    return to_integer(a, rounding, INT32_MIN, INT32_MAX, flags);
}

std::uint32_t to_uint32(Bits a, Rounding rounding, std::uint32_t& flags) {
    return to_integer(a, rounding, 0, UINT32_MAX, flags);
}

namespace {

// Operands and results pass through volatiles so that the compiler cannot move
// the operation across the change of the host's rounding mode.
template <typename T>
T operate(Operation operation, T first, T second, T third, Bits integer) {
    const volatile T a = first, b = second, c = third;
    const volatile Bits source = integer;
    volatile T r = 0;
    switch (operation) {
    case Operation::add: r = a + b; break;
    case Operation::subtract: r = a - b; break;
    case Operation::multiply: r = a * b; break;
    case Operation::divide: r = a / b; break;
    case Operation::square_root: r = std::sqrt(T{a}); break;
    case Operation::fused_multiply_add: r = std::fma(T{a}, T{b}, T{c}); break;
    case Operation::from_int32: r = static_cast<T>(static_cast<std::int32_t>(source)); break;
    case Operation::from_uint32: r = static_cast<T>(std::int64_t{source}); break;
    }
    return r;
}

/// Rounds a double to single precision, ties away from zero. `value` is
/// inexact results rounded to odd (its last bit set if bits were lost), which
/// with 53 bits is enough to round once more to 24 correctly.
Bits round_ties_away(double value, std::uint32_t& flags) {
    constexpr int bias = 1023, fraction_bits = 52;
    const auto raw = std::bit_cast<std::uint64_t>(value);
    const Bits sign = static_cast<Bits>(raw >> 32) & sign_bit;
    const int exponent = static_cast<int>(raw >> fraction_bits & 0x7FF) - bias;
    const auto significand = (raw & ((std::uint64_t{1} << fraction_bits) - 1)) | std::uint64_t{1} << fraction_bits;

    const auto rounded_to = [&](int lost) { return (significand + (std::uint64_t{1} << (lost - 1))) >> lost; };
    constexpr int normal_loss = fraction_bits - 23;
    // Subnormal results lose more bits; more than 54 leave nothing but the tie.
    const int lost = exponent < -126 ? normal_loss + (-126 - exponent) : normal_loss;
    if (lost > 54) {
        flags |= fflag::inexact | fflag::underflow;
        return sign;
    }
    const bool inexact = significand & ((std::uint64_t{1} << lost) - 1);
    // Adding the significand with its leading bit to the exponent field carries
    // over into the exponent where rounding asks for it.
    const auto field = exponent < -126 ? 0 : static_cast<std::uint64_t>(exponent + 126) << 23;
    const auto magnitude_bits = rounded_to(lost) + field;
    if (magnitude_bits >= infinity) {
        flags |= fflag::overflow | fflag::inexact;
        return sign | infinity;
    }
    if (inexact) {
        flags |= fflag::inexact;
        // Tiny if still below the smallest normal number when rounded to 24
        // bits with an unbounded exponent (IEEE 754, tininess after rounding).
        const bool tiny = exponent < -127 || (exponent == -127 && rounded_to(normal_loss) < (std::uint64_t{1} << 24));
        if (tiny) flags |= fflag::underflow;
    }
    return sign | static_cast<Bits>(magnitude_bits);
}

struct Computed {
    Bits bits;
    std::uint32_t exceptions;
};

Computed on_host(Operation operation, Rounding rounding, Bits a, Bits b, Bits c) {
    const HostFloat unit(static_cast<std::uint32_t>(rounding));
    const auto r = operate<float>(operation, value(a), value(b), value(c), a);
    return {result(r), HostFloat::exceptions()};
}

Bits ties_away(Operation operation, Bits a, Bits b, Bits c, std::uint32_t& flags) {
    double exact = 0;
    {
        const HostFloat unit(static_cast<std::uint32_t>(Rounding::toward_zero));
        exact = operate<double>(operation, value(a), value(b), value(c), a);
        if (HostFloat::exceptions() & fflag::inexact)
            exact = std::bit_cast<double>(std::bit_cast<std::uint64_t>(exact) | 1);
    }
    return round_ties_away(exact, flags);
}

} // namespace

Bits compute(Operation operation, Rounding rounding, Bits a, Bits b, Bits c, std::uint32_t& flags) {
    const bool host_has_mode = rounding != Rounding::nearest_max_magnitude;
    const auto [bits, exceptions] = on_host(operation, host_has_mode ? rounding : Rounding::nearest_even, a, b, c);
    // An exact result is the same in every mode that rounds to nearest.
    if (!host_has_mode && (exceptions & fflag::inexact)) return ties_away(operation, a, b, c, flags);
    flags |= exceptions;
    if (operation == Operation::fused_multiply_add && is_invalid_product(a, b)) flags |= fflag::invalid;
    return bits;
}

} // namespace p4jit::machine::f32
