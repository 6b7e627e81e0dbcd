// PIE: multiply, complex multiply, and the activations that multiply.
//
// Products are exact in a wider type, shifted right by SAR or a register,
// rounded and narrowed. An amount beyond the wider type's width goes through
// 64-bit lanes, where every amount is exact.
#pragma once

#include "p4jit/machine/pie.hpp"

namespace p4jit::machine::meaning {

/// 32-bit lanes for products of up to 16-bit ones.
template <typename T>
using Product = std::conditional_t<std::is_signed_v<T>, std::int32_t, std::uint32_t>;
template <typename T>
using WideProduct = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;

/// How the products of an instruction become its result.
struct Reduction {
    unsigned amount;
    VectorRounding mode;
    bool saturate;
};

inline Reduction by_sar(const Hart& hart, const Step& s) {
    return {hart.pie.sar, rounding_mode(hart, s), PieOperands::sat(s)};
}

template <typename To, typename W, typename T>
void multiply_as(Hart& hart, const Lanes<T>& x, const Lanes<T>& y, const Reduction& by, To* result) {
    RoundingShift<W> shift(by.mode, by.amount);
    Narrowing<To, W> narrowing(by.saturate);
    for (std::size_t i = 0; i < x.size(); ++i)
        result[i] = narrowing(shift(static_cast<W>(static_cast<W>(x[i]) * static_cast<W>(y[i]))));
    Notes{narrowing.saturated(), shift.inexact()}.tell(hart.pie);
}

/// result[i] := x[i] * y[i] / 2^amount, for all lanes.
template <typename To, typename T>
void multiply(Hart& hart, const Lanes<T>& x, const Lanes<T>& y, const Reduction& by, To* result) {
    if (by.amount >= 32) [[unlikely]]
        return multiply_as<To, WideProduct<T>>(hart, x, y, by, result);
    multiply_as<To, Product<T>>(hart, x, y, by, result);
}

template <typename T>
void multiply_registers(Hart& hart, const Step& s) {
    const auto x = qx(hart, s).lanes<T>(), y = qy(hart, s).lanes<T>();
    Lanes<T> result;
    multiply(hart, x, y, by_sar(hart, s), result.data());
    qz(hart, s) = Vector::of(result);
}
PIE_FORMS(esp_vmul_s8, multiply_registers<std::int8_t>)
PIE_FORMS(esp_vmul_s16, multiply_registers<std::int16_t>)
PIE_FORMS(esp_vmul_u8, multiply_registers<std::uint8_t>)
PIE_FORMS(esp_vmul_u16, multiply_registers<std::uint16_t>)

/// Lanes twice as wide: the lower half of the products to qz, the upper to qv.
template <typename To, typename T>
void multiply_widening(Hart& hart, const Step& s) {
    const auto x = qx(hart, s).lanes<T>(), y = qy(hart, s).lanes<T>();
    std::array<Lanes<To>, 2> result;
    multiply(hart, x, y, by_sar(hart, s), result[0].data());
    qz(hart, s) = Vector::of(result[0]);
    qv(hart, s) = Vector::of(result[1]);
}
PIE_PLAIN(esp_vmul_s16_s8xs8, multiply_widening<std::int16_t, std::int8_t>)
PIE_PLAIN(esp_vmul_s32_s16xs16, multiply_widening<std::int32_t, std::int16_t>)

// ---- activations ----

/// Lanes above zero stay; the others are multiplied by their alpha.
template <typename T>
Vector leak(Hart& hart, const Lanes<T>& data, const Lanes<T>& alpha, const Reduction& by) {
    Lanes<T> negative, result;
    for (std::size_t i = 0; i < data.size(); ++i) negative[i] = data[i] > 0 ? T{0} : data[i];
    multiply(hart, negative, alpha, by, result.data());
    for (std::size_t i = 0; i < data.size(); ++i) result[i] = data[i] > 0 ? data[i] : result[i];
    return Vector::of(result);
}

template <typename T>
Reduction by_register(const Hart& hart, const Step& s) {
    return {hart.x[s.rs1] & (sizeof(T) == 1 ? 31 : 63), rounding_mode(hart, s), PieOperands::sat(s)};
}

template <typename T>
void relu(Hart& hart, const Step& s) {
    Lanes<T> alpha;
    alpha.fill(static_cast<T>(hart.x[s.rs2]));
    qy(hart, s) = leak(hart, qy(hart, s).lanes<T>(), alpha, by_register<T>(hart, s));
}
template <typename T>
void prelu(Hart& hart, const Step& s) {
    qz(hart, s) = leak(hart, qy(hart, s).lanes<T>(), qx(hart, s).lanes<T>(), by_register<T>(hart, s));
}
PIE_PLAIN(esp_vrelu_s8, relu<std::int8_t>)
PIE_PLAIN(esp_vrelu_s16, relu<std::int16_t>)
PIE_PLAIN(esp_vprelu_s8, prelu<std::int8_t>)
PIE_PLAIN(esp_vprelu_s16, prelu<std::int16_t>)

// ---- complex ----

/// A complex number: real part in the even lane, imaginary in the odd one
/// behind it. Wide enough for products and their sums.
struct Complex {
    std::int64_t re, im;
};

template <typename T>
Complex complex_lane(const Lanes<T>& lanes, std::size_t pair) {
    return {std::int64_t{lanes[2 * pair]}, std::int64_t{lanes[2 * pair + 1]}};
}
inline Complex operator*(const Complex& a, const Complex& b) {
    return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}
inline Complex conjugate(const Complex& a) { return {a.re, -a.im}; }
inline Complex shift_rounded(Notes& notes, const Complex& a, unsigned amount, VectorRounding mode) {
    return {shift_rounded(notes, a.re, amount, mode), shift_rounded(notes, a.im, amount, mode)};
}

/// sel4: bit 0 the half of the lanes, bit 1 conjugates qx. The other half of qz stays.
template <typename T>
void multiply_complex(Hart& hart, const Step& s) {
    constexpr std::size_t pairs_in_half = 4 / sizeof(T);
    const auto x = qx(hart, s).lanes<T>(), y = qy(hart, s).lanes<T>();
    auto result = qz(hart, s).lanes<T>();
    const auto select = PieOperands::sel4(s);
    const auto by = by_sar(hart, s);
    Notes notes;
    const std::size_t first = (select & 1) * pairs_in_half;
    for (std::size_t pair = first; pair < first + pairs_in_half; ++pair) {
        const auto a = complex_lane(x, pair);
        const auto product = (select & 2 ? conjugate(a) : a) * complex_lane(y, pair);
        const auto shifted = shift_rounded(notes, product, by.amount, by.mode);
        result[2 * pair] = narrow<T>(notes, shifted.re, by.saturate);
        result[2 * pair + 1] = narrow<T>(notes, shifted.im, by.saturate);
    }
    notes.tell(hart.pie);
    qz(hart, s) = Vector::of(result);
}
PIE_FORMS(esp_cmul_s8, multiply_complex<std::int8_t>)
PIE_FORMS(esp_cmul_s16, multiply_complex<std::int16_t>)
PIE_FORMS(esp_cmul_u8, multiply_complex<std::uint8_t>)
PIE_FORMS(esp_cmul_u16, multiply_complex<std::uint16_t>)

} // namespace p4jit::machine::meaning
