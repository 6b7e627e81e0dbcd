// PIE: shifts of lanes.
#pragma once

#include "p4jit/machine/pie.hpp"

namespace p4jit::machine::meaning {

// ---- 32-bit lanes by SAR[4:0] ----

/// The low bits, or clamped to T's range: 2.1 always drops bits.
template <typename T>
void shift_left(Hart& hart, const Step& s) {
    using Wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
    auto lanes = qy(hart, s).lanes<T>();
    Narrowing<T, Wide> narrowing(PieOperands::sat(s));
    for (auto& lane : lanes) lane = narrowing(static_cast<Wide>(Wide{lane} << (hart.pie.sar & 31)));
    Notes{.saturated = narrowing.saturated()}.tell(hart.pie);
    qu(hart, s) = Vector::of(lanes);
}
PIE_PLAIN(esp_vsl_32, shift_left<std::uint32_t>) // 2.2 calls it esp.vsl.u32
PIE_PLAIN(esp2_vsl_s32, shift_left<std::int32_t>)

template <typename T>
void shift_right(Hart& hart, const Step& s) {
    auto lanes = qy(hart, s).lanes<T>();
    RoundingShift<T> shift(rounding_mode(hart, s), hart.pie.sar & 31);
    for (auto& lane : lanes) lane = shift(lane);
    Notes{.inexact = shift.inexact()}.tell(hart.pie);
    qu(hart, s) = Vector::of(lanes);
}
PIE_PLAIN(esp_vsr_s32, shift_right<std::int32_t>)
PIE_PLAIN(esp_vsr_u32, shift_right<std::uint32_t>)

// ---- by an amount for each lane ----

/// Lanes of qy by the low bits of qw's, which are signed and one more than
/// count a lane's bits; negative ones shift the other way.
template <typename T, bool left>
void shift_by_lanes(Hart& hart, const Step& s) {
    constexpr unsigned unused_bits = sizeof(T) == 1 ? 4 : sizeof(T) == 2 ? 11 : 26;
    const auto values = qy(hart, s).lanes<T>();
    const auto amounts = qw(hart, s).lanes<std::make_unsigned_t<T>>();
    const auto mode = rounding_mode(hart, s);
    Lanes<T> result;
    Notes notes;
    for (std::size_t i = 0; i < result.size(); ++i) {
        const int amount = static_cast<T>(amounts[i] << unused_bits) >> unused_bits;
        const int up = left ? amount : -amount;
        const std::int64_t value = values[i];
        if (up >= 0)
            result[i] = narrow<T>(notes, static_cast<std::int64_t>(value << up), PieOperands::sat(s));
        else
            result[i] = static_cast<T>(shift_rounded(notes, value, static_cast<unsigned>(-up), mode));
    }
    notes.tell(hart.pie);
    qu(hart, s) = Vector::of(result);
}
PIE_PLAIN(esp_vsld_8, shift_by_lanes<std::int8_t, true>)
PIE_PLAIN(esp_vsld_16, shift_by_lanes<std::int16_t, true>)
PIE_PLAIN(esp_vsld_32, shift_by_lanes<std::int32_t, true>)
PIE_PLAIN(esp_vsrd_8, shift_by_lanes<std::int8_t, false>)
PIE_PLAIN(esp_vsrd_16, shift_by_lanes<std::int16_t, false>)
PIE_PLAIN(esp_vsrd_32, shift_by_lanes<std::int32_t, false>)

} // namespace p4jit::machine::meaning
