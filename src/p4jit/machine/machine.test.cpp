#include "p4jit/machine/machine.hpp"
#include "p4jit/machine/test_program.hpp"

using namespace p4jit;
using namespace p4jit::machine;
using namespace p4jit::machine::test;

namespace {

constexpr std::uint32_t psram = 0x4800'0000, psram_uncached = 0x8800'0000, flash = 0x4000'0000;
constexpr std::int32_t csr_mtvec = 0x305, csr_mepc = 0x341, csr_mcause = 0x342, csr_mtval = 0x343, csr_mie = 0x304,
                       csr_minstret = 0xB02, csr_mhartid = 0xF14, csr_mstatus = 0x300;

/// A handler at code_base that notes mcause, mepc and mtval in a0 to a2 and
/// ends; the program goes on behind it with mtvec set.
Program with_trap_handler() {
    Program program;
    constexpr std::int32_t handler_size = 4 * 4;
    program(Op::jal, {.rd = zero, .imm = 4 + handler_size});
    program(Op::csrrs, {.rd = a0, .rs1 = zero, .csr = csr_mcause});
    program(Op::csrrs, {.rd = a1, .rs1 = zero, .csr = csr_mepc});
    program(Op::csrrs, {.rd = a2, .rs1 = zero, .csr = csr_mtval});
    program.end();
    program.li(t0, code_base + 4)(Op::csrrw, {.rd = zero, .rs1 = t0, .csr = csr_mtvec});
    return program;
}

struct Expected {
    Cause cause;
    std::uint32_t pc, tval;
};

void check_trap(const Program& program, const Expected& expected) {
    Run run(program);
    run.to_end();
    CHECK(run.x(a0) == static_cast<std::uint32_t>(expected.cause));
    CHECK(run.x(a1) == expected.pc);
    CHECK(run.x(a2) == expected.tval);
}

} // namespace

TEST_CASE("a write to x0 is lost") {
    Program program;
    program(Op::addi, {.rd = zero, .rs1 = zero, .imm = 5})(Op::add, {.rd = a0, .rs1 = zero, .rs2 = zero}).end();
    CHECK(Run(program).to_end().x(a0) == 0);
}

