// What the meanings of vector instructions share: operands, memory operands,
// and their forms with a load or a store beside them.
//
// A meaning reads all its sources, then asks memory, then writes. Two
// destinations that are the same register are written in the order of the
// assembly text, a loaded register behind arithmetic results, the pointer last.
// Where nobody knows what silicon does, docs/pie-choices.md says what was chosen.
#pragma once

#include "p4jit/machine/meaning.hpp"
#include "p4jit/machine/pie_rounding.hpp"

namespace p4jit::machine {

/// How code.cpp packs a vector instruction's operands into a step: rd, rs1 and
/// rs2 have their bytes.
///
///   imm   31      19 | 18  | 17 15 | 14 12 | 11 9 | 8 6 | 5 3 | 2 0
///         number     | sat | qz    | qy    | qx   | qw  | qv  | qu      number: immediate or sel16
///   rs3    7   | 6  5 | 4  3 | 2    0
///         sel2 | upd4 | sel4 | sel8 or rounding mode
struct PieOperands {
    static void pack(Step& step, const isa::Operands& operands, bool has_sel16, bool has_sel8);

    static std::int32_t number(const Step& s) { return s.imm >> 19; }
    static bool sat(const Step& s) { return s.imm >> 18 & 1; }
    static unsigned q(const Step& s, unsigned at) { return static_cast<unsigned>(s.imm) >> at & 7; }
    static unsigned sel8(const Step& s) { return s.rs3 & 7u; }
    static unsigned rounding(const Step& s) { return s.rs3 & 7u; }
    static unsigned sel4(const Step& s) { return s.rs3 >> 3 & 3u; }
    static unsigned upd4(const Step& s) { return s.rs3 >> 5 & 3u; }
    static unsigned sel2(const Step& s) { return s.rs3 >> 7 & 1u; }
};

namespace meaning {

inline Vector& qu(Hart& hart, const Step& s) { return hart.pie.q[PieOperands::q(s, 0)]; }
inline Vector& qv(Hart& hart, const Step& s) { return hart.pie.q[PieOperands::q(s, 3)]; }
inline Vector& qw(Hart& hart, const Step& s) { return hart.pie.q[PieOperands::q(s, 6)]; }
inline Vector& qx(Hart& hart, const Step& s) { return hart.pie.q[PieOperands::q(s, 9)]; }
inline Vector& qy(Hart& hart, const Step& s) { return hart.pie.q[PieOperands::q(s, 12)]; }
inline Vector& qz(Hart& hart, const Step& s) { return hart.pie.q[PieOperands::q(s, 15)]; }

/// CFG.vxrm, whose highest bit means nothing.
inline VectorRounding rounding_mode(const Hart& hart) {
    return static_cast<VectorRounding>((hart.pie.cfg & pie_cfg::vxrm) >> pie_cfg::vxrm_shift & 7);
}

/// The rounding mode of an instruction with a rounding operand in 2.2: its own,
/// or CFG.vxrm.
inline VectorRounding rounding_mode(const Hart& hart, const Step& s) {
    const auto own = PieOperands::rounding(s);
    return own != 7 ? static_cast<VectorRounding>(own) : rounding_mode(hart);
}

/// One value shifted and narrowed; loops over lanes keep the two objects.
template <typename W>
W shift_rounded(Notes& notes, W value, unsigned amount, VectorRounding mode) {
    RoundingShift<W> shift(mode, amount);
    const W result = shift(value);
    notes.inexact |= shift.inexact();
    return result;
}
template <typename T, typename W>
T narrow(Notes& notes, W value, bool saturate) {
    Narrowing<T, W> narrowing(saturate);
    const T result = narrowing(value);
    notes.saturated |= narrowing.saturated();
    return result;
}

/// 256 bits moved down by `bytes` (0 to 16): the lower 128 of {high, low} >> 8 * bytes.
inline Vector splice(const Vector& low, const Vector& high, unsigned bytes) {
    std::array<Vector, 2> both{low, high};
    Vector result;
    std::memcpy(&result, both[0].bytes.data() + bytes, sizeof result);
    return result;
}

// ---- memory operands ----

/// Where a vector load or store of `size` bytes goes: low address bits are
/// dropped unless CFG allows misaligned ones.
inline std::uint32_t load_address(const Hart& hart, std::uint32_t address, unsigned size) {
    return hart.pie.cfg & pie_cfg::mis_ld ? address : address & ~(size - 1);
}
inline std::uint32_t store_address(const Hart& hart, std::uint32_t address, unsigned size) {
    return hart.pie.cfg & pie_cfg::mis_st ? address : address & ~(size - 1);
}

/// Loads a T (Vector or an integer) for a vector instruction from where rs1 points.
template <typename T>
Access load_operand(Hart& hart, const Step& s, T& value, auto memory) {
    return memory.load_bytes(hart, load_address(hart, hart.x[s.rs1], sizeof(T)), &value, sizeof(T));
}
template <typename T>
Access store_operand(Hart& hart, const Step& s, const T& value, auto memory) {
    return memory.store_bytes(hart, store_address(hart, hart.x[s.rs1], sizeof(T)), &value, sizeof(T));
}

/// Has the store been done?
inline bool stored(Access access) { return access == Access::ok || access == Access::recheck; }

// ---- pointer updates ----

struct ByImmediate { // .ip
    static void update(Hart& hart, const Step& s) {
        hart.x[s.rs1] += static_cast<std::uint32_t>(PieOperands::number(s));
    }
};
struct ByRegister { // .xp
    static void update(Hart& hart, const Step& s) { hart.x[s.rs1] += hart.x[s.rs2]; }
};
template <std::int32_t bytes>
struct ByBytes { // .incp, .decp
    static void update(Hart& hart, const Step& s) { hart.x[s.rs1] += static_cast<std::uint32_t>(bytes); }
};

/// Loads a T, does something with it, moves the pointer.
template <typename T, typename Update>
Access loading(Hart& hart, const Step& s, auto memory, auto use) {
    T value;
    const auto access = load_operand(hart, s, value, memory);
    if (access != Access::ok) [[unlikely]]
        return access;
    use(value);
    Update::update(hart, s);
    return access;
}
/// Stores a T, does something else, moves the pointer.
template <typename Update, typename T>
Access storing(Hart& hart, const Step& s, auto memory, const T& value, auto and_then) {
    const auto access = store_operand(hart, s, value, memory);
    if (!stored(access)) [[unlikely]]
        return access;
    and_then();
    Update::update(hart, s);
    return access;
}
template <typename Update, typename T>
Access storing(Hart& hart, const Step& s, auto memory, const T& value) {
    return storing<Update>(hart, s, memory, value, [] {});
}

/// Arithmetic with a load or store beside it. It works on the old qu.
template <typename Update>
Access with_load(Hart& hart, const Step& s, auto memory, auto arithmetic) {
    return loading<Vector, Update>(hart, s, memory, [&](const Vector& loaded) {
        arithmetic(hart, s);
        qu(hart, s) = loaded;
    });
}
template <typename Update>
Access with_store(Hart& hart, const Step& s, auto memory, auto arithmetic) {
    return storing<Update>(hart, s, memory, qu(hart, s), [&] { arithmetic(hart, s); });
}

} // namespace meaning
} // namespace p4jit::machine

