// A: atomic instructions (unprivileged manual, chapter 8).
//
// One host thread steps all harts, so an instruction is atomic by itself. A
// reservation lasts until the hart stores conditionally, traps, or another hart
// gets its turn; the manual allows an SC to fail for any such reason as long as
// a short LR/SC loop comes through in the end.
#pragma once

#include "p4jit/machine/rv32i.hpp"

#include <algorithm>

namespace p4jit::machine::meaning {

inline Access lr_w(Hart& hart, const Step& s, auto memory) {
    const auto at = rs1(hart, s);
    if (at % 4 != 0) return hart.fail(Cause::load_misaligned, at);
    std::uint32_t value = 0;
    const auto access = memory.load(hart, at, value);
    if (access != Access::ok) return access;
    hart.x[s.rd] = value;
    hart.reserved = true;
    hart.reservation = at;
    return Access::ok;
}

inline Access sc_w(Hart& hart, const Step& s, auto memory) {
    const auto at = rs1(hart, s);
    if (at % 4 != 0) return hart.fail(Cause::store_misaligned, at);
    const bool succeeds = hart.reserved && hart.reservation == at;
    const auto access = succeeds ? memory.store(hart, at, rs2(hart, s)) : Access::ok;
    if (access == Access::slow) return access;
    hart.reserved = false;
    if (access != Access::trapped) hart.x[s.rd] = !succeeds;
    return access;
}

/// Stores combine(memory, rs2) and gives the old value to rd. An address that
/// cannot be loaded from is a store fault too (section 8.4).
template <typename Path, typename Combine>
Access amo(Hart& hart, const Step& s, Path memory, Combine combine) {
    const auto at = rs1(hart, s);
    if (at % 4 != 0) return hart.fail(Cause::store_misaligned, at);
    std::uint32_t old = 0;
    const auto loaded = memory.load(hart, at, old);
    if (loaded == Access::slow) return loaded;
    if (loaded == Access::trapped) return hart.fail(Cause::store_access, at);
    const auto access = memory.store(hart, at, combine(old, rs2(hart, s)));
    if (access == Access::ok || access == Access::recheck) hart.x[s.rd] = old;
    return access;
}

using Word = std::uint32_t;
inline Signed as_signed(Word value) { return static_cast<Signed>(value); }

inline Access amoswap_w(Hart& hart, const Step& s, auto memory) {
    return amo(hart, s, memory, [](Word, Word b) { return b; });
}
inline Access amoadd_w(Hart& hart, const Step& s, auto memory) {
    return amo(hart, s, memory, [](Word a, Word b) { return a + b; });
}
inline Access amoxor_w(Hart& hart, const Step& s, auto memory) {
    return amo(hart, s, memory, [](Word a, Word b) { return a ^ b; });
}
inline Access amoand_w(Hart& hart, const Step& s, auto memory) {
    return amo(hart, s, memory, [](Word a, Word b) { return a & b; });
}
inline Access amoor_w(Hart& hart, const Step& s, auto memory) {
    return amo(hart, s, memory, [](Word a, Word b) { return a | b; });
}
inline Access amomin_w(Hart& hart, const Step& s, auto memory) {
    return amo(hart, s, memory, [](Word a, Word b) { return as_signed(a) < as_signed(b) ? a : b; });
}
inline Access amomax_w(Hart& hart, const Step& s, auto memory) {
    return amo(hart, s, memory, [](Word a, Word b) { return as_signed(a) > as_signed(b) ? a : b; });
}
inline Access amominu_w(Hart& hart, const Step& s, auto memory) {
    return amo(hart, s, memory, [](Word a, Word b) { return std::min(a, b); });
}
inline Access amomaxu_w(Hart& hart, const Step& s, auto memory) {
    return amo(hart, s, memory, [](Word a, Word b) { return std::max(a, b); });
}

} // namespace p4jit::machine::meaning
