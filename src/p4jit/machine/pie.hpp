// What the meanings of vector instructions share: operands, lanes, rounding,
// saturation, memory operands.
//
// A meaning reads all its sources, then asks memory, then writes: the order of
// docs/pie.md, section "Order". Where the manual is silent, docs/pie-choices.md
// says what was chosen; comments name the row of that page.
#pragma once

#include "p4jit/machine/meaning.hpp"

#include <algorithm>
#include <limits>

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

// ---- saturation and rounding ----

inline void note_saturation(Hart& hart) {
    if (hart.pie.cfg & pie_cfg::vxsat_en) hart.pie.cfg |= pie_cfg::vxsat;
}

/// `value` as a T: clamped if `sat`, which notes it when something is lost,
/// otherwise its low bits.
template <typename T, typename Wide>
T saturate(Hart& hart, Wide value, bool sat = true) {
    if (!sat) return static_cast<T>(value);
    constexpr auto lowest = static_cast<Wide>(std::numeric_limits<T>::min());
    constexpr auto highest = static_cast<Wide>(std::numeric_limits<T>::max());
    const auto clamped = std::clamp(value, lowest, highest);
    if (clamped != value) note_saturation(hart);
    return static_cast<T>(clamped);
}

/// The rounding mode of an instruction: its own, or CFG.vxrm for 7.
inline unsigned rounding_mode(const Hart& hart, const Step& s) {
    const auto own = PieOperands::rounding(s);
    return own != 7 ? own : (hart.pie.cfg & pie_cfg::vxrm) >> pie_cfg::vxrm_shift & 7;
}

/// CFG.vxrm, for instructions that have no mode of their own.
inline unsigned rounding_mode(const Hart& hart) { return (hart.pie.cfg & pie_cfg::vxrm) >> pie_cfg::vxrm_shift & 7; }

/// value / 2^amount rounded: 0 down, 1 up, 2 away from zero, 3 toward zero,
/// 4 half away, 5 half toward zero, 6 half to even, 7 down and CFG.rm_exc is
/// set if bits were lost. amount is 0 to 63; Wide is 64 bits or more.
template <typename Wide>
Wide shift_rounded(Hart& hart, Wide value, unsigned amount, unsigned mode) {
    if (amount == 0) return value;
    const Wide down = value >> amount;
    const Wide lost = value - (down << amount);
    if (lost == 0) return down;
    const Wide half = Wide{1} << (amount - 1);
    const bool negative = value < 0;
    switch (mode) {
    case 1: return down + 1;
    case 2: return negative ? down : down + 1;
    case 3: return negative ? down + 1 : down;
    case 4: return down + ((negative ? lost > half : lost >= half) ? 1 : 0);
    case 5: return down + ((negative ? lost >= half : lost > half) ? 1 : 0);
    case 6: return down + ((lost > half || (lost == half && (down & 1))) ? 1 : 0);
    case 7: hart.pie.cfg |= pie_cfg::rm_exc; return down;
    default: return down;
    }
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

/// Loads a T (Vector or an integer of 1 to 8 bytes) for a vector instruction.
template <typename T>
Access load_operand(Hart& hart, std::uint32_t address, T& value, auto memory) {
    return memory.load_bytes(hart, load_address(hart, address, sizeof(T)), &value, sizeof(T));
}
template <typename T>
Access store_operand(Hart& hart, std::uint32_t address, const T& value, auto memory) {
    return memory.store_bytes(hart, store_address(hart, address, sizeof(T)), &value, sizeof(T));
}

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

/// The forms of an arithmetic instruction with a load or store beside it. The
/// arithmetic works on the old qu; a load is written last.
template <typename Update>
Access with_load(Hart& hart, const Step& s, auto memory, auto arithmetic) {
    Vector loaded;
    const auto access = load_operand(hart, hart.x[s.rs1], loaded, memory);
    if (access != Access::ok) [[unlikely]]
        return access;
    arithmetic(hart, s);
    qu(hart, s) = loaded;
    Update::update(hart, s);
    return access;
}
template <typename Update>
Access with_store(Hart& hart, const Step& s, auto memory, auto arithmetic) {
    const auto access = store_operand(hart, hart.x[s.rs1], qu(hart, s), memory);
    if (access != Access::ok && access != Access::recheck) [[unlikely]]
        return access;
    arithmetic(hart, s);
    Update::update(hart, s);
    return access;
}

} // namespace meaning
} // namespace p4jit::machine
