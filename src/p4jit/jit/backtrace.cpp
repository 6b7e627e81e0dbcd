#include "p4jit/jit/backtrace.hpp"

#include "p4jit/isa/decode.hpp"

#include <algorithm>
#include <map>

namespace p4jit::jit {

using isa::Op;

namespace {

constexpr std::size_t most_levels = 64;
constexpr std::int32_t ra = 1, sp = 2;

/// What a function has done to the stack up to some instruction. Modulo 2^32,
/// as the chip counts: any bytes may call themselves a function.
struct FrameState {
    std::uint32_t size = 0;             ///< how far below its caller's its sp is
    std::optional<std::uint32_t> ra_at; ///< where ra is saved, below the caller's sp
};

/// Follows sp and ra through a function's instructions in the order they lie
/// in, up to an address.
class Follower {
public:
    Follower() : decoder_(isa::chip_v3) {}

    FrameState run(const Code& code, std::uint32_t until) {
        for (std::size_t at = 0; at + 2 <= code.bytes.size() && code.start + at < until;) {
            std::uint32_t word = load_le<std::uint16_t>(&code.bytes[at]);
            const auto length = isa::length_of(static_cast<std::uint16_t>(word));
            if (length == 4 && at + 4 <= code.bytes.size()) word = load_le<std::uint32_t>(&code.bytes[at]);
            if (const auto instruction = decoder_.decode(word)) step(*instruction);
            at += length;
        }
        return state_;
    }

private:
    void step(const isa::Instruction& instruction) {
        const auto op = instruction.base();
        const auto& o = instruction.operands;
        const auto imm = static_cast<std::uint32_t>(o.imm);
        if (op == Op::addi && o.rd == sp && o.rs1 == sp) return move_sp(imm);
        if (op == Op::add && o.rd == sp && o.rs1 == sp && constants_.count(o.rs2)) return move_sp(constants_[o.rs2]);
        if (op == Op::sub && o.rd == sp && o.rs1 == sp && constants_.count(o.rs2))
            return move_sp(0 - constants_[o.rs2]);
        if (op == Op::sw && o.rs1 == sp && o.rs2 == ra) state_.ra_at = state_.size - imm;
        if (op == Op::lw && o.rs1 == sp && o.rd == ra) state_.ra_at.reset();
        if (op == Op::jalr && o.rd == 0) state_ = established_; // behind a return goes on what did not return
        note_constant(op, o);
    }

    void move_sp(std::uint32_t by) {
        state_.size -= by;
        if (static_cast<std::int32_t>(by) < 0) established_ = state_;
    }

    /// Large frames: li t0, -4096; add sp, sp, t0.
    void note_constant(Op op, const isa::Operands& o) {
        if (state_.ra_at) established_ = state_;
        const auto imm = static_cast<std::uint32_t>(o.imm);
        if (op == Op::lui)
            constants_[o.rd] = imm;
        else if (op == Op::addi && o.rs1 == 0)
            constants_[o.rd] = imm;
        else if (op == Op::addi && o.rd == o.rs1 && constants_.count(o.rs1))
            constants_[o.rd] += imm;
    }

    isa::Decoder decoder_;
    FrameState state_, established_;
    std::map<std::int32_t, std::uint32_t> constants_;
};

std::optional<std::uint32_t> word_at(const wire::v2::FaultReport& report, std::uint32_t address) {
    // What is below the stack is not there: the words begin with the stack.
    const auto offset = address - std::max(report.x[sp], report.stack_low);
    if (offset % 4 != 0 || offset / 4 >= report.stack.size()) return std::nullopt;
    return report.stack[offset / 4];
}

} // namespace

std::vector<std::uint32_t> unwind(const wire::v2::FaultReport& report, const FindCode& find) {
    std::vector<std::uint32_t> levels{report.pc};
    auto pc = report.pc, stack = report.x[sp];
    // A wild jump leaves no frame: ra tells who jumped.
    if (!find(pc)) {
        if (!find(report.x[ra])) return levels;
        pc = report.x[ra];
        levels.push_back(pc);
    }
    while (levels.size() < most_levels) {
        const auto code = find(pc);
        if (!code) break;
        const auto frame = Follower().run(*code, pc);
        const auto caller_sp = stack + frame.size;
        std::optional<std::uint32_t> caller;
        if (frame.ra_at) caller = word_at(report, caller_sp - *frame.ra_at);
        // Not saved yet, or saved below the stack: the register still has it.
        if (!caller && levels.size() == 1) caller = report.x[ra];
        if (!caller || (*caller == pc && caller_sp == stack)) break;
        levels.push_back(pc = *caller);
        stack = caller_sp;
    }
    return levels;
}

} // namespace p4jit::jit