// Meanings by their rows' names, from a function of the arithmetic alone.
#define PIE_PLAIN(id, ...)                                                                                             \
    inline void id(Hart& hart, const Step& s) { __VA_ARGS__(hart, s); }
#define PIE_WITH(id, with, update, ...)                                                                                \
    inline Access id(Hart& hart, const Step& s, auto memory) {                                                         \
        return with<update>(hart, s, memory, [](Hart& h, const Step& t) { __VA_ARGS__(h, t); });                       \
    }
#define PIE_LOADS(id, ...)                                                                                             \
    PIE_WITH(id##_ld_ip, with_load, ByImmediate, __VA_ARGS__)                                                          \
    PIE_WITH(id##_ld_xp, with_load, ByRegister, __VA_ARGS__)
#define PIE_STORES(id, ...)                                                                                            \
    PIE_WITH(id##_st_ip, with_store, ByImmediate, __VA_ARGS__)                                                         \
    PIE_WITH(id##_st_xp, with_store, ByRegister, __VA_ARGS__)
/// Alone, and with a load or store that moves the pointer by one vector.
#define PIE_FORMS(id, ...)                                                                                             \
    PIE_PLAIN(id, __VA_ARGS__)                                                                                         \
    PIE_WITH(id##_ld_incp, with_load, ByBytes<16>, __VA_ARGS__)                                                        \
    PIE_WITH(id##_st_incp, with_store, ByBytes<16>, __VA_ARGS__)
