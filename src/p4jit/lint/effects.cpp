#include "p4jit/lint/effects.hpp"

#include <algorithm>
#include <vector>

namespace p4jit::lint {

using isa::Kind;
using isa::Op;
using isa::Operands;

namespace {

bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> beginnings) {
    return std::ranges::any_of(beginnings, [&](auto beginning) { return text.starts_with(beginning); });
}

/// Bytes that the mnemonic says are read or written; 0 if none.
std::uint8_t access_size(std::string_view name) {
    if (contains(name, "ldbc.8") || name == "esp.vmulas.s8.qacc.ldbc.incp" || name == "esp.vmulas.u8.qacc.ldbc.incp")
        return 1;
    if (contains(name, "ldbc.16") || contains(name, "ldbc.incp")) return 2;
    if (contains(name, "ldbc.32") || name == "esp.ldxq.32" || name == "esp.stxq.32") return 4;
    if (contains(name, ".64.") || name == "esp.ld.xacc.ip" || starts_with_any(name, {"esp.st.s.xacc", "esp.st.u.xacc"}))
        return 8;
    return 16;
}

/// Those that take any address: for splicing, or because they drop bits anyway.
bool takes_any_address(std::string_view name) {
    return contains(name, "usar") || contains(name, ".uaup") || name == "esp.ldxq.32" || name == "esp.stxq.32" ||
           starts_with_any(name, {"esp.src.q.ld", "esp.srcq.128.st", "esp.ld.ua.state", "esp.st.ua.state"});
}

bool is_memory(std::string_view name) {
    if (starts_with_any(name, {"esp.vld", "esp.vst", "esp.ld", "esp.st"})) return true;
    return contains(name, ".ld.") || contains(name, ".st.") || contains(name, ".ldbc.") || contains(name, ".vst.");
}

void memory_effects(std::string_view name, VectorEffects& effects) {
    if (!is_memory(name)) return;
    effects.accesses_memory = true;
    effects.is_load = contains(name, ".ld") || contains(name, ".vld");
    effects.access = takes_any_address(name) ? 0 : access_size(name);
    if (name.ends_with(".ip")) effects.step = Step::immediate;
    if (name.ends_with(".xp")) effects.step = Step::by_register;
    if (name.ends_with(".incp") || name.ends_with(".uaup")) effects.step = Step::fixed;
    if (name.ends_with(".decp")) effects.step = Step::fixed;
    if (effects.step == Step::fixed)
        effects.step_bytes = static_cast<std::int8_t>(name.ends_with(".decp") ? -16 : access_size(name));
}

VectorEffects of_mnemonic(std::string_view name) {
    VectorEffects effects;
    memory_effects(name, effects);
    const bool multiplies = starts_with_any(name, {"esp.vmulas", "esp.vcmulas", "esp.vsmulas"});
    effects.accumulates_qacc = multiplies && contains(name, ".qacc");
    effects.accumulates_xacc = multiplies && contains(name, ".xacc");
    effects.sets_qacc = name == "esp.zero.qacc" || starts_with_any(name, {"esp.ld.qacc", "esp.ldqa"}) ||
                        (name.starts_with("esp.mov.") && name.ends_with(".qacc"));
    effects.sets_xacc = starts_with_any(name, {"esp.zero.xacc", "esp.ld.xacc", "esp.movx.w.xacc"});
    effects.sets_cfg = name == "esp.movx.w.cfg";
    effects.sets_sar = name == "esp.movx.w.sar";
    effects.uses_sar =
        starts_with_any(name, {"esp.cmul", "esp.vmul.", "esp.vsl.", "esp.vsr.", "esp.fft.cmul", "esp.fft.ams"});
    effects.rounds = effects.uses_sar || starts_with_any(name, {"esp.vrelu", "esp.vprelu", "esp.srcmb", "esp.srs",
                                                                "esp.vsrd", "esp.fft.r2bf.s16.st", "esp.fft.vst"});
    if (name.starts_with("esp.vsl.")) effects.rounds = false;
    return effects;
}

std::vector<VectorEffects> all_effects() {
    std::vector<VectorEffects> effects(isa::op_count);
    for (const auto& row : isa::rows())
        if (isa::is_pie(row.op)) effects[static_cast<std::size_t>(row.op)] = of_mnemonic(row.mnemonic);
    return effects;
}

/// Does rd, in the row's drawing or implied, name a register of these kinds?
bool writes(const isa::Row& row, std::initializer_list<Kind> kinds, bool implied) {
    if (const auto* use = row.find(&Operands::rd))
        return std::ranges::find(kinds, isa::field(use->id).kind) != kinds.end();
    return implied && std::ranges::any_of(row.implied, [](const auto& one) { return one.operand == &Operands::rd; });
}

} // namespace

Flow flow_of(const isa::Instruction& instruction) {
    const auto& operands = instruction.operands;
    switch (instruction.base()) {
    case Op::beq:
    case Op::bne:
    case Op::blt:
    case Op::bge:
    case Op::bltu:
    case Op::bgeu: return Flow::branch;
    case Op::jal: return operands.rd == 0 ? Flow::jump : Flow::call;
    case Op::jalr:
        if (operands.rd != 0) return Flow::indirect_call;
        return operands.rs1 == 1 ? Flow::ret : Flow::indirect_jump;
    case Op::ebreak:
    case Op::mret: return Flow::stop;
    default: return Flow::next;
    }
}

VectorEffects vector_effects(const isa::Instruction& instruction) {
    static const auto effects = all_effects();
    return effects[static_cast<std::size_t>(instruction.op)];
}

std::optional<std::int32_t> step_bytes(const isa::Instruction& instruction, const VectorEffects& effects) {
    switch (effects.step) {
    case Step::immediate: return instruction.operands.imm;
    case Step::fixed: return effects.step_bytes;
    case Step::none: return 0;
    case Step::by_register: break;
    }
    return std::nullopt;
}

std::optional<unsigned> written_x(const isa::Instruction& instruction) {
    if (!writes(instruction.row(), {Kind::x, Kind::xc, Kind::xp}, true)) return std::nullopt;
    return static_cast<unsigned>(instruction.operands.rd);
}

std::optional<unsigned> written_f(const isa::Instruction& instruction) {
    if (!writes(instruction.row(), {Kind::f, Kind::fc}, false)) return std::nullopt;
    return static_cast<unsigned>(instruction.operands.rd);
}

bool is_float(const isa::Instruction& instruction) {
    return isa::extension_of(instruction.base()) == isa::Extension::F;
}
bool is_vector(const isa::Instruction& instruction) { return isa::is_pie(instruction.op); }

bool is_load(const isa::Instruction& instruction) {
    switch (instruction.base()) {
    case Op::lb:
    case Op::lh:
    case Op::lw:
    case Op::lbu:
    case Op::lhu:
    case Op::flw: return true;
    default: return vector_effects(instruction).is_load;
    }
}

} // namespace p4jit::lint
