// PIE: lanes and bytes in other places: zip and unzip, extension, byte shifts
// across two registers, single lanes from and to general registers.
#pragma once

#include "p4jit/machine/pie_memory.hpp"

namespace p4jit::machine::meaning {

// ---- zip: lanes of several registers in turn ----

/// count registers as one row of lanes, lane i of register r at place
/// i * count + r: zip takes them in turn, unzip puts them back.
template <typename T, std::size_t count>
void zip(const std::array<Vector*, count>& registers) {
    constexpr std::size_t size = 16 / sizeof(T);
    std::array<Lanes<T>, count> result;
    for (std::size_t r = 0; r < count; ++r) {
        const auto lanes = registers[r]->template lanes<T>();
        for (std::size_t i = 0; i < size; ++i) result[(i * count + r) / size][(i * count + r) % size] = lanes[i];
    }
    for (std::size_t r = 0; r < count; ++r) *registers[r] = Vector::of(result[r]);
}
template <typename T, std::size_t count>
void unzip(const std::array<Vector*, count>& registers) {
    constexpr std::size_t size = 16 / sizeof(T);
    std::array<Lanes<T>, count> result;
    for (std::size_t r = 0; r < count; ++r) {
        const auto lanes = registers[r]->template lanes<T>();
        for (std::size_t i = 0; i < size; ++i) result[(r * size + i) % count][(r * size + i) / count] = lanes[i];
    }
    for (std::size_t r = 0; r < count; ++r) *registers[r] = Vector::of(result[r]);
}

inline std::array<Vector*, 2> two(Hart& hart, const Step& s) { return {&qx(hart, s), &qy(hart, s)}; }
inline std::array<Vector*, 3> three(Hart& hart, const Step& s) { return {&qx(hart, s), &qy(hart, s), &qw(hart, s)}; }

inline void esp_vzip_8(Hart& hart, const Step& s) { zip<std::uint8_t>(two(hart, s)); }
inline void esp_vzip_16(Hart& hart, const Step& s) { zip<std::uint16_t>(two(hart, s)); }
inline void esp_vzip_32(Hart& hart, const Step& s) { zip<std::uint32_t>(two(hart, s)); }
inline void esp_vunzip_8(Hart& hart, const Step& s) { unzip<std::uint8_t>(two(hart, s)); }
inline void esp_vunzip_16(Hart& hart, const Step& s) { unzip<std::uint16_t>(two(hart, s)); }
inline void esp_vunzip_32(Hart& hart, const Step& s) { unzip<std::uint32_t>(two(hart, s)); }
inline void esp_vzipt_8(Hart& hart, const Step& s) { zip<std::uint8_t>(three(hart, s)); }
inline void esp_vzipt_16(Hart& hart, const Step& s) { zip<std::uint16_t>(three(hart, s)); }
inline void esp_vunzipt_8(Hart& hart, const Step& s) { unzip<std::uint8_t>(three(hart, s)); }
inline void esp_vunzipt_16(Hart& hart, const Step& s) { unzip<std::uint16_t>(three(hart, s)); }

template <typename T, typename Wide>
void extend(Hart& hart, const Step& s) {
    const auto wide = extended<T, Wide>(qw(hart, s));
    qz(hart, s) = wide[0];
    qv(hart, s) = wide[1];
}
PIE_PLAIN(esp_vext_s8, extend<std::int8_t, std::int16_t>)
PIE_PLAIN(esp_vext_s16, extend<std::int16_t, std::int32_t>)
PIE_PLAIN(esp_vext_u8, extend<std::uint8_t, std::uint16_t>)
PIE_PLAIN(esp_vext_u16, extend<std::uint16_t, std::uint32_t>)

// ---- byte shifts of {qy, qw}, qy being the upper half ----

/// Both registers moved up by 1 to 16 bytes, zeros behind.
inline void shift_pair_left(Hart& hart, const Step& s, unsigned bytes) {
    const auto high = splice(qw(hart, s), qy(hart, s), 16 - bytes), low = splice({}, qw(hart, s), 16 - bytes);
    qy(hart, s) = high;
    qw(hart, s) = low;
}
inline void shift_pair_right(Hart& hart, const Step& s, unsigned bytes) {
    const auto high = splice(qy(hart, s), {}, bytes), low = splice(qw(hart, s), qy(hart, s), bytes);
    qy(hart, s) = high;
    qw(hart, s) = low;
}
inline unsigned bytes_by_number(const Step& s) { return (static_cast<unsigned>(PieOperands::number(s)) & 15) + 1; }
inline unsigned bytes_by_register(const Hart& hart, const Step& s) { return (hart.x[s.rs1] & 15) + 1; }

inline void esp_slci_2q(Hart& hart, const Step& s) { shift_pair_left(hart, s, bytes_by_number(s)); }
inline void esp_srci_2q(Hart& hart, const Step& s) { shift_pair_right(hart, s, bytes_by_number(s)); }
inline void esp_slcxxp_2q(Hart& hart, const Step& s) { shift_pair_left(hart, s, bytes_by_register(hart, s)); }
inline void esp_srcxxp_2q(Hart& hart, const Step& s) { shift_pair_right(hart, s, bytes_by_register(hart, s)); }

/// The 16 bytes that begin at byte SAR_BYTE of {qy, qw}.
inline Vector spliced(Hart& hart, const Step& s) { return splice(qw(hart, s), qy(hart, s), hart.pie.sar_byte); }

inline void esp_src_q(Hart& hart, const Step& s) { qz(hart, s) = spliced(hart, s); }
inline void esp_src_q_qup(Hart& hart, const Step& s) {
    const auto result = spliced(hart, s);
    qw(hart, s) = qy(hart, s);
    qz(hart, s) = result;
}
template <typename Update>
Access splice_and_load(Hart& hart, const Step& s, auto memory) {
    return loading<Vector, Update>(hart, s, memory, [&](const Vector& loaded) {
        qw(hart, s) = spliced(hart, s);
        qu(hart, s) = loaded;
    });
}
BOTH_UPDATES(esp_src_q_ld, splice_and_load)
inline Access esp_srcq_128_st_incp(Hart& hart, const Step& s, auto memory) {
    return storing<ByBytes<16>>(hart, s, memory, spliced(hart, s));
}

// ---- single lanes ----

template <typename T>
void lane_to_register(Hart& hart, const Step& s, unsigned lane) {
    const auto lanes = qy(hart, s).lanes<T>();
    hart.x[s.rd] = lanes[lane % lanes.size()];
}
template <typename T>
void register_to_lane(Hart& hart, const Step& s, unsigned lane) {
    auto lanes = qy(hart, s).lanes<T>();
    lanes[lane % lanes.size()] = static_cast<T>(hart.x[s.rs1]);
    qy(hart, s) = Vector::of(lanes);
}
inline unsigned sel16(const Step& s) { return static_cast<unsigned>(PieOperands::number(s)); }

inline void esp_movi_8_a(Hart& hart, const Step& s) { lane_to_register<std::uint8_t>(hart, s, sel16(s)); }
inline void esp_movi_16_a(Hart& hart, const Step& s) { lane_to_register<std::uint16_t>(hart, s, sel16(s)); }
inline void esp_movi_32_a(Hart& hart, const Step& s) { lane_to_register<std::uint32_t>(hart, s, PieOperands::sel4(s)); }
inline void esp_movi_8_q(Hart& hart, const Step& s) { register_to_lane<std::uint8_t>(hart, s, sel16(s)); }
inline void esp_movi_16_q(Hart& hart, const Step& s) { register_to_lane<std::uint16_t>(hart, s, sel16(s)); }
inline void esp_movi_32_q(Hart& hart, const Step& s) { register_to_lane<std::uint32_t>(hart, s, PieOperands::sel4(s)); }

inline void esp_zero_q(Hart& hart, const Step& s) { qz(hart, s) = {}; }

} // namespace p4jit::machine::meaning
