// Small programs for this part's tests: instructions by name, run on a fresh
// machine from the start of L2MEM.
#pragma once

#include "p4jit/isa/encode.hpp"
#include "p4jit/machine/machine.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace p4jit::machine::test {

using isa::Op;
using isa::Operands;

constexpr std::uint32_t code_base = 0x4FF0'0000;

/// ABI numbers of the registers that tests use.
constexpr std::int32_t zero = 0, ra = 1, sp = 2, t0 = 5, t1 = 6, t2 = 7, a0 = 10, a1 = 11, a2 = 12, a3 = 13, a4 = 14;

class Program {
public:
    explicit Program(std::uint32_t base = code_base) : base_(base) {}

    Program& operator()(Op op, const Operands& operands = {}) {
        const auto word = isa::encode(op, operands);
        REQUIRE_MESSAGE(word, "operands do not fit " << isa::row(op).mnemonic);
        for (unsigned i = 0; i < isa::row(op).length; ++i) bytes_.push_back(static_cast<std::uint8_t>(*word >> 8 * i));
        return *this;
    }
    Program& li(std::int32_t rd, std::uint32_t value) {
        (*this)(Op::lui, {.rd = rd, .imm = static_cast<std::int32_t>((value + 0x800) & ~0xFFFu)});
        return (*this)(Op::addi, {.rd = rd, .rs1 = rd, .imm = sign_extend(value, 12)});
    }
    /// Ends a test: waits for an interrupt that does not come.
    Program& end() { return (*this)(Op::wfi); }

    std::uint32_t here() const { return base_ + static_cast<std::uint32_t>(bytes_.size()); }
    std::uint32_t base() const { return base_; }
    const Bytes& bytes() const { return bytes_; }

private:
    std::uint32_t base_;
    Bytes bytes_;
};

/// A machine with one hart, about to run a program.
class Run {
public:
    explicit Run(const Program& program, MachineOptions options = {.harts = 1}) : machine(options) {
        REQUIRE(machine.memory().program(program.base(), program.bytes()));
        machine.reset(program.base());
    }
    /// Runs to the end() of the program.
    Run& to_end() {
        const auto outcome = machine.run(1'000'000);
        REQUIRE(outcome == Outcome::idle);
        return *this;
    }
    std::uint32_t x(std::int32_t number) { return machine.hart(0).x[static_cast<std::size_t>(number)]; }
    std::uint32_t word(std::uint32_t address) {
        std::uint32_t value = 0;
        REQUIRE(machine.memory().load(address, 4, value));
        return value;
    }

    Machine machine;
};

} // namespace p4jit::machine::test
