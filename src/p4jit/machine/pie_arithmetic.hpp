// PIE: add, subtract, absolute value, clamp, larger and smaller lanes, compare,
// bitwise logic; and the scalar ones beside them.
#pragma once

#include "p4jit/machine/pie.hpp"

namespace p4jit::machine::meaning {

// ---- sums and differences ----
//
// In the lanes' own width: a sum has overflowed if its sign differs from that
// of both operands, or, unsigned, if it is smaller than one of them. Overflow
// is all ones or zeros, and so is the choice between sum and limit.

struct Sum {
    template <typename U>
    static U wrapped(U x, U y) {
        return static_cast<U>(x + y);
    }
    template <typename T, typename U>
    static bool overflows(U x, U y, U sum) {
        if constexpr (std::is_signed_v<T>) return static_cast<T>((x ^ sum) & (y ^ sum)) < 0;
        return sum < x;
    }
    /// What a sum that overflows is nearest to.
    template <typename T>
    static T limit(T x) {
        return x < 0 ? std::numeric_limits<T>::min() : std::numeric_limits<T>::max();
    }
};

struct Difference {
    template <typename U>
    static U wrapped(U x, U y) {
        return static_cast<U>(x - y);
    }
    template <typename T, typename U>
    static bool overflows(U x, U y, U difference) {
        if constexpr (std::is_signed_v<T>) return static_cast<T>((x ^ y) & (x ^ difference)) < 0;
        return x < y;
    }
    template <typename T>
    static T limit(T x) {
        return std::is_signed_v<T> && x >= 0 ? std::numeric_limits<T>::max() : std::numeric_limits<T>::min();
    }
};

template <typename Operation, typename T>
Lanes<T> combine(Hart& hart, const Lanes<T>& x, const Lanes<T>& y, bool sat) {
    using U = std::make_unsigned_t<T>;
    Lanes<T> result;
    U any = 0;
    const U saturate = sat ? static_cast<U>(~U{0}) : U{0};
    for (std::size_t i = 0; i < result.size(); ++i) {
        const U a = static_cast<U>(x[i]), b = static_cast<U>(y[i]), wrapped = Operation::wrapped(a, b);
        const U over = (Operation::template overflows<T>(a, b, wrapped) ? static_cast<U>(~U{0}) : U{0}) & saturate;
        const U limit = static_cast<U>(Operation::limit(x[i]));
        any |= over;
        result[i] = static_cast<T>((wrapped & static_cast<U>(~over)) | (limit & over));
    }
    Notes{.saturated = any != 0}.tell(hart.pie);
    return result;
}

/// qv := qx + qy, or qx - qy.
template <typename T, typename Operation>
void combine_registers(Hart& hart, const Step& s) {
    const auto x = qx(hart, s).lanes<T>(), y = qy(hart, s).lanes<T>();
    qv(hart, s) = Vector::of(combine<Operation>(hart, x, y, PieOperands::sat(s)));
}

/// The same with the low bits of rs1 in the place of every lane of qy.
template <typename T, typename Operation>
void combine_scalar(Hart& hart, const Step& s) {
    Lanes<T> y;
    y.fill(static_cast<T>(hart.x[s.rs1]));
    qv(hart, s) = Vector::of(combine<Operation>(hart, qx(hart, s).lanes<T>(), y, PieOperands::sat(s)));
}

PIE_FORMS(esp_vadd_s8, combine_registers<std::int8_t, Sum>)
PIE_FORMS(esp_vadd_s16, combine_registers<std::int16_t, Sum>)
PIE_FORMS(esp_vadd_s32, combine_registers<std::int32_t, Sum>)
PIE_FORMS(esp_vadd_u8, combine_registers<std::uint8_t, Sum>)
PIE_FORMS(esp_vadd_u16, combine_registers<std::uint16_t, Sum>)
PIE_FORMS(esp_vadd_u32, combine_registers<std::uint32_t, Sum>)
PIE_FORMS(esp_vsub_s8, combine_registers<std::int8_t, Difference>)
PIE_FORMS(esp_vsub_s16, combine_registers<std::int16_t, Difference>)
PIE_FORMS(esp_vsub_s32, combine_registers<std::int32_t, Difference>)
PIE_FORMS(esp_vsub_u8, combine_registers<std::uint8_t, Difference>)
PIE_FORMS(esp_vsub_u16, combine_registers<std::uint16_t, Difference>)
PIE_FORMS(esp_vsub_u32, combine_registers<std::uint32_t, Difference>)
PIE_PLAIN(esp_vsadds_s8, combine_scalar<std::int8_t, Sum>)
PIE_PLAIN(esp_vsadds_s16, combine_scalar<std::int16_t, Sum>)
PIE_PLAIN(esp_vsadds_u8, combine_scalar<std::uint8_t, Sum>)
PIE_PLAIN(esp_vsadds_u16, combine_scalar<std::uint16_t, Sum>)
PIE_PLAIN(esp_vssubs_s8, combine_scalar<std::int8_t, Difference>)
PIE_PLAIN(esp_vssubs_s16, combine_scalar<std::int16_t, Difference>)
PIE_PLAIN(esp_vssubs_u8, combine_scalar<std::uint8_t, Difference>)
PIE_PLAIN(esp_vssubs_u16, combine_scalar<std::uint16_t, Difference>)

// ---- lane by lane, without saturation flags ----

/// qz := f(qx, qy) in each lane.
template <typename T>
void map_lanes(Hart& hart, const Step& s, auto f) {
    const auto x = qx(hart, s).lanes<T>(), y = qy(hart, s).lanes<T>();
    Lanes<T> result;
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = static_cast<T>(f(x[i], y[i]));
    qz(hart, s) = Vector::of(result);
}

template <typename T>
void larger(Hart& hart, const Step& s) {
    map_lanes<T>(hart, s, [](T x, T y) { return std::max(x, y); });
}
template <typename T>
void smaller(Hart& hart, const Step& s) {
    map_lanes<T>(hart, s, [](T x, T y) { return std::min(x, y); });
}
template <typename T>
void equal(Hart& hart, const Step& s) {
    map_lanes<T>(hart, s, [](T x, T y) { return x == y ? -1 : 0; });
}
template <typename T>
void greater(Hart& hart, const Step& s) {
    map_lanes<T>(hart, s, [](T x, T y) { return x > y ? -1 : 0; });
}
template <typename T>
void less(Hart& hart, const Step& s) {
    map_lanes<T>(hart, s, [](T x, T y) { return x < y ? -1 : 0; });
}

/// rd := the largest or smallest lane of qw, extended to 32 bits.
template <typename T>
void largest(Hart& hart, const Step& s) {
    const auto lanes = qw(hart, s).lanes<T>();
    T result = lanes[0];
    for (const T lane : lanes) result = std::max(result, lane);
    hart.x[s.rd] = static_cast<std::uint32_t>(result);
}
template <typename T>
void smallest(Hart& hart, const Step& s) {
    const auto lanes = qw(hart, s).lanes<T>();
    T result = lanes[0];
    for (const T lane : lanes) result = std::min(result, lane);
    hart.x[s.rd] = static_cast<std::uint32_t>(result);
}

template <typename T>
void clamp_lanes(Hart& hart, const Step& s, T bound, T other) {
    const T low = std::min(bound, other), high = std::max(bound, other);
    auto lanes = qx(hart, s).lanes<T>();
    for (auto& lane : lanes) lane = std::clamp(lane, low, high);
    qz(hart, s) = Vector::of(lanes);
}

/// Between the low bits of rs1 and of rs2, whichever is the larger.
template <typename T>
void between(Hart& hart, const Step& s) {
    clamp_lanes<T>(hart, s, static_cast<T>(hart.x[s.rs1]), static_cast<T>(hart.x[s.rs2]));
}

#define EVERY_TYPE(type, lane)                                                                                         \
    PIE_FORMS(esp_vmax_##type, larger<lane>)                                                                           \
    PIE_FORMS(esp_vmin_##type, smaller<lane>)                                                                          \
    PIE_PLAIN(esp_vcmp_eq_##type, equal<lane>)                                                                         \
    PIE_PLAIN(esp_vcmp_gt_##type, greater<lane>)                                                                       \
    PIE_PLAIN(esp_vcmp_lt_##type, less<lane>)                                                                          \
    PIE_PLAIN(esp_max_##type##_a, largest<lane>)                                                                       \
    PIE_PLAIN(esp_min_##type##_a, smallest<lane>)                                                                      \
    PIE_PLAIN(esp_vsat_##type, between<lane>)
EVERY_TYPE(s8, std::int8_t)
EVERY_TYPE(s16, std::int16_t)
EVERY_TYPE(s32, std::int32_t)
EVERY_TYPE(u8, std::uint8_t)
EVERY_TYPE(u16, std::uint16_t)
EVERY_TYPE(u32, std::uint32_t)
#undef EVERY_TYPE

inline void esp_vclamp_s16(Hart& hart, const Step& s) {
    const auto limit = 1 << (PieOperands::number(s) & 15);
    clamp_lanes<std::int16_t>(hart, s, static_cast<std::int16_t>(-limit), static_cast<std::int16_t>(limit - 1));
}

/// qv := |qy|; the smallest value has no opposite and saturates.
template <typename T>
void absolute(Hart& hart, const Step& s) {
    constexpr T lowest = std::numeric_limits<T>::min();
    auto lanes = qy(hart, s).lanes<T>();
    std::make_unsigned_t<T> any = 0;
    for (auto& lane : lanes) {
        using U = std::make_unsigned_t<T>;
        const U opposite = static_cast<U>(U{0} - static_cast<U>(lane));
        const U overflow = lane == lowest ? U{1} : U{0};
        any |= overflow;
        lane = static_cast<T>(static_cast<U>((lane < 0 ? opposite : static_cast<U>(lane)) - overflow));
    }
    Notes{.saturated = any != 0}.tell(hart.pie);
    qv(hart, s) = Vector::of(lanes);
}
PIE_PLAIN(esp_vabs_8, absolute<std::int8_t>)
PIE_PLAIN(esp_vabs_16, absolute<std::int16_t>)
PIE_PLAIN(esp_vabs_32, absolute<std::int32_t>)

inline void esp_andq(Hart& hart, const Step& s) {
    map_lanes<std::uint64_t>(hart, s, [](auto x, auto y) { return x & y; });
}
inline void esp_orq(Hart& hart, const Step& s) {
    map_lanes<std::uint64_t>(hart, s, [](auto x, auto y) { return x | y; });
}
inline void esp_xorq(Hart& hart, const Step& s) {
    map_lanes<std::uint64_t>(hart, s, [](auto x, auto y) { return x ^ y; });
}
inline void esp_notq(Hart& hart, const Step& s) {
    map_lanes<std::uint64_t>(hart, s, [](auto x, auto) { return ~x; });
}

// ---- general registers ----

inline void esp_addx2(Hart& hart, const Step& s) { hart.x[s.rd] = hart.x[s.rs1] + (hart.x[s.rs2] << 1); }
inline void esp_addx4(Hart& hart, const Step& s) { hart.x[s.rd] = hart.x[s.rs1] + (hart.x[s.rs2] << 2); }
inline void esp_subx2(Hart& hart, const Step& s) { hart.x[s.rd] = hart.x[s.rs1] - (hart.x[s.rs2] << 1); }
inline void esp_subx4(Hart& hart, const Step& s) { hart.x[s.rd] = hart.x[s.rs1] - (hart.x[s.rs2] << 2); }

/// rd := rd between rs1 and rs2, whichever is the larger.
inline void esp_sat(Hart& hart, const Step& s) {
    const auto value = static_cast<std::int32_t>(hart.x[s.rd]);
    const auto a = static_cast<std::int32_t>(hart.x[s.rs1]), b = static_cast<std::int32_t>(hart.x[s.rs2]);
    hart.x[s.rd] = static_cast<std::uint32_t>(std::clamp(value, std::min(a, b), std::max(a, b)));
}

} // namespace p4jit::machine::meaning
