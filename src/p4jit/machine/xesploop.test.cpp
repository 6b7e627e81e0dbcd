#include "p4jit/machine/test_program.hpp"

using namespace p4jit;
using namespace p4jit::machine;
using namespace p4jit::machine::test;

namespace {

constexpr std::int32_t csr_loop0_end = 0x7C7, csr_loop0_count = 0x7C8, csr_loop1_count = 0x7CB, csr_hwlp_state = 0x7F1,
                       csr_ext_ill = 0x7F0, csr_mtvec = 0x305, csr_mepc = 0x341, csr_mcause = 0x342,
                       csr_mstatus = 0x300, csr_mie = 0x304;

/// Adds 1 to a register.
Program& count(Program& program, std::int32_t rd) { return program(Op::addi, {.rd = rd, .rs1 = rd, .imm = 1}); }

/// A loop whose body is one four-byte instruction, with `turns` in t0.
std::uint32_t body_runs(std::uint32_t turns) {
    Program program;
    program.li(t0, turns)(Op::esp_lp_setup, {.rs1 = t0, .imm = 4, .loop = 0});
    count(program, a0).end();
    return Run(program).to_end().x(a0);
}

} // namespace

TEST_CASE("a loop's body runs as often as its count says, and once for 0") {
    CHECK(body_runs(0) == 1);
    CHECK(body_runs(1) == 1);
    CHECK(body_runs(2) == 2);
    CHECK(body_runs(1000) == 1000);
}

TEST_CASE("a loop costs no instructions but its body's") {
    Program program;
    program.li(t0, 1000)(Op::esp_lp_setup, {.rs1 = t0, .imm = 8});
    count(program, a0);
    count(program, a1).end();
    Run run(program);
    run.to_end();
    CHECK(run.machine.hart(0).retired() == 3 + 2000 + 1);
    CHECK(run.machine.hart(0).loops.loop[0].count == 0);
}

TEST_CASE("a loop may end at a compressed instruction") {
    Program program;
    program(Op::esp_lp_setupi, {.imm = 4 + 4, .count = 7});
    count(program, a0);
    program(Op::c_addi, {.rd = a1, .rs1 = a1, .imm = 2});
    program(Op::c_addi, {.rd = a2, .rs1 = a2, .imm = 1}).end();
    Run run(program);
    run.to_end();
    CHECK(run.x(a0) == 7);
    CHECK(run.x(a1) == 14);
    CHECK(run.x(a2) == 1);
}

TEST_CASE("loop 0 nests in loop 1") {
    Program program;
    program.li(t0, 5).li(t1, 3);
    program(Op::esp_lp_setup, {.rs1 = t1, .imm = 4 + 4 + 4 + 4, .loop = 1});
    count(program, a0);
    program(Op::esp_lp_setup, {.rs1 = t0, .imm = 4, .loop = 0});
    count(program, a1);
    count(program, a2).end();
    Run run(program);
    run.to_end();
    CHECK(run.x(a0) == 3);
    CHECK(run.x(a1) == 15);
    CHECK(run.x(a2) == 3);
}

TEST_CASE("two loops may end at one instruction: the inner one turns first") {
    Program program;
    program.li(t0, 5).li(t1, 3);
    program(Op::esp_lp_setup, {.rs1 = t1, .imm = 4 + 4, .loop = 1});
    program(Op::esp_lp_setup, {.rs1 = t0, .imm = 4, .loop = 0});
    count(program, a1).end();
    CHECK(Run(program).to_end().x(a1) == 15);
}

TEST_CASE("a branch out of a loop leaves its count, and a branch at its end decides") {
    // for (a0 = 0;; a0++) if (a0 == 3) break;
    Program out;
    out.li(t0, 10).li(t1, 3)(Op::esp_lp_setup, {.rs1 = t0, .imm = 8});
    count(out, a0);
    out(Op::beq, {.rs1 = a0, .rs2 = t1, .imm = 8}); // taken on the third turn, to behind the nop
    out(Op::addi).end();
    Run run(out);
    run.to_end();
    CHECK(run.x(a0) == 3);
    CHECK(run.machine.hart(0).loops.loop[0].count == 8);
}

TEST_CASE("a backward branch at the end is a jump like any other") {
    Program program;
    program.li(t0, 2).li(t1, 6)(Op::esp_lp_setup, {.rs1 = t0, .imm = 8});
    count(program, a0);
    program(Op::bne, {.rs1 = a0, .rs2 = t1, .imm = -4}).end(); // to 6, falls through; then 7, 8, … never 6 again
    Run run(program);
    CHECK(run.machine.run(100) == Outcome::budget);
    CHECK(run.machine.hart(0).loops.loop[0].count == 1);
}

