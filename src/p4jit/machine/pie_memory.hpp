// PIE: loads and stores of vector registers.
#pragma once

#include "p4jit/machine/pie.hpp"

namespace p4jit::machine::meaning {

/// A meaning whose pointer moves by an immediate (.ip) and by a register (.xp).
#define BOTH_UPDATES(id, implementation, ...)                                                                          \
    inline Access id##_ip(Hart& hart, const Step& s, auto memory) {                                                    \
        return implementation<__VA_ARGS__ __VA_OPT__(, ) ByImmediate>(hart, s, memory);                                \
    }                                                                                                                  \
    inline Access id##_xp(Hart& hart, const Step& s, auto memory) {                                                    \
        return implementation<__VA_ARGS__ __VA_OPT__(, ) ByRegister>(hart, s, memory);                                 \
    }

// ---- whole and half registers ----

template <typename Update>
Access load_vector(Hart& hart, const Step& s, auto memory) {
    return loading<Vector, Update>(hart, s, memory, [&](const Vector& loaded) { qu(hart, s) = loaded; });
}
template <typename Update>
Access store_vector(Hart& hart, const Step& s, auto memory) {
    return storing<Update>(hart, s, memory, qu(hart, s));
}
BOTH_UPDATES(esp_vld_128, load_vector)
BOTH_UPDATES(esp_vst_128, store_vector)

/// half: 0 the lower 64 bits, 1 the upper. The other half stays.
template <unsigned half, typename Update>
Access load_half(Hart& hart, const Step& s, auto memory) {
    return loading<std::uint64_t, Update>(hart, s, memory, [&](std::uint64_t loaded) {
        auto lanes = qu(hart, s).lanes<std::uint64_t>();
        lanes[half] = loaded;
        qu(hart, s) = Vector::of(lanes);
    });
}
template <unsigned half, typename Update>
Access store_half(Hart& hart, const Step& s, auto memory) {
    return storing<Update>(hart, s, memory, qu(hart, s).lanes<std::uint64_t>()[half]);
}
BOTH_UPDATES(esp_vld_l_64, load_half, 0)
BOTH_UPDATES(esp_vld_h_64, load_half, 1)
BOTH_UPDATES(esp_vst_l_64, store_half, 0)
BOTH_UPDATES(esp_vst_h_64, store_half, 1)

/// The aligned 16 bytes around rs1, whatever CFG says, and where rs1 points in
/// them: what esp.src.q needs to put together the 16 bytes at rs1.
template <typename Update>
Access load_for_splice(Hart& hart, const Step& s, auto memory) {
    const auto address = hart.x[s.rs1];
    Vector loaded;
    const auto access = memory.load_bytes(hart, address & ~15u, &loaded, sizeof loaded);
    if (access != Access::ok) [[unlikely]]
        return access;
    qu(hart, s) = loaded;
    hart.pie.sar_byte = address & 15;
    Update::update(hart, s);
    return access;
}
BOTH_UPDATES(esp_ld_128_usar, load_for_splice)

// ---- loads that spread ----

template <typename T, typename Update>
Access load_broadcast(Hart& hart, const Step& s, auto memory) {
    return loading<T, Update>(hart, s, memory, [&](T loaded) {
        Lanes<T> lanes;
        lanes.fill(loaded);
        qu(hart, s) = Vector::of(lanes);
    });
}
BOTH_UPDATES(esp_vldbc_8, load_broadcast, std::uint8_t)
BOTH_UPDATES(esp_vldbc_16, load_broadcast, std::uint16_t)
BOTH_UPDATES(esp_vldbc_32, load_broadcast, std::uint32_t)

/// The lanes of a vector in twice the width: the lower half, then the upper.
template <typename T, typename Wide>
std::array<Vector, 2> extended(const Vector& from) {
    const auto lanes = from.lanes<T>();
    std::array<Lanes<Wide>, 2> wide;
    for (std::size_t i = 0; i < lanes.size(); ++i) wide[2 * i / lanes.size()][i % (lanes.size() / 2)] = lanes[i];
    return {Vector::of(wide[0]), Vector::of(wide[1])};
}

template <typename T, typename Wide, typename Update>
Access load_extended(Hart& hart, const Step& s, auto memory) {
    return loading<Vector, Update>(hart, s, memory, [&](const Vector& loaded) {
        const auto wide = extended<T, Wide>(loaded);
        qu(hart, s) = wide[0];
        qz(hart, s) = wide[1];
    });
}
BOTH_UPDATES(esp_vldext_s8, load_extended, std::int8_t, std::int16_t)
BOTH_UPDATES(esp_vldext_s16, load_extended, std::int16_t, std::int32_t)
BOTH_UPDATES(esp_vldext_u8, load_extended, std::uint8_t, std::uint16_t)
BOTH_UPDATES(esp_vldext_u16, load_extended, std::uint16_t, std::uint32_t)

/// Every halfword twice.
inline Access esp_vldhbc_16_incp(Hart& hart, const Step& s, auto memory) {
    return loading<Vector, ByBytes<16>>(hart, s, memory, [&](const Vector& loaded) {
        const auto half = loaded.lanes<std::uint16_t>();
        std::array<Lanes<std::uint16_t>, 2> twice;
        for (std::size_t i = 0; i < 16; ++i) twice[i / 8][i % 8] = half[i / 2];
        qu(hart, s) = Vector::of(twice[0]);
        qz(hart, s) = Vector::of(twice[1]);
    });
}

// ---- by an index in a register ----

/// Word number (lane sel8 of qw) behind rs1; never misaligned.
inline std::uint32_t indexed_address(Hart& hart, const Step& s) {
    const std::uint32_t index = qw(hart, s).lanes<std::uint16_t>()[PieOperands::sel8(s)];
    return (hart.x[s.rs1] + 4 * index) & ~3u;
}
inline Access esp_ldxq_32(Hart& hart, const Step& s, auto memory) {
    std::uint32_t word = 0;
    const auto access = memory.load_bytes(hart, indexed_address(hart, s), &word, sizeof word);
    if (access != Access::ok) [[unlikely]]
        return access;
    auto lanes = qu(hart, s).lanes<std::uint32_t>();
    lanes[PieOperands::sel4(s)] = word;
    qu(hart, s) = Vector::of(lanes);
    return access;
}
inline Access esp_stxq_32(Hart& hart, const Step& s, auto memory) {
    const auto word = qu(hart, s).lanes<std::uint32_t>()[PieOperands::sel4(s)];
    return memory.store_bytes(hart, indexed_address(hart, s), &word, sizeof word);
}

// ---- UA_STATE ----

inline Access esp_ld_ua_state_ip(Hart& hart, const Step& s, auto memory) {
    return loading<Vector, ByImmediate>(hart, s, memory, [&](const Vector& loaded) { hart.pie.ua_state = loaded; });
}
inline Access esp_st_ua_state_ip(Hart& hart, const Step& s, auto memory) {
    return storing<ByImmediate>(hart, s, memory, hart.pie.ua_state);
}

} // namespace p4jit::machine::meaning
