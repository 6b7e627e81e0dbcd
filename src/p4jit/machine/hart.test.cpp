#include "p4jit/machine/hart.hpp"
#include "p4jit/machine/test_program.hpp"

using namespace p4jit;
using namespace p4jit::machine;
using namespace p4jit::machine::test;

namespace {

constexpr std::uint32_t psram = 0x4800'0000;
constexpr std::int32_t csr_mtvec = 0x305, csr_mhartid = 0xF14, csr_mcycle = 0xB00, csr_minstret = 0xB02;

/// Words of zeros are illegal instructions.
Program to_a_handler_of_zeros() {
    Program program;
    program.li(t0, psram)(Op::csrrw, {.rd = zero, .rs1 = t0, .csr = csr_mtvec});
    return program;
}

} // namespace

TEST_CASE("a handler whose first instruction traps, too, does not keep a run from ending") {
    auto program = to_a_handler_of_zeros();
    program(Op::ebreak);
    Run run(program);
    CHECK(run.machine.run(1000) == Outcome::budget);
    CHECK(run.machine.hart(0).pc == psram);
    CHECK(run.machine.hart(0).mcause == static_cast<std::uint32_t>(Cause::illegal_instruction));
    CHECK(run.machine.run(1) == Outcome::budget);
}

TEST_CASE("a hart in a loop of traps does not keep the other from running") {
    auto program = to_a_handler_of_zeros();
    program(Op::csrrs, {.rd = a0, .rs1 = zero, .csr = csr_mhartid});
    program(Op::beq, {.rs1 = a0, .rs2 = zero, .imm = 8})(Op::ebreak); // hart 1 traps
    program.li(a1, 30'000);
    program(Op::addi, {.rd = a1, .rs1 = a1, .imm = -1})(Op::bne, {.rs1 = a1, .rs2 = zero, .imm = -4});
    program(Op::addi, {.rd = a2, .rs1 = zero, .imm = 7}).end();
    Run run(program, {.harts = 2});
    CHECK(run.machine.run(200'000) == Outcome::budget);
    CHECK(run.machine.hart(0).waiting);
    CHECK(run.x(a2) == 7);
    CHECK(run.machine.hart(1).pc == psram);
}

TEST_CASE("a trap takes a cycle and retires nothing") {
    constexpr std::int32_t csr_mepc = 0x341;
    Program program;
    program(Op::jal, {.rd = zero, .imm = 5 * 4});
    const auto handler = program.here();
    program(Op::csrrs, {.rd = t1, .rs1 = zero, .csr = csr_mepc})(Op::addi, {.rd = t1, .rs1 = t1, .imm = 4});
    program(Op::csrrw, {.rd = zero, .rs1 = t1, .csr = csr_mepc})(Op::mret);
    program.li(t0, handler)(Op::csrrw, {.rd = zero, .rs1 = t0, .csr = csr_mtvec});
    program(Op::csrrw, {.rd = zero, .rs1 = zero, .csr = csr_mcycle});
    program(Op::csrrw, {.rd = zero, .rs1 = zero, .csr = csr_minstret});
    program(Op::ecall);
    program(Op::csrrs, {.rd = a0, .rs1 = zero, .csr = csr_minstret});
    program(Op::csrrs, {.rd = a1, .rs1 = zero, .csr = csr_mcycle}).end();
    Run run(program);
    run.to_end();
    CHECK(run.x(a0) == 4);         // the handler's
    CHECK(run.x(a1) == 4 + 1 + 2); // one csrrw before, one csrrs behind
}

TEST_CASE("the system timer counts on after an hour and after years") {
    constexpr std::int32_t csr_time = 0xC01, csr_timeh = 0xC81;
    Program program;
    program(Op::csrrs, {.rd = a0, .rs1 = zero, .csr = csr_time});
    program(Op::csrrs, {.rd = a1, .rs1 = zero, .csr = csr_timeh}).end();
    for (const std::uint64_t seconds : {3600u, 100'000'000u}) {
        Run run(program);
        auto& hart = run.machine.hart(0);
        hart.unretired = seconds * hart.cpu_hz;
        run.to_end();
        CHECK((std::uint64_t{run.x(a1)} << 32 | run.x(a0)) == seconds * 16'000'000);
    }
}