TEST_CASE("a compressed branch or jump may end a loop, near and across pages") {
    constexpr std::int32_t s0 = 8;
    for (const bool far : {false, true})
        for (const auto& [op, operands] : {std::pair{Op::c_beqz, Operands{.rs1 = s0, .imm = 6}},
                                           {Op::c_bnez, {.rs1 = a0, .imm = 6}},
                                           {Op::c_j, {.imm = 6}}}) {
            CAPTURE(far);
            CAPTURE(isa::row(op).mnemonic);
            // The branch's target is in the next page.
            Program program(far ? code_base + page_size - 16 : code_base);
            program(Op::addi, {})(Op::esp_lp_setupi, {.imm = 4 + 4, .count = 7});
            count(program, a0);
            program(op, operands);
            count(program, a1); // jumped over
            program(Op::c_addi, {.rd = a2, .rs1 = a2, .imm = 1}).end();
            Run run(program);
            run.to_end();
            CHECK(run.x(a0) == 1);
            CHECK(run.x(a1) == 0);
            CHECK(run.x(a2) == 1);
        }
}

TEST_CASE("a compressed branch that is not taken turns the loop") {
    for (const std::uint32_t base : {code_base, code_base + page_size - 16}) {
        CAPTURE(base);
        Program program(base);
        program(Op::addi, {})(Op::esp_lp_setupi, {.imm = 4 + 4, .count = 7});
        count(program, a0);
        program(Op::c_beqz, {.rs1 = a0, .imm = 6});
        count(program, a1);
        program(Op::c_addi, {.rd = a2, .rs1 = a2, .imm = 1}).end();
        Run run(program);
        run.to_end();
        CHECK(run.x(a0) == 7);
        CHECK(run.x(a1) == 1);
    }
}

TEST_CASE("starti, endi and count set up a loop one register at a time") {
    Program program;
    program.li(t0, 4);
    program(Op::esp_lp_count, {.rs1 = t0, .loop = 1});
    program(Op::esp_lp_starti, {.imm = 8, .loop = 1});
    program(Op::esp_lp_endi, {.imm = 8, .loop = 1});
    count(program, a0);       // START
    count(program, a1).end(); // END
    Run run(program);
    run.to_end();
    CHECK(run.x(a0) == 4);
    CHECK(run.x(a1) == 4);

    Program counti;
    counti(Op::esp_lp_counti, {.loop = 0, .count = 4095})(Op::csrrs, {.rd = a0, .csr = csr_loop0_count}).end();
    CHECK(Run(counti).to_end().x(a0) == 4095);
}

TEST_CASE("the loop registers are CSRs, and writing them works like the instructions") {
    Program program;
    program.li(t0, 3).li(t1, code_base + 9 * 4);
    program(Op::csrrw, {.rs1 = t1, .csr = csr_loop0_end - 1});
    program(Op::csrrw, {.rs1 = t1, .csr = csr_loop0_end});
    program(Op::csrrw, {.rs1 = t0, .csr = csr_loop0_count});
    program(Op::csrrs, {.rd = a1, .csr = csr_loop0_end});
    program(Op::addi);
    REQUIRE(program.here() == code_base + 9 * 4);
    count(program, a0);
    program(Op::csrrs, {.rd = a2, .csr = csr_hwlp_state}).end();
    Run run(program);
    run.to_end();
    CHECK(run.x(a0) == 3);
    CHECK(run.x(a1) == code_base + 9 * 4);
    CHECK(run.x(a2) == 3);
}

TEST_CASE("loop state goes from initial to dirty, and while it is off loops are illegal") {
    Program initial;
    initial(Op::csrrs, {.rd = a0, .csr = csr_hwlp_state});
    initial(Op::esp_lp_counti, {.count = 1})(Op::csrrs, {.rd = a1, .csr = csr_hwlp_state}).end();
    Run run(initial);
    run.to_end();
    CHECK(run.x(a0) == 1);
    CHECK(run.x(a1) == 3);

    Program off;
    off(Op::jal, {.imm = 16});
    off(Op::csrrs, {.rd = a0, .csr = csr_mcause})(Op::csrrs, {.rd = a1, .csr = csr_ext_ill}).end();
    off.li(t0, code_base + 4)(Op::csrrw, {.rs1 = t0, .csr = csr_mtvec});
    off(Op::csrrw, {.csr = csr_hwlp_state})(Op::esp_lp_counti, {.count = 1}).end();
    Run illegal(off);
    illegal.to_end();
    CHECK(illegal.x(a0) == 2);
    CHECK(illegal.x(a1) == 2);
}

