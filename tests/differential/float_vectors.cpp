#include "float_vectors.hpp"

#include "p4jit/isa/encode.hpp"

#include <stdexcept>

namespace p4jit::test {

using isa::Op;
using isa::Operands;

namespace {

constexpr Op operations[] = {Op::fadd_s,   Op::fsub_s,    Op::fmul_s,    Op::fdiv_s,    Op::fsqrt_s,  Op::fmadd_s,
                             Op::fmsub_s,  Op::fnmadd_s,  Op::fnmsub_s,  Op::fcvt_w_s,  Op::fcvt_wu_s, Op::fcvt_s_w,
                             Op::fcvt_s_wu, Op::fmin_s,   Op::fmax_s,    Op::feq_s,     Op::flt_s,    Op::fle_s,
                             Op::fclass_s, Op::fsgnj_s,   Op::fsgnjn_s,  Op::fsgnjx_s};

constexpr std::int32_t modes = 5; // RNE, RTZ, RDN, RUP, RMM
constexpr std::int32_t operations_a_block = 8;
// Results go where no operand comes from: f24 and up, x10 and up; flags to x18
// and up.
constexpr std::int32_t first_float_result = 24, first_result = 10, first_flags = 18, first_source = 26;
constexpr std::int32_t fflags = 1;

} // namespace

FloatVectors::FloatVectors(std::uint64_t seed) : random_(seed) {}

/// Numbers whose sum, quotient or product with `value` is a near thing.
std::uint32_t FloatVectors::near(std::uint32_t value) {
    switch (below(4)) {
    case 0: return value ^ 0x8000'0000;                                              // cancels
    case 1: return value + static_cast<std::uint32_t>(below(5) - 2);                 // the last place
    case 2: return value ^ 0x8000'0000 ^ static_cast<std::uint32_t>(1 << below(23)); // cancels in part
    default: return value - (static_cast<std::uint32_t>(below(48)) << 23);           // around a half of its last place
    }
}

std::uint32_t FloatVectors::operand() {
    constexpr std::uint32_t special[] = {
        0x0000'0000, 0x0000'0001, 0x0000'0002, 0x007F'FFFF, 0x0080'0000, 0x0080'0001, 0x00FF'FFFF, 0x0100'0000,
        0x3F80'0000, 0x3F7F'FFFF, 0x3F80'0001, 0x3F00'0000, 0x4000'0000, 0x3FC0'0000, 0x7F7F'FFFF, 0x7F00'0000,
        0x7F80'0000, 0x7F80'0001, 0x7FA0'0000, 0x7FC0'0000, 0x7FFF'FFFF, 0x4EFF'FFFF, 0x4F00'0000, 0x4F7F'FFFF,
        0x4F80'0000, 0x4B00'0001, 0x4AFF'FFFF, 0x3EFF'FFFF, 0x4020'0000, 0x1A00'0000, 0x2000'0000, 0x5F00'0000};
    const auto bits = static_cast<std::uint32_t>(random_());
    const auto sign = bits & 0x8000'0000;
    std::uint32_t value = 0;
    switch (below(8)) {
    case 0:
    case 1: value = special[bits % std::size(special)] | sign; break;
    case 2: value = bits & 0x807F'FFFF; break;                                             // subnormal
    case 3: value = sign | (bits % (1u << (1 + below(23)))); break;                        // with leading zeros
    case 4: value = (bits & 0x807F'FFFF) | static_cast<std::uint32_t>(1 + below(25)) << 23; break;  // nearly so
    case 5: value = (bits & 0x807F'FFFF) | static_cast<std::uint32_t>(125 + below(36)) << 23; break; // about integers
    case 6: value = near(previous_); break;
    default: value = bits;
    }
    return previous_ = value;
}

Block FloatVectors::next() {
    Block block;
    for (auto& f : block.start.f) f = operand();
    for (auto& x : block.start.x) x = operand();
    block.start.fcsr = static_cast<std::uint32_t>(below(modes)) << 5;
    const auto append = [&](Op op, const Operands& operands) {
        const auto word = isa::encode(op, operands);
        if (!word) throw std::logic_error("test bug: operands do not fit " + std::string(isa::row(op).mnemonic));
        block.words.push_back(*word);
    };
    append(Op::csrrwi, {.rd = 0, .imm = 0, .csr = fflags});
    for (std::int32_t i = 0; i < operations_a_block; ++i) {
        const auto op = operations[static_cast<std::size_t>(below(std::size(operations)))];
        const auto* destination = isa::row(op).find(&Operands::rd);
        const bool to_integer = isa::field(destination->id).kind == isa::Kind::x;
        const bool from_integer = op == Op::fcvt_s_w || op == Op::fcvt_s_wu;
        append(op, {.rd = i + (to_integer ? first_result : first_float_result),
                    .rs1 = from_integer ? first_source + below(6) : below(first_float_result),
                    .rs2 = below(first_float_result),
                    .rs3 = below(first_float_result),
                    .rm = below(modes)});
        append(Op::csrrwi, {.rd = first_flags + i, .imm = 0, .csr = fflags});
        ++counts_[std::string(isa::row(op).mnemonic)];
    }
    return block;
}

} // namespace p4jit::test
