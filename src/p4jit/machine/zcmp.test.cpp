#include "p4jit/isa/disassemble.hpp"
#include "p4jit/machine/test_program.hpp"

using namespace p4jit;
using namespace p4jit::machine;
using namespace p4jit::machine::test;

namespace {

const MachineOptions with_zcmp{.revision = {3, 1, true}, .harts = 1};
constexpr std::uint32_t stack = 0x4FF8'0000;
constexpr std::int32_t s0 = 8, s1 = 9, s2 = 18;

} // namespace

TEST_CASE("cm.push and cm.pop keep registers, the highest one on top") {
    Program program;
    program.li(sp, stack).li(ra, 1).li(s0, 2).li(s1, 3);
    program(Op::cm_push, {.imm = 16, .reglist = 6});
    program.li(ra, 0).li(s0, 0).li(s1, 0)(Op::addi, {.rd = a0, .rs1 = sp});
    program(Op::cm_pop, {.imm = 16, .reglist = 6}).end();
    Run run(program, with_zcmp);
    run.to_end();
    CHECK(run.x(a0) == stack - 32);
    CHECK(run.word(stack - 4) == 3);
    CHECK(run.word(stack - 8) == 2);
    CHECK(run.word(stack - 12) == 1);
    CHECK(run.x(sp) == stack);
    CHECK(run.x(ra) == 1);
    CHECK(run.x(s0) == 2);
    CHECK(run.x(s1) == 3);
}

TEST_CASE("cm.popretz returns 0 to where ra was pushed") {
    Program program;
    program.li(sp, stack).li(a0, 7).li(ra, code_base + 0x40);
    program(Op::cm_push, {.reglist = 15})(Op::addi, {.rd = ra})(Op::cm_popretz, {.reglist = 15});
    while (program.here() < code_base + 0x40) program(Op::c_addi, {.rd = a1, .rs1 = a1, .imm = 1});
    program.end();
    Run run(program, with_zcmp);
    run.to_end();
    CHECK(run.x(a0) == 0);
    CHECK(run.x(a1) == 0);
    CHECK(run.x(sp) == stack);
}

TEST_CASE("a pop that faults changes no register") {
    Program program;
    program(Op::jal, {.imm = 8}).end();
    program.li(t0, code_base + 4)(Op::csrrw, {.rs1 = t0, .csr = 0x305});
    program.li(sp, 0x10).li(s0, 5)(Op::cm_pop, {.reglist = 5}).end();
    Run run(program, with_zcmp);
    run.to_end();
    CHECK(run.machine.hart(0).mcause == static_cast<std::uint32_t>(Cause::load_access));
    CHECK(run.x(sp) == 0x10);
    CHECK(run.x(s0) == 5);
}

TEST_CASE("cm.mvsa01 and cm.mva01s move two registers at once") {
    Program program;
    program.li(a0, 1).li(a1, 2)(Op::cm_mvsa01, {.rs1 = s2, .rs2 = s0});
    program(Op::cm_mva01s, {.rs1 = s0, .rs2 = s2}).end();
    Run run(program, with_zcmp);
    run.to_end();
    CHECK(run.x(a0) == 2);
    CHECK(run.x(a1) == 1);
}

TEST_CASE("Zcmp is there when asked for, and reads as assemblers write it") {
    const auto push = *isa::encode(Op::cm_push, {.imm = 16, .reglist = 7});
    const auto text = [](std::uint32_t word, isa::ExtensionSet chip) {
        return isa::disassemble(isa::Decoder(chip), word, 0);
    };
    CHECK(text(push, isa::chip_v3_zcmp) == "cm.push {ra,s0-s2},-32");
    CHECK(text(*isa::encode(Op::cm_popret, {.reglist = 4}), isa::chip_v3_zcmp) == "cm.popret {ra},16");
    CHECK(text(*isa::encode(Op::cm_pop, {.reglist = 5}), isa::chip_v3_zcmp) == "cm.pop {ra,s0},16");
    CHECK(text(push, isa::chip_v3).starts_with(".half"));
    CHECK(isa::parse_chip_revision("3.1_zcmp")->zcmp);
    CHECK_FALSE(isa::parse_chip_revision("3.1")->zcmp);
    CHECK_FALSE(isa::parse_chip_revision("1.3_zcmp"));
}