TEST_CASE("a trap at the end of the body comes before the turn, and the turn follows the return") {
    Program program;
    program(Op::jal, {.imm = 4 + 5 * 4});
    // The handler steps over the ecall by hand: mepc += 4 skips the turn as well.
    program(Op::csrrs, {.rd = t1, .csr = csr_mepc})(Op::addi, {.rd = t1, .rs1 = t1, .imm = -4});
    program(Op::csrrw, {.rs1 = t1, .csr = csr_mepc});
    count(program, a1)(Op::mret);
    program.li(t0, code_base + 4)(Op::csrrw, {.rs1 = t0, .csr = csr_mtvec});
    program.li(t2, 3)(Op::esp_lp_setup, {.rs1 = t2, .imm = 8});
    count(program, a0);
    program(Op::ecall).end();
    Run run(program);
    CHECK(run.machine.run(1000) == Outcome::budget); // for ever: the ecall never completes
    CHECK(run.x(a1) > 50);
    CHECK(run.machine.hart(0).loops.loop[0].count == 3);
}

TEST_CASE("interrupts inside a loop neither lose nor add a turn") {
    Program program;
    program(Op::jal, {.imm = 4 + 4 * 4});
    count(program, a1); // the handler: counts, and masks the interrupt until it is raised again
    program(Op::csrrwi, {.rs1 = 0, .csr = csr_mie})(Op::mret)(Op::addi);
    program.li(t0, code_base + 4)(Op::csrrw, {.rs1 = t0, .csr = csr_mtvec})(Op::csrrsi, {.rs1 = 8, .csr = csr_mstatus});
    program.li(t2, 1000)(Op::esp_lp_setup, {.rs1 = t2, .imm = 8});
    count(program, a0);
    count(program, a2);
    program(Op::jal, {.imm = 0});
    Run run(program);
    auto& hart = run.machine.hart(0);
    hart.mip = 1u << machine_external;
    for (unsigned i = 0; i < 3000; ++i) {
        hart.mie = 1u << machine_external;
        run.machine.run(4 + i % 4); // three of them in the handler
    }
    CHECK(run.x(a0) == 1000);
    CHECK(run.x(a2) == 1000);
    CHECK(run.x(a1) > 500);
}

TEST_CASE("a loop rewritten while it runs is the new code") {
    Program program;
    program.li(t0, 4).li(a3, code_base).li(a4, *isa::encode(Op::addi, {.rd = a1, .rs1 = a1, .imm = 1}));
    program(Op::esp_lp_setup, {.rs1 = t0, .imm = 8});
    const auto end_offset = static_cast<std::int32_t>(program.here() - code_base) + 4;
    program(Op::sw, {.rs1 = a3, .rs2 = a4, .imm = end_offset});
    count(program, a0).end(); // overwritten before it runs
    Run run(program);
    run.to_end();
    CHECK(run.x(a0) == 0);
    CHECK(run.x(a1) == 4);
}

TEST_CASE("a loop may span pages") {
    Program program(code_base + page_size - 16);
    program(Op::esp_lp_setupi, {.imm = 20, .count = 9});
    for (int i = 0; i < 4; ++i) count(program, a0);
    count(program, a1).end();
    Run run(program);
    run.to_end();
    CHECK(run.x(a0) == 36);
    CHECK(run.x(a1) == 9);
}

TEST_CASE("one instruction at a time gives the same as many") {
    Program program;
    program.li(t0, 5).li(t1, 3);
    program(Op::esp_lp_setup, {.rs1 = t1, .imm = 16, .loop = 1});
    count(program, a0);
    program(Op::esp_lp_setup, {.rs1 = t0, .imm = 4, .loop = 0});
    count(program, a1);
    program(Op::c_addi, {.rd = a2, .rs1 = a2, .imm = 1}).end();
    Run whole(program), steps(program);
    whole.to_end();
    while (steps.machine.run(1) == Outcome::budget) {
    }
    CHECK(whole.machine.hart(0).x == steps.machine.hart(0).x);
    CHECK(whole.machine.hart(0).retired() == steps.machine.hart(0).retired());
}
