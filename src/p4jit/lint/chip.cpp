// Instructions that the chip lacks, and vector state that is not set.
#include "p4jit/base/bits.hpp"
#include "p4jit/lint/report.hpp"

#include <fmt/format.h>

namespace p4jit::lint {

namespace {

/// Is this an instruction of the D extension (double precision), which no
/// revision has?
bool is_double(std::uint32_t word) {
    if ((word & 3) != 3) {
        const auto quadrant = bits(word, 1, 0), funct3 = bits(word, 15, 13);
        return (quadrant == 0 && (funct3 == 1 || funct3 == 5)) ||
               (quadrant == 2 && funct3 == 1); // c.fld, c.fsd, c.fldsp
    }
    switch (bits(word, 6, 0)) {
    case 0x07: // fld
    case 0x27: return bits(word, 14, 12) == 3;
    case 0x43: // fmadd.d
    case 0x47:
    case 0x4B:
    case 0x4F: return bits(word, 26, 25) == 1;
    case 0x53: return bits(word, 26, 25) == 1 || bits(word, 31, 20) == 0x401; // also fcvt.s.d
    default: return false;
    }
}

} // namespace

void check_chip(const Code& code, const Function& function, Report& report) {
    const isa::ChipRevision other = code.chip().is_v3() ? isa::ChipRevision{1, 3} : isa::ChipRevision{3, 1};
    for (const auto offset : function.unknown) {
        const auto word = *code.word(offset);
        if (const auto foreign = code.decode_for(other.extensions(), offset))
            report.add(Rule::wrong_chip, offset,
                       fmt::format("to chip {} this is no instruction; it is {} of chip {}", code.chip().family(),
                                   foreign->row().mnemonic, other.family()),
                       fmt::format("compile it for the chip that runs it, which has revision {}", code.chip().text()));
        else if (is_double(word))
            report.add(Rule::wrong_chip, offset,
                       "this is a double-precision instruction (D extension), which no ESP32-P4 has",
                       "compile with -march=rv32imafc -mabi=ilp32f; double is then computed by library functions");
    }
}

void check_vector_state(const Function& function, Report& report) {
    if (!function.is_global || has_calls(function)) return;
    const std::uint32_t none = 0xFFFF'FFFF;
    std::uint32_t rounding = none, shifting = none;
    bool sets_cfg = false, sets_sar = false;
    for (const auto& [offset, node] : function.nodes) {
        const auto effects = vector_effects(node.instruction);
        sets_cfg |= effects.sets_cfg;
        sets_sar |= effects.sets_sar;
        const bool by_cfg = effects.rounds && node.instruction.operands.rm == 7;
        if (by_cfg && rounding == none) rounding = offset;
        if (effects.uses_sar && shifting == none) shifting = offset;
    }
    if (rounding != none && !sets_cfg)
        report.add(Rule::cfg_not_set, rounding,
                   "rounds as CFG says, which this function does not set and FreeRTOS does not keep for a task",
                   "set CFG (esp.movx.w.cfg) at the function's beginning");
    if (shifting != none && !sets_sar)
        report.add(Rule::sar_not_set, shifting, "shifts by SAR, which this function does not set",
                   "set SAR (esp.movx.w.sar) before, to 0 for no shift");
}

} // namespace p4jit::lint
