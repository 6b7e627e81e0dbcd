// xesploop: hardware loops (docs/pie.md, section "Hardware loops").
//
// A loop goes back when the instruction at its END has completed and execution
// would go on behind it: that step is a loop_end step (code.hpp), so that
// nothing else ever looks at the loops.
#pragma once

#include "p4jit/machine/rv32i.hpp"

namespace p4jit::machine {

/// Where execution goes on after the instruction at `end` has completed and
/// would go on at `behind`: at the START of a loop that has turns left, or
/// there. The inner loop, 0, comes first where both end at one instruction.
inline std::uint32_t next_after_loop_end(HardwareLoops& loops, std::uint32_t end, std::uint32_t behind) {
    if (loops.state == UnitState::off) return behind;
    for (auto& loop : loops.loop) {
        if (loop.end != end || loop.count == 0) continue;
        loops.state = UnitState::dirty;
        if (--loop.count != 0) return loop.start;
    }
    return behind;
}

namespace meaning {

/// Changes one loop with the unit on.
Flow change_loop(Hart& hart, const Step& s, auto change) {
    if (hart.loops.state == UnitState::off) {
        illegal_without_unit(hart, s, ExtensionIllegal::hardware_loop);
        return Flow::trap;
    }
    auto& loop = hart.loops.loop[LoopOperands::loop(s)];
    change(loop);
    hart.loops.state = UnitState::dirty;
    hart.code->mark_loop_end(loop.end);
    return Flow::next;
}

inline Flow esp_lp_starti(Hart& hart, const Step& s) {
    return change_loop(hart, s, [&](auto& loop) { loop.start = s.pc + LoopOperands::end(s); });
}
inline Flow esp_lp_endi(Hart& hart, const Step& s) {
    return change_loop(hart, s, [&](auto& loop) { loop.end = s.pc + LoopOperands::end(s); });
}
inline Flow esp_lp_count(Hart& hart, const Step& s) {
    return change_loop(hart, s, [&](auto& loop) { loop.count = hart.x[s.rs1]; });
}
inline Flow esp_lp_counti(Hart& hart, const Step& s) {
    return change_loop(hart, s, [&](auto& loop) { loop.count = LoopOperands::count(s); });
}
inline Flow esp_lp_setup(Hart& hart, const Step& s) {
    return change_loop(hart, s, [&](auto& loop) { loop = {s.pc + 4, s.pc + LoopOperands::end(s), hart.x[s.rs1]}; });
}
inline Flow esp_lp_setupi(Hart& hart, const Step& s) {
    return change_loop(hart, s,
                       [&](auto& loop) { loop = {s.pc + 4, s.pc + LoopOperands::end(s), LoopOperands::count(s)}; });
}

} // namespace meaning
} // namespace p4jit::machine
