// The meaning of instructions for the values that State follows.
#include "p4jit/lint/state.hpp"

namespace p4jit::lint {

using isa::Op;

namespace {

class Stepper {
public:
    Stepper(State& state, const Code& code, std::uint32_t place, const isa::Instruction& instruction)
        : state_(state), code_(code), place_(place), instruction_(instruction), operands_(instruction.operands) {}

    void run() {
        if (is_vector(instruction_)) return vector();
        switch (instruction_.base()) {
        case Op::sw: return store(x(operands_.rs2));
        case Op::fsw: return store(state_.registers[f_register + static_cast<unsigned>(operands_.rs2)]);
        case Op::sb:
        case Op::sh: return store({});
        case Op::lw: return load(static_cast<unsigned>(operands_.rd));
        case Op::flw: return load(f_register + static_cast<unsigned>(operands_.rd));
        case Op::fsgnj_s: return move_float();
        case Op::fmv_x_w:
            return put(static_cast<unsigned>(operands_.rd),
                       state_.registers[f_register + static_cast<unsigned>(operands_.rs1)]);
        case Op::fmv_w_x: return put(f_register + static_cast<unsigned>(operands_.rd), x(operands_.rs1));
        default: return compute();
        }
    }

private:
    Value x(std::int32_t reg) const { return state_.registers[static_cast<unsigned>(reg)]; }

    void put(unsigned reg, Value value) {
        if (value.known())
            state_.write(reg, value, place_);
        else
            state_.make(reg, place_, true);
    }

    void compute() {
        if (const auto reg = written_f(instruction_)) state_.make(f_register + *reg, place_);
        const auto reg = written_x(instruction_);
        if (!reg) return;
        const auto value = sum();
        if (value.known())
            state_.write(*reg, value, place_);
        else
            state_.make(*reg, place_, is_load(instruction_));
    }

    /// The result of what adds constants; otherwise unknown.
    Value sum() const {
        if (code_.is_relocated(place_)) return {};
        switch (instruction_.base()) {
        case Op::lui: return Value::constant(operands_.imm);
        case Op::addi: return x(operands_.rs1).plus(operands_.imm);
        case Op::add:
            if (x(operands_.rs2).is_constant()) return x(operands_.rs1).plus(x(operands_.rs2).offset);
            if (x(operands_.rs1).is_constant()) return x(operands_.rs2).plus(x(operands_.rs1).offset);
            return {};
        case Op::sub: {
            const auto right = x(operands_.rs2);
            return right.is_constant() && right.offset != INT32_MIN ? x(operands_.rs1).plus(-right.offset) : Value{};
        }
        default: return {};
        }
    }

    void move_float() {
        const auto from = f_register + static_cast<unsigned>(operands_.rs1);
        const auto to = f_register + static_cast<unsigned>(operands_.rd);
        if (operands_.rs1 == operands_.rs2)
            put(to, state_.registers[from]);
        else
            state_.make(to, place_);
    }

    void store(Value value) {
        const auto slot = stack_slot();
        if (!slot) return state_.forget_variables();
        // A word that overlaps is no longer what it was.
        for (auto at = *slot - 3; at <= *slot + 3; ++at) state_.slots.erase(at);
        if (value.known()) state_.slots[*slot] = value;
    }

    /// Where the load or store accesses the stack, if it does; no stack is larger
    /// than the limit.
    std::optional<std::int32_t> stack_slot() const {
        constexpr std::int32_t limit = 1 << 30;
        const auto address = x(operands_.rs1).plus(operands_.imm);
        if (address.origin != Value::on_entry(sp).origin || code_.is_relocated(place_)) return std::nullopt;
        return address.offset > -limit && address.offset < limit ? std::optional(address.offset) : std::nullopt;
    }

    void load(unsigned reg) {
        if (const auto slot = stack_slot()) {
            const auto saved = state_.slots.find(*slot);
            if (saved != state_.slots.end()) return state_.write(reg, saved->second, place_);
        }
        state_.make(reg, place_, true);
    }

    void vector() {
        const auto effects = vector_effects(instruction_);
        if (effects.accesses_memory && !effects.is_load) state_.forget_variables();
        state_.qacc |= effects.sets_qacc;
        state_.xacc |= effects.sets_xacc;
        if (const auto reg = written_x(instruction_)) state_.make(*reg, place_);
        if (instruction_.base() == Op::esp_fft_ams_s16_st_incp)
            state_.make(static_cast<unsigned>(operands_.rs2), place_);
        if (instruction_.base() == Op::esp_fft_bitrev) state_.make(static_cast<unsigned>(operands_.rs1), place_);
        if (effects.step != Step::none) move_pointer(effects);
    }

    void move_pointer(const VectorEffects& effects) {
        const auto reg = static_cast<unsigned>(operands_.rs1);
        const auto bytes = step_bytes(instruction_, effects);
        const auto by = x(operands_.rs2);
        const auto moved = bytes              ? x(operands_.rs1).plus(*bytes)
                           : by.is_constant() ? x(operands_.rs1).plus(by.offset)
                                              : Value{};
        if (moved.known())
            state_.write(reg, moved, place_);
        else
            state_.make(reg, place_);
    }

    State& state_;
    const Code& code_;
    std::uint32_t place_;
    const isa::Instruction& instruction_;
    const isa::Operands& operands_;
};

/// What a called function may change.
void call(State& state, std::uint32_t place) {
    for (unsigned reg = 1; reg < 64; ++reg)
        if (!is_callee_saved(reg) && reg != sp) state.make(reg, place);
    state.forget_variables();
    state.qacc = state.xacc = true; // it may have
}

} // namespace

void step(State& state, const Code& code, std::uint32_t place, const Node& node) {
    if (node.flow == Flow::call || node.flow == Flow::indirect_call || node.instruction.base() == Op::ecall)
        return call(state, place);
    Stepper(state, code, place, node.instruction).run();
}

} // namespace p4jit::lint