TEST_CASE("misaligned loads and stores work, across pages too") {
    for (const std::uint32_t at : {psram + 1, psram + page_size - 1, psram + page_size - 3, psram + 2}) {
        Program program;
        program.li(t0, at).li(t1, 0x1234'5678);
        program(Op::sw, {.rs1 = t0, .rs2 = t1})(Op::lw, {.rd = a0, .rs1 = t0})(Op::lhu, {.rd = a1, .rs1 = t0, .imm = 1})
            .end();
        Run run(program);
        run.to_end();
        CHECK(run.x(a0) == 0x1234'5678);
        CHECK(run.x(a1) == 0x3456);
    }
}

TEST_CASE("a store that leaves its memory writes nothing") {
    auto program = with_trap_handler();
    const std::uint32_t last = psram + 0x0200'0000 - 2;
    program.li(t0, last).li(t1, ~0u);
    const auto pc = program.here();
    program(Op::sw, {.rs1 = t0, .rs2 = t1});
    Run run(program);
    run.to_end();
    CHECK(run.x(a0) == static_cast<std::uint32_t>(Cause::store_access));
    CHECK(run.x(a1) == pc);
    CHECK(run.x(a2) == last);
    std::uint32_t value = 1;
    CHECK(run.machine.memory().load(last, 2, value));
    CHECK(value == 0);
}

TEST_CASE("accesses outside memory are precise access faults") {
    for (const std::uint32_t nowhere : {0u, 4u, 0x4400'0000u, 0x4FFC'0000u, 0xFFFF'FFFCu}) {
        auto load = with_trap_handler();
        load.li(t0, nowhere);
        const auto load_pc = load.here();
        load(Op::lw, {.rd = a3, .rs1 = t0});
        check_trap(load, {Cause::load_access, load_pc, nowhere});

        auto jump = with_trap_handler();
        jump.li(t0, nowhere)(Op::jalr, {.rd = ra, .rs1 = t0});
        check_trap(jump, {Cause::instruction_access, nowhere, nowhere});
    }
    auto store = with_trap_handler();
    store.li(t0, flash);
    const auto pc = store.here();
    store(Op::sw, {.rs1 = t0, .rs2 = t0});
    check_trap(store, {Cause::store_access, pc, flash});
}

TEST_CASE("an unknown peripheral register is an access fault, and so is a byte of a known one") {
    for (const std::uint32_t address : {0x500E'0000u, 0x500E'5011u}) {
        auto program = with_trap_handler();
        program.li(t0, address);
        const auto pc = program.here();
        program(Op::lbu, {.rd = a3, .rs1 = t0});
        check_trap(program, {Cause::load_access, pc, address});
    }
}

TEST_CASE("illegal instructions tell their word") {
    auto program = with_trap_handler();
    const auto pc = program.here();
    Run run(program);
    REQUIRE(run.machine.memory().program(pc, as_bytes("\xFF\xFF\xFF\xFF")));
    run.to_end();
    CHECK(run.x(a0) == static_cast<std::uint32_t>(Cause::illegal_instruction));
    CHECK(run.x(a2) == 0xFFFF'FFFF);
}

TEST_CASE("floating point is illegal until mstatus.FS is on, and then dirty when used") {
    auto off = with_trap_handler();
    const auto pc = off.here();
    off(Op::fadd_s, {.rd = 0, .rs1 = 1, .rs2 = 2});
    check_trap(off, {Cause::illegal_instruction, pc, *isa::encode(Op::fadd_s, {.rd = 0, .rs1 = 1, .rs2 = 2})});

    Program on;
    on.li(t0, 0x2000)(Op::csrrs, {.rd = zero, .rs1 = t0, .csr = csr_mstatus});
    on(Op::csrrs, {.rd = a0, .rs1 = zero, .csr = csr_mstatus})(Op::fmv_w_x, {.rd = 0, .rs1 = t0});
    on(Op::csrrs, {.rd = a1, .rs1 = zero, .csr = csr_mstatus}).end();
    Run run(on);
    run.to_end();
    CHECK((run.x(a0) >> 13 & 3) == 1);
    CHECK((run.x(a1) >> 13 & 3) == 3);
    CHECK((run.x(a1) & mstatus::sd) != 0);
}

TEST_CASE("a reserved rounding mode in frm makes dynamic arithmetic illegal, not static") {
    auto program = with_trap_handler();
    program.li(t0, 0x2000)(Op::csrrs, {.rd = zero, .rs1 = t0, .csr = csr_mstatus});
    program(Op::csrrwi, {.rd = zero, .rs1 = 5, .csr = 2});
    program(Op::fadd_s, {.rd = 0, .rs1 = 1, .rs2 = 2, .rm = 1});
    const auto pc = program.here();
    program(Op::fadd_s, {.rd = 0, .rs1 = 1, .rs2 = 2});
    check_trap(program, {Cause::illegal_instruction, pc, *isa::encode(Op::fadd_s, {.rd = 0, .rs1 = 1, .rs2 = 2})});
}

TEST_CASE("a trap without a handler locks the machine up and tells the trap") {
    Program program;
    program.li(t0, 4)(Op::lw, {.rd = a0, .rs1 = t0});
    Run run(program);
    CHECK(run.machine.run(100) == Outcome::lockup);
    CHECK(run.machine.lockup_hart().trap.cause == Cause::load_access);
    CHECK(run.machine.lockup_hart().pc == code_base + 8);
}

TEST_CASE("mret goes back and restores the interrupt enable") {
    Program program;
    program.li(t0, 0x80)(Op::csrrw, {.rd = zero, .rs1 = t0, .csr = csr_mstatus}); // MPIE
    program.li(t0, program.here() + 20)(Op::csrrw, {.rd = zero, .rs1 = t0, .csr = csr_mepc})(Op::mret);
    program(Op::addi, {.rd = a1, .rs1 = zero, .imm = 1}); // skipped
    program(Op::csrrs, {.rd = a0, .rs1 = zero, .csr = csr_mstatus}).end();
    Run run(program);
    run.to_end();
    CHECK(run.x(a1) == 0);
    CHECK((run.x(a0) & 0x1888) == 0x1888); // MPP, MPIE, MIE
}

TEST_CASE("code that a program writes is run, with fence.i and without") {
    for (const bool fence : {true, false}) {
        for (const bool by_alias : {false, true}) {
            CAPTURE(fence);
            CAPTURE(by_alias);
            Program program;
            const auto replaced = static_cast<std::int32_t>(*isa::encode(Op::addi, {.rd = a0, .rs1 = a0, .imm = 7}));
            // Runs the instruction first, so that its old form is decoded.
            program.li(t2, 0);
            const auto loop = program.here();
            const std::uint32_t target = loop;
            program(Op::addi, {.rd = a0, .rs1 = zero, .imm = 1});
            const auto done = program.here();
            program(Op::bne, {.rs1 = t2, .rs2 = zero, .imm = 100});
            program(Op::addi, {.rd = t2, .rs1 = zero, .imm = 1});
            program.li(t0, target + (by_alias ? 0x4000'0000 : 0)).li(t1, static_cast<std::uint32_t>(replaced));
            program(Op::sw, {.rs1 = t0, .rs2 = t1});
            if (fence) program(Op::fence_i);
            program(Op::jal, {.rd = zero, .imm = static_cast<std::int32_t>(loop - program.here())});
            while (program.here() < done + 100) program(Op::addi, {});
            program.end();
            CHECK(Run(program).to_end().x(a0) == 1 + 7);
        }
    }
}

TEST_CASE("a store into its own block takes effect at once") {
    Program program;
    const auto replacement = *isa::encode(Op::addi, {.rd = a0, .rs1 = zero, .imm = 9});
    program.li(t1, replacement)(Op::auipc, {.rd = t0, .imm = 0});
    program(Op::sw, {.rs1 = t0, .rs2 = t1, .imm = 8});
    program(Op::addi, {.rd = a0, .rs1 = zero, .imm = 1}).end();
    Run run(program);
    run.to_end();
    CHECK(run.x(a0) == 9);
    CHECK(run.machine.retired() == 6); // the changed block is not counted twice
}

TEST_CASE("an instruction across a page border follows changes in either half") {
    const std::uint32_t at = psram + page_size - 2;
    const auto word = [](std::int32_t imm) { return *isa::encode(Op::addi, {.rd = a0, .rs1 = zero, .imm = imm}); };
    Machine machine({.harts = 1});
    const auto put = [&](std::uint32_t address, std::uint32_t value, unsigned size) {
        REQUIRE(machine.memory().store(address, size, value));
    };
    put(at, word(1), 4);
    put(at + 4, *isa::encode(Op::wfi, {}), 4);
    const auto result = [&] {
        machine.reset(at);
        REQUIRE(machine.run(100) == Outcome::idle);
        return machine.hart(0).x[10];
    };
    CHECK(result() == 1);
    put(at + 2, word(2) >> 16, 2); // the half in the next page holds the immediate
    CHECK(result() == 2);
    put(at, 0x0693, 2); // rd becomes a3
    CHECK(result() == 0);
    CHECK(machine.hart(0).x[13] == 2);
}

TEST_CASE("data beside code in one page may be written for ever without decoding again") {
    Program program;
    program.li(t0, code_base + 0x800).li(t1, 1000);
    const auto loop = program.here();
    program(Op::sw, {.rs1 = t0, .rs2 = t1})(Op::addi, {.rd = t1, .rs1 = t1, .imm = -1});
    program(Op::bne, {.rs1 = t1, .rs2 = zero, .imm = static_cast<std::int32_t>(loop - program.here())}).end();
    Run run(program);
    run.to_end();
    CHECK(run.word(code_base + 0x800) == 1);
    CHECK(run.machine.hart(0).code->resets() == 0);
}

TEST_CASE("any budget gives the same states and counts as one long run") {
    Program program;
    program.li(a0, 0).li(t1, 7);
    const auto loop = program.here();
    program(Op::addi, {.rd = a0, .rs1 = a0, .imm = 3})(Op::addi, {.rd = t1, .rs1 = t1, .imm = -1});
    program(Op::bne, {.rs1 = t1, .rs2 = zero, .imm = static_cast<std::int32_t>(loop - program.here())});
    program(Op::csrrs, {.rd = a1, .rs1 = zero, .csr = csr_minstret}).end();
    constexpr std::uint64_t total = 4 + 7 * 3 + 2;
    for (std::uint64_t budget = 1; budget <= total + 1; ++budget) {
        CAPTURE(budget);
        Run run(program);
        while (run.machine.run(budget) == Outcome::budget) {
            CHECK(run.machine.retired() % budget == 0);
            REQUIRE(run.machine.retired() <= total);
        }
        CHECK(run.machine.retired() == total);
        CHECK(run.x(a0) == 21);
        CHECK(run.x(a1) == total - 2);
    }
}

TEST_CASE("minstret can be set and stopped") {
    Program program;
    program(Op::csrrw, {.rd = zero, .rs1 = zero, .csr = csr_minstret});
    program(Op::csrrs, {.rd = a0, .rs1 = zero, .csr = csr_minstret});
    program(Op::addi, {})(Op::csrrs, {.rd = a1, .rs1 = zero, .csr = csr_minstret});
    program(Op::csrrwi, {.rd = zero, .rs1 = 4, .csr = 0x320})(Op::addi, {});
    program(Op::csrrs, {.rd = a2, .rs1 = zero, .csr = csr_minstret}).end();
    Run run(program);
    run.to_end();
    CHECK(run.x(a0) == 0);
    CHECK(run.x(a1) == 2);
    CHECK(run.x(a2) == 4);
}

TEST_CASE("an SC fails without its LR, at another address, after a trap, and when another hart ran") {
    const auto store_conditional = [](auto between) {
        Program program;
        program.li(t0, psram).li(t1, 5)(Op::lr_w, {.rd = a1, .rs1 = t0});
        between(program);
        program(Op::sc_w, {.rd = a0, .rs1 = t0, .rs2 = t1}).end();
        return program;
    };
    CHECK(Run(store_conditional([](Program&) {})).to_end().x(a0) == 0);
    CHECK(Run(store_conditional([](Program& p) { p(Op::addi, {.rd = t0, .rs1 = t0, .imm = 4}); })).to_end().x(a0) == 1);
    CHECK(Run(store_conditional([](Program& p) { p(Op::sc_w, {.rd = a2, .rs1 = t0, .rs2 = t1}); })).to_end().x(a0) ==
          1);
}

TEST_CASE("misaligned atomics are misaligned faults") {
    auto program = with_trap_handler();
    program.li(t0, psram + 2);
    const auto pc = program.here();
    program(Op::amoadd_w, {.rd = a3, .rs1 = t0, .rs2 = t0});
    check_trap(program, {Cause::store_misaligned, pc, psram + 2});
}

TEST_CASE("two harts add up under a lock of LR and SC") {
    // Each hart takes the lock 500 times and increments a counter with a plain
    // load and store.
    Program program;
    program.li(t0, psram).li(t1, 500);
    const auto acquire = program.here();
    program(Op::addi, {.rd = a1, .rs1 = zero, .imm = 1});
    const auto again = program.here();
    program(Op::lr_w, {.rd = a0, .rs1 = t0});
    program(Op::bne, {.rs1 = a0, .rs2 = zero, .imm = static_cast<std::int32_t>(again - program.here())});
    program(Op::sc_w, {.rd = a0, .rs1 = t0, .rs2 = a1});
    program(Op::bne, {.rs1 = a0, .rs2 = zero, .imm = static_cast<std::int32_t>(again - program.here())});
    program(Op::lw, {.rd = a2, .rs1 = t0, .imm = 4})(Op::addi, {.rd = a2, .rs1 = a2, .imm = 1});
    program(Op::sw, {.rs1 = t0, .rs2 = a2, .imm = 4})(Op::sw, {.rs1 = t0, .rs2 = zero});
    program(Op::addi, {.rd = t1, .rs1 = t1, .imm = -1});
    program(Op::bne, {.rs1 = t1, .rs2 = zero, .imm = static_cast<std::int32_t>(acquire - program.here())}).end();
    for (const std::uint64_t step : {1u, 3u, 7u, 1000u}) {
        CAPTURE(step);
        Run run(program, {.harts = 2});
        while (run.machine.run(step) == Outcome::budget) REQUIRE(run.machine.retired() < 1'000'000);
        CHECK(run.word(psram + 4) == 1000);
    }
}

TEST_CASE("a software interrupt wakes the other hart, whose clock has not stood still") {
    Program program;
    program(Op::csrrs, {.rd = a0, .rs1 = zero, .csr = csr_mhartid});
    const auto branch_at = program.here();
    program(Op::beq, {.rs1 = a0, .rs2 = zero, .imm = 4 * 5});
    program(Op::csrrwi, {.rd = zero, .rs1 = 8, .csr = csr_mie})(Op::wfi); // hart 1: MSIE
    program(Op::csrrs, {.rd = a1, .rs1 = zero, .csr = 0xC00})(Op::jal, {.rd = zero, .imm = 0});
    REQUIRE(program.here() == branch_at + 4 * 5);
    for (unsigned i = 0; i < 100; ++i) program(Op::addi, {.rd = a1, .rs1 = a1, .imm = 1});
    program.li(t0, 0x500E'5014)(Op::addi, {.rd = t1, .rs1 = zero, .imm = 1})(Op::sw, {.rs1 = t0, .rs2 = t1}).end();
    Run run(program, {.harts = 2});
    for (unsigned i = 0; i < 20; ++i) run.machine.run(1); // in turns: hart 1 comes to its wfi first
    REQUIRE(run.machine.hart(1).waiting);
    CHECK(run.machine.run(30'000) == Outcome::budget);
    CHECK(run.machine.hart(1).x[11] > 100);
    CHECK(run.machine.hart(0).waiting);
}

TEST_CASE("an enabled interrupt is taken at once, vectored if mtvec says so") {
    Program program;
    program.li(t0, code_base + 0x100 + 1)(Op::csrrw, {.rd = zero, .rs1 = t0, .csr = csr_mtvec});
    program(Op::csrrwi, {.rd = zero, .rs1 = 8, .csr = csr_mie})(Op::csrrwi, {.rd = zero, .rs1 = 8, .csr = csr_mstatus});
    program.li(t0, 0x500E'5010)(Op::addi, {.rd = t1, .rs1 = zero, .imm = 1})(Op::sw, {.rs1 = t0, .rs2 = t1});
    const auto next = program.here();
    program(Op::addi, {.rd = a0, .rs1 = zero, .imm = 1}); // not reached
    while (program.here() < code_base + 0x100 + 4 * 3) program(Op::addi, {});
    program(Op::csrrs, {.rd = a1, .rs1 = zero, .csr = csr_mcause})(Op::csrrs, {.rd = a2, .rs1 = zero, .csr = csr_mepc});
    program(Op::sw, {.rs1 = t0, .rs2 = zero}).end(); // lowers it again
    Run run(program);
    run.to_end();
    CHECK(run.x(a0) == 0);
    CHECK(run.x(a1) == 0x8000'0003);
    CHECK(run.x(a2) == next);
}

TEST_CASE("aliases show the same bytes") {
    Program program;
    program.li(t0, psram)
        .li(t1, psram_uncached)
        .li(a0, 77)(Op::sw, {.rs1 = t0, .rs2 = a0})(Op::lw, {.rd = a1, .rs1 = t1})
        .end();
    CHECK(Run(program).to_end().x(a1) == 77);
}
