// PIE: multiply and accumulate, into QACC lane by lane or into XACC all lanes.
//
// Each accumulator gets one exact sum, which is then clamped, or wraps with
// 2.2's trunc. Sums wrap first, all lanes at once; only if one overflowed, which
// kernels avoid, they are done again with clamping.
#pragma once

#include "p4jit/machine/pie_qacc.hpp"

namespace p4jit::machine::meaning {

/// The sign bit of the result: did the sum of two As overflow?
template <typename A>
std::make_signed_t<A> overflow_sign(A a, A b, A sum) {
    if constexpr (std::is_signed_v<A>) return (a ^ sum) & (b ^ sum);
    return static_cast<std::make_signed_t<A>>((a & b) | ((a | b) & ~sum));
}

template <typename A>
A wrapped_sum(A a, A b) {
    using U = std::make_unsigned_t<A>;
    return static_cast<A>(static_cast<U>(a) + static_cast<U>(b));
}

template <typename A>
A clamped_sum(A a, A b) {
    const A sum = wrapped_sum(a, b);
    if (overflow_sign(a, b, sum) >= 0) return sum;
    return std::is_signed_v<A> && b < 0 ? std::numeric_limits<A>::min() : std::numeric_limits<A>::max();
}

/// QACC += terms.
template <typename T>
void accumulate(Hart& hart, const Step& s, const Accumulators<T>& terms) {
    const auto old = qacc<T>(hart);
    Accumulators<T> sums;
    std::make_signed_t<Accumulator<T>> overflow = 0;
    for (std::size_t i = 0; i < sums.size(); ++i) {
        sums[i] = wrapped_sum(old[i], terms[i]);
        overflow |= overflow_sign(old[i], terms[i], sums[i]);
    }
    if (overflow < 0 && PieOperands::sat(s)) [[unlikely]] {
        for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = clamped_sum(old[i], terms[i]);
        Notes{.saturated = true}.tell(hart.pie);
    }
    set_qacc<T>(hart, sums);
}

template <typename T>
void accumulate_products(Hart& hart, const Step& s, const Lanes<T>& x, const Lanes<T>& y) {
    // A product of T fits the next wider type; multiplying there keeps host vectors small.
    using P = std::conditional_t<sizeof(T) == 1, std::conditional_t<std::is_signed_v<T>, std::int16_t, std::uint16_t>,
                                 std::conditional_t<std::is_signed_v<T>, std::int32_t, std::uint32_t>>;
    Accumulators<T> products;
    for (std::size_t i = 0; i < x.size(); ++i)
        products[i] = static_cast<P>(static_cast<P>(x[i]) * static_cast<P>(y[i]));
    accumulate<T>(hart, s, products);
}

/// QACC += qx * qy.
template <typename T>
void mac_qacc(Hart& hart, const Step& s) {
    accumulate_products(hart, s, qx(hart, s).lanes<T>(), qy(hart, s).lanes<T>());
}

/// QACC += qx * lane sel16 of qy.
template <typename T>
void mac_qacc_by_lane(Hart& hart, const Step& s) {
    Lanes<T> y;
    y.fill(qy(hart, s).lanes<T>()[static_cast<unsigned>(PieOperands::number(s)) % y.size()]);
    accumulate_products(hart, s, qx(hart, s).lanes<T>(), y);
}

/// The MAC with a load of one lane, which fills qu.
template <typename T>
Access mac_qacc_and_broadcast(Hart& hart, const Step& s, auto memory) {
    return loading<T, ByBytes<sizeof(T)>>(hart, s, memory, [&](T loaded) {
        mac_qacc<T>(hart, s);
        Lanes<T> lanes;
        lanes.fill(loaded);
        qu(hart, s) = Vector::of(lanes);
    });
}

/// XACC += the sum of all lanes' products.
template <typename T>
void mac_xacc(Hart& hart, const Step& s) {
    constexpr bool is_signed = std::is_signed_v<T>;
    using P = std::conditional_t<is_signed, std::int32_t, std::uint32_t>;
    using Total = std::conditional_t<sizeof(T) == 1, P, std::int64_t>;
    constexpr std::int64_t lowest = is_signed ? -(std::int64_t{1} << 39) : 0;
    constexpr std::int64_t highest = (std::int64_t{1} << (is_signed ? 39 : 40)) - 1;
    const auto x = qx(hart, s).lanes<T>(), y = qy(hart, s).lanes<T>();
    Total total = 0;
    for (std::size_t i = 0; i < x.size(); ++i) total += static_cast<P>(x[i]) * static_cast<P>(y[i]);
    const auto old = is_signed ? signed_xacc(hart) : static_cast<std::int64_t>(unsigned_xacc(hart));
    auto sum = old + static_cast<std::int64_t>(total);
    if ((sum < lowest || sum > highest) && PieOperands::sat(s)) [[unlikely]] {
        sum = std::clamp(sum, lowest, highest);
        Notes{.saturated = true}.tell(hart.pie);
    }
    set_xacc(hart, static_cast<std::uint64_t>(sum));
}

#define EVERY_TYPE(type, lane)                                                                                         \
    PIE_PLAIN(esp_vmulas_##type##_qacc, mac_qacc<lane>)                                                                \
    PIE_LOADS(esp_vmulas_##type##_qacc, mac_qacc<lane>)                                                                \
    PIE_STORES(esp_vmulas_##type##_qacc, mac_qacc<lane>)                                                               \
    inline Access esp_vmulas_##type##_qacc_ldbc_incp(Hart& hart, const Step& s, auto memory) {                         \
        return mac_qacc_and_broadcast<lane>(hart, s, memory);                                                          \
    }                                                                                                                  \
    PIE_PLAIN(esp_vsmulas_##type##_qacc, mac_qacc_by_lane<lane>)                                                       \
    PIE_WITH(esp_vsmulas_##type##_qacc_ld_incp, with_load, ByBytes<16>, mac_qacc_by_lane<lane>)                        \
    PIE_PLAIN(esp_vmulas_##type##_xacc, mac_xacc<lane>)                                                                \
    PIE_LOADS(esp_vmulas_##type##_xacc, mac_xacc<lane>)                                                                \
    PIE_STORES(esp_vmulas_##type##_xacc, mac_xacc<lane>)
EVERY_TYPE(s8, std::int8_t)
EVERY_TYPE(s16, std::int16_t)
EVERY_TYPE(u8, std::uint8_t)
EVERY_TYPE(u16, std::uint16_t)
#undef EVERY_TYPE

/// Complex numbers of one half of the lanes: real parts in even accumulators,
/// imaginary in odd ones. The other half of QACC stays.
template <typename T, bool high>
void complex_mac(Hart& hart, const Step& s) {
    const auto x = qx(hart, s).lanes<T>(), y = qy(hart, s).lanes<T>();
    constexpr std::size_t half = x.size() / 2, first = high ? half : 0;
    Accumulators<T> terms{};
    for (std::size_t i = first; i < first + half; i += 2) {
        const std::int64_t xr = x[i], xi = x[i + 1], yr = y[i], yi = y[i + 1];
        terms[i] = static_cast<Accumulator<T>>(xr * yr - xi * yi);
        terms[i + 1] = static_cast<Accumulator<T>>(xr * yi + xi * yr);
    }
    accumulate<T>(hart, s, terms);
}

#define EVERY_HALF(id, ...)                                                                                            \
    PIE_PLAIN(id, __VA_ARGS__)                                                                                         \
    PIE_LOADS(id, __VA_ARGS__)
EVERY_HALF(esp_vcmulas_s8_qacc_l, complex_mac<std::int8_t, false>)
EVERY_HALF(esp_vcmulas_s8_qacc_h, complex_mac<std::int8_t, true>)
EVERY_HALF(esp_vcmulas_s16_qacc_l, complex_mac<std::int16_t, false>)
EVERY_HALF(esp_vcmulas_s16_qacc_h, complex_mac<std::int16_t, true>)
#undef EVERY_HALF

} // namespace p4jit::machine::meaning
