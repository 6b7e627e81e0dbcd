// PIE: into and out of QACC and XACC: moves, loads, stores, and the shifts that
// take results out of them.
#pragma once

#include "p4jit/machine/pie_qacc.hpp"

namespace p4jit::machine::meaning {

// ---- filling ----

/// Every lane of type T to its accumulator, extended.
template <typename T>
void fill_qacc(Hart& hart, const Vector& from) {
    const auto lanes = from.lanes<T>();
    Accumulators<T> accumulators;
    for (std::size_t i = 0; i < lanes.size(); ++i) accumulators[i] = lanes[i];
    set_qacc<T>(hart, accumulators);
}
template <typename T, typename Update>
Access load_qacc_lanes(Hart& hart, const Step& s, auto memory) {
    return loading<Vector, Update>(hart, s, memory, [&](const Vector& loaded) { fill_qacc<T>(hart, loaded); });
}

#define EVERY_TYPE(type, lane)                                                                                         \
    inline void esp_mov_##type##_qacc(Hart& hart, const Step& s) { fill_qacc<lane>(hart, qu(hart, s)); }               \
    inline Access esp_ldqa_##type##_128_ip(Hart& hart, const Step& s, auto memory) {                                   \
        return load_qacc_lanes<lane, ByImmediate>(hart, s, memory);                                                    \
    }                                                                                                                  \
    inline Access esp_ldqa_##type##_128_xp(Hart& hart, const Step& s, auto memory) {                                   \
        return load_qacc_lanes<lane, ByRegister>(hart, s, memory);                                                     \
    }
EVERY_TYPE(s8, std::int8_t)
EVERY_TYPE(s16, std::int16_t)
EVERY_TYPE(u8, std::uint8_t)
EVERY_TYPE(u16, std::uint16_t)
#undef EVERY_TYPE

inline void esp_zero_qacc(Hart& hart, const Step&) { hart.pie.qacc = {}; }
inline void esp_zero_xacc(Hart& hart, const Step&) { hart.pie.xacc = 0; }

// ---- as 128-bit blocks: QACC_L low and high, QACC_H low and high ----

#define EVERY_BLOCK(name, index)                                                                                       \
    inline Access esp_ld_qacc_##name##_128_ip(Hart& hart, const Step& s, auto memory) {                                \
        return loading<Vector, ByImmediate>(hart, s, memory, [&](const Vector& v) { hart.pie.qacc[index] = v; });      \
    }                                                                                                                  \
    inline Access esp_st_qacc_##name##_128_ip(Hart& hart, const Step& s, auto memory) {                                \
        return storing<ByImmediate>(hart, s, memory, hart.pie.qacc[index]);                                            \
    }
EVERY_BLOCK(l_l, 0)
EVERY_BLOCK(l_h, 1)
EVERY_BLOCK(h_l, 2)
EVERY_BLOCK(h_h, 3)
#undef EVERY_BLOCK

// ---- XACC and memory: 64 bits there ----

inline Access esp_ld_xacc_ip(Hart& hart, const Step& s, auto memory) {
    return loading<std::uint64_t, ByImmediate>(hart, s, memory, [&](std::uint64_t value) { set_xacc(hart, value); });
}
inline Access esp_st_s_xacc_ip(Hart& hart, const Step& s, auto memory) {
    return storing<ByImmediate>(hart, s, memory, signed_xacc(hart));
}
inline Access esp_st_u_xacc_ip(Hart& hart, const Step& s, auto memory) {
    return storing<ByImmediate>(hart, s, memory, unsigned_xacc(hart));
}

// ---- results ----

/// qu := the accumulators / 2^amount, as Ts. QACC keeps what was shifted, in
/// full width.
template <typename T>
void take_from_qacc(Hart& hart, const Step& s, unsigned amount) {
    auto accumulators = qacc<T>(hart);
    RoundingShift<Accumulator<T>> shift(rounding_mode(hart, s), amount);
    Narrowing<T, Accumulator<T>> narrowing(PieOperands::sat(s));
    Lanes<T> result;
    for (std::size_t i = 0; i < result.size(); ++i) {
        accumulators[i] = shift(accumulators[i]);
        result[i] = narrowing(accumulators[i]);
    }
    Notes{narrowing.saturated(), shift.inexact()}.tell(hart.pie);
    set_qacc<T>(hart, accumulators);
    qu(hart, s) = Vector::of(result);
}

