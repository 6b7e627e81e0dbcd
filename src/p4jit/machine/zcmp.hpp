// Zcmp: push, pop and double moves (Zc specification 1.0, chapter 4).
#pragma once

#include "p4jit/base/bits.hpp"
#include "p4jit/isa/registers.hpp"
#include "p4jit/machine/rv32i.hpp"

namespace p4jit::machine::meaning {

/// Bytes that the stack pointer moves: room for the registers, in sixteens, and
/// what the instruction adds.
inline std::uint32_t stack_adjustment(const Step& s) {
    return ((isa::register_list(s.rs2).size() * 4 + 15) & ~std::size_t{15}) + imm(s);
}

/// The registers, the last one on top. A push that faults leaves the registers
/// as they were; some of the memory may have been written.
inline Flow cm_push(Hart& hart, const Step& s) {
    auto& sp = hart.x[2];
    auto at = sp;
    const auto list = isa::register_list(s.rs2);
    for (auto reg = list.rbegin(); reg != list.rend(); ++reg)
        if (hart.store_slowly(at -= 4, 4, hart.x[*reg]) == Access::trapped) return Flow::trap;
    sp -= stack_adjustment(s);
    return Flow::next;
}

/// Reads all, then changes all; false if a trap waits.
inline bool pop(Hart& hart, const Step& s) {
    const auto list = isa::register_list(s.rs2);
    std::array<std::uint32_t, 13> values{};
    const auto top = hart.x[2] + stack_adjustment(s);
    for (std::size_t i = 0; i < list.size(); ++i)
        if (hart.load_slowly(top - 4 * static_cast<std::uint32_t>(list.size() - i), 4, values[i]) != Access::ok)
            return false;
    for (std::size_t i = 0; i < list.size(); ++i) hart.x[list[i]] = values[i];
    hart.x[2] = top;
    return true;
}
inline Flow return_to_caller(Hart& hart) {
    hart.pc = hart.x[1] & ~1u;
    return Flow::jump;
}

inline Flow cm_pop(Hart& hart, const Step& s) { return pop(hart, s) ? Flow::next : Flow::trap; }
inline Flow cm_popret(Hart& hart, const Step& s) { return pop(hart, s) ? return_to_caller(hart) : Flow::trap; }
inline Flow cm_popretz(Hart& hart, const Step& s) {
    if (!pop(hart, s)) return Flow::trap;
    hart.x[10] = 0;
    return return_to_caller(hart);
}

inline void cm_mva01s(Hart& hart, const Step& s) {
    const auto first = rs1(hart, s), second = rs2(hart, s);
    hart.x[10] = first;
    hart.x[11] = second;
}
inline void cm_mvsa01(Hart& hart, const Step& s) {
    hart.x[s.rs1] = hart.x[10];
    hart.x[s.rs2] = hart.x[11];
}

} // namespace p4jit::machine::meaning
