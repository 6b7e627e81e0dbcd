#include "p4jit/jit/thunk.hpp"

#include "p4jit/isa/encode.hpp"

#include <cassert>

namespace p4jit::jit {

using isa::Op;
using isa::Operands;

namespace {

constexpr std::int32_t zero = 0, ra = 1, sp = 2, t0 = 5, t1 = 6, t2 = 7, s0 = 8, s1 = 9, a0 = 10, a2 = 12;
constexpr std::int32_t csr_cycle = 0xC00, csr_cycleh = 0xC80;

class Emitter {
public:
    void operator()(Op op, const Operands& operands) {
        const auto instruction = isa::encode(op, operands);
        assert(instruction);
        append_le(code_, *instruction);
    }
    void load_address(std::int32_t rd, std::uint32_t address) {
        (*this)(Op::lui, {.rd = rd, .imm = static_cast<std::int32_t>((address + 0x800) & ~0xFFFu)});
        (*this)(Op::addi, {.rd = rd, .rs1 = rd, .imm = sign_extend(address, 12)});
    }
    /// The block begins at s0. Base and immediate of what is so far into it, and
    /// also of the word behind; a far one changes t2.
    Operands in_block(std::uint32_t offset) {
        if (offset <= 2047 - 4) return {.rs1 = s0, .imm = static_cast<std::int32_t>(offset)};
        load_address(t2, offset);
        (*this)(Op::add, {.rd = t2, .rs1 = t2, .rs2 = s0});
        return {.rs1 = t2, .imm = 0};
    }
    void load(Op op, std::int32_t rd, std::uint32_t offset) {
        auto operands = in_block(offset);
        operands.rd = rd;
        (*this)(op, operands);
    }
    void store(Op op, std::int32_t rs2, std::uint32_t offset) {
        auto operands = in_block(offset);
        operands.rs2 = rs2;
        (*this)(op, operands);
    }
    void call(std::uint32_t address) {
        (*this)(Op::lui, {.rd = t1, .imm = static_cast<std::int32_t>((address + 0x800) & ~0xFFFu)});
        (*this)(Op::jalr, {.rd = ra, .rs1 = t1, .imm = sign_extend(address, 12)});
    }
    Bytes take() { return std::move(code_); }

private:
    Bytes code_;
};

Op load_of(const Move& move) {
    if (move.is_address) return Op::addi;
    if (move.size == 4) return Op::lw;
    if (move.size == 2) return move.sign_extend ? Op::lh : Op::lhu;
    return move.sign_extend ? Op::lb : Op::lbu;
}

Op store_of(unsigned size) { return size == 1 ? Op::sb : size == 2 ? Op::sh : Op::sw; }

/// The frame: arguments on the stack, then ra, s0 and s1.
struct Frame {
    std::int32_t size, saved;
    explicit Frame(const CallPlan& plan)
        : size(static_cast<std::int32_t>(plan.stack_size) + 16), saved(static_cast<std::int32_t>(plan.stack_size)) {}
};

void emit_moves(Emitter& emit, const CallPlan& plan) {
    for (const auto& move : plan.moves) {
        switch (move.to) {
        case Move::To::integer_register: emit.load(load_of(move), move.number, move.from); break;
        case Move::To::float_register: emit.load(Op::flw, move.number, move.from); break;
        case Move::To::stack:
            emit.load(load_of(move), t0, move.from);
            emit(Op::sw, {.rs1 = sp, .rs2 = t0, .imm = static_cast<std::int32_t>(move.stack_offset)});
            break;
        }
    }
}

void emit_store_result(Emitter& emit, const CallPlan& plan) {
    for (const auto& move : plan.result.moves)
        emit.store(move.is_float ? Op::fsw : store_of(move.size), move.number, move.to);
}

/// Cycles since s1 (low) as a 64-bit number, good for runs below 2^32 cycles
/// and for longer ones by the high half, whose start waits on the stack.
void emit_store_cycles(Emitter& emit, const CallPlan& plan, const Frame& frame) {
    emit(Op::csrrs, {.rd = t0, .rs1 = zero, .csr = csr_cycle});
    emit(Op::csrrs, {.rd = t1, .rs1 = zero, .csr = csr_cycleh});
    emit(Op::lw, {.rd = a2, .rs1 = sp, .imm = frame.saved + 12});
    emit(Op::sub, {.rd = t1, .rs1 = t1, .rs2 = a2});
    emit(Op::sltu, {.rd = a2, .rs1 = t0, .rs2 = s1}); // borrow
    emit(Op::sub, {.rd = t1, .rs1 = t1, .rs2 = a2});
    emit(Op::sub, {.rd = t0, .rs1 = t0, .rs2 = s1});
    emit.store(Op::sw, t0, plan.cycles_offset);
    emit.store(Op::sw, t1, plan.cycles_offset + 4);
}

} // namespace

Bytes make_thunk(const CallPlan& plan, std::uint32_t function, std::optional<std::uint32_t> block) {
    const Frame frame(plan);
    Emitter emit;
    emit(Op::addi, {.rd = sp, .rs1 = sp, .imm = -frame.size});
    emit(Op::sw, {.rs1 = sp, .rs2 = ra, .imm = frame.saved});
    emit(Op::sw, {.rs1 = sp, .rs2 = s0, .imm = frame.saved + 4});
    emit(Op::sw, {.rs1 = sp, .rs2 = s1, .imm = frame.saved + 8});
    if (block)
        emit.load_address(s0, *block);
    else
        emit(Op::addi, {.rd = s0, .rs1 = a0, .imm = 0});
    emit(Op::csrrs, {.rd = t0, .rs1 = zero, .csr = csr_cycleh});
    emit(Op::sw, {.rs1 = sp, .rs2 = t0, .imm = frame.saved + 12});
    emit_moves(emit, plan);
    emit(Op::csrrs, {.rd = s1, .rs1 = zero, .csr = csr_cycle});
    emit.call(function);
    // a0, a1, fa0 and fa1 hold the result until it is stored.
    if (plan.counts_cycles) emit_store_cycles(emit, plan, frame);
    emit_store_result(emit, plan);
    emit(Op::addi, {.rd = a0, .rs1 = zero, .imm = 0});
    emit(Op::lw, {.rd = ra, .rs1 = sp, .imm = frame.saved});
    emit(Op::lw, {.rd = s0, .rs1 = sp, .imm = frame.saved + 4});
    emit(Op::lw, {.rd = s1, .rs1 = sp, .imm = frame.saved + 8});
    emit(Op::addi, {.rd = sp, .rs1 = sp, .imm = frame.size});
    emit(Op::jalr, {.rd = zero, .rs1 = ra, .imm = 0});
    return emit.take();
}

Bytes make_call_sequence(const std::vector<std::uint32_t>& functions) {
    Emitter emit;
    emit(Op::addi, {.rd = sp, .rs1 = sp, .imm = -16});
    emit(Op::sw, {.rs1 = sp, .rs2 = ra, .imm = 0});
    for (const auto function : functions) emit.call(function);
    emit(Op::addi, {.rd = a0, .rs1 = zero, .imm = 0});
    emit(Op::lw, {.rd = ra, .rs1 = sp, .imm = 0});
    emit(Op::addi, {.rd = sp, .rs1 = sp, .imm = 16});
    emit(Op::jalr, {.rd = zero, .rs1 = ra, .imm = 0});
    return emit.take();
}

} // namespace p4jit::jit