/// Amounts have as many bits as an accumulator's width needs.
template <typename T>
constexpr unsigned amount_mask = 8 * sizeof(Accumulator<T>) - 1;

template <typename T>
void take_by_register(Hart& hart, const Step& s) {
    take_from_qacc<T>(hart, s, hart.x[s.rs1] & amount_mask<T>);
}

/// The same with an amount for each lane, from qw.
template <typename T>
void take_by_lane(Hart& hart, const Step& s) {
    auto accumulators = qacc<T>(hart);
    const auto amounts = qw(hart, s).lanes<T>();
    const auto mode = rounding_mode(hart, s);
    Lanes<T> result;
    Notes notes;
    for (std::size_t i = 0; i < result.size(); ++i) {
        const auto amount = static_cast<unsigned>(amounts[i]) & amount_mask<T>;
        accumulators[i] = shift_rounded(notes, accumulators[i], amount, mode);
        result[i] = narrow<T>(notes, accumulators[i], PieOperands::sat(s));
    }
    notes.tell(hart.pie);
    set_qacc<T>(hart, accumulators);
    qu(hart, s) = Vector::of(result);
}

PIE_PLAIN(esp_srcmb_s8_qacc, take_by_register<std::int8_t>)
PIE_PLAIN(esp_srcmb_s16_qacc, take_by_register<std::int16_t>)
PIE_PLAIN(esp_srcmb_u8_qacc, take_by_register<std::uint8_t>)
PIE_PLAIN(esp_srcmb_u16_qacc, take_by_register<std::uint16_t>)
PIE_PLAIN(esp_srcmb_s8_q_qacc, take_by_lane<std::int8_t>)
PIE_PLAIN(esp_srcmb_s16_q_qacc, take_by_lane<std::int16_t>)
PIE_PLAIN(esp_srcmb_u8_q_qacc, take_by_lane<std::uint8_t>)
PIE_PLAIN(esp_srcmb_u16_q_qacc, take_by_lane<std::uint16_t>)

/// XACC := XACC / 2^rs1; rd := that, as a T.
template <typename T, typename W>
void take_from_xacc(Hart& hart, const Step& s, W value) {
    Notes notes;
    const W shifted = shift_rounded(notes, value, hart.x[s.rs1] & 63, rounding_mode(hart, s));
    hart.x[s.rd] = static_cast<std::uint32_t>(narrow<T>(notes, shifted, PieOperands::sat(s)));
    set_xacc(hart, static_cast<std::uint64_t>(shifted));
    notes.tell(hart.pie);
}
inline void esp_srs_s_xacc(Hart& hart, const Step& s) { take_from_xacc<std::int32_t>(hart, s, signed_xacc(hart)); }
inline void esp_srs_u_xacc(Hart& hart, const Step& s) { take_from_xacc<std::uint32_t>(hart, s, unsigned_xacc(hart)); }

inline void esp_movx_r_xacc_l(Hart& hart, const Step& s) { hart.x[s.rd] = static_cast<std::uint32_t>(hart.pie.xacc); }
inline void esp_movx_r_xacc_h(Hart& hart, const Step& s) {
    hart.x[s.rd] = static_cast<std::uint32_t>(hart.pie.xacc >> 32);
}
inline void esp_movx_w_xacc_l(Hart& hart, const Step& s) {
    hart.pie.xacc = (hart.pie.xacc & ~std::uint64_t{0xFFFF'FFFF}) | hart.x[s.rs1];
}
inline void esp_movx_w_xacc_h(Hart& hart, const Step& s) {
    set_xacc(hart, (hart.pie.xacc & 0xFFFF'FFFF) | std::uint64_t{hart.x[s.rs1]} << 32);
}

} // namespace p4jit::machine::meaning
