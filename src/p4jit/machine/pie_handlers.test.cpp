// The unit as a whole: when it runs, what a block of it costs, what faults.
#include "p4jit/machine/test_pie.hpp"
#include "p4jit/machine/test_program.hpp"

using namespace p4jit;
using namespace p4jit::machine;
using namespace p4jit::machine::test;

namespace {

constexpr std::int32_t csr_ext_ill = 0x7F0, csr_pie_state = 0x7F2;

} // namespace

TEST_CASE("a vector instruction while PIE_STATE is off is illegal, and EXT_ILL says so") {
    PieChip chip;
    chip.pie.state = UnitState::off;
    chip.fill<std::uint8_t>(1, 1);
    chip("esp.vadd.u8 q0, q1, q1");
    CHECK(chip.trap == Cause::illegal_instruction);
    CHECK(chip.hart.trap.tval == isa::assemble("esp.vadd.u8 q0, q1, q1", isa::chip_v1));
    CHECK(chip.hart.ext_ill_reason == 4);
    CHECK(chip.q<std::uint8_t>(0)[0] == 0);
    CHECK(chip.pie.state == UnitState::off);
}

TEST_CASE("the first vector instruction makes PIE_STATE dirty") {
    for (const auto state : {UnitState::initial, UnitState::clean}) {
        PieChip chip;
        chip.pie.state = state;
        chip("esp.zero.q q0");
        CHECK(!chip.trap);
        CHECK(chip.pie.state == UnitState::dirty);
    }
}

TEST_CASE("PIE_STATE and EXT_ILL are read and written as CSRs") {
    Program program;
    program(Op::csrrwi, {.rd = a0, .rs1 = 1, .csr = csr_pie_state});
    program(Op::csrrs, {.rd = a1, .rs1 = zero, .csr = csr_pie_state});
    program(Op::esp_zero_xacc);
    program(Op::csrrwi, {.rd = a2, .rs1 = 0, .csr = csr_pie_state});
    program(Op::csrrwi, {.rd = a3, .rs1 = 5, .csr = csr_ext_ill});
    program(Op::csrrs, {.rd = a4, .rs1 = zero, .csr = csr_ext_ill});
    program.end();
    Run run(program);
    run.to_end();
    CHECK(run.x(a0) == 0); // off after reset
    CHECK(run.x(a1) == 1);
    CHECK(run.x(a2) == 3);
    CHECK(run.x(a3) == 0);
    CHECK(run.x(a4) == 5);
}

TEST_CASE("EXT_ILL names the FPU, but before revision 3.0 not for its loads and stores") {
    const auto reason = [](Op op, isa::ChipRevision revision) {
        Program program;
        program(op, {.rs1 = sp});
        MachineOptions options{.revision = revision, .harts = 1};
        Run run(program, options);
        run.machine.run(1);
        return run.machine.hart(0).ext_ill_reason;
    };
    CHECK(reason(Op::fadd_s, {1, 3}) == 1);
    CHECK(reason(Op::flw, {1, 3}) == 0);
    CHECK(reason(Op::fsw, {1, 3}) == 0);
    CHECK(reason(Op::fadd_s, {3, 1}) == 1);
    CHECK(reason(Op::flw, {3, 1}) == 1);
    CHECK(reason(Op::fsw, {3, 1}) == 1);
}

TEST_CASE("a block of vector instructions is one block: any budget ends where it should") {
    Program program;
    program(Op::csrrwi, {.rd = zero, .rs1 = 1, .csr = csr_pie_state});
    for (const auto op : {Op::esp_vadd_s8, Op::esp_vadd_s16, Op::esp_vadd_s32, Op::esp_vmul_s8, Op::esp_vmul_s16,
                          Op::esp_andq, Op::esp_zero_xacc, Op::esp_zero_qacc})
        program(op).operator()(Op::addi, {.rd = t0, .rs1 = t0, .imm = 1});
    program.end();
    for (std::uint64_t budget = 1; budget < 18; ++budget) {
        Run run(program);
        CHECK(run.machine.run(budget) == Outcome::budget);
        CHECK(run.machine.hart(0).pc == code_base + 4 * budget);
        CHECK(run.machine.retired() == budget);
        CHECK(run.x(t0) == (budget - 1) / 2);
        CHECK(run.machine.hart(0).code->find(code_base + 4)->count == 17);
    }
}

TEST_CASE("a load or store that faults changes nothing") {
    PieChip chip;
    chip.pie.cfg = pie_cfg::vxsat_en | 7u << pie_cfg::vxrm_shift;
    chip.fill<std::int8_t>(1, 127);
    chip.fill<std::int8_t>(2, 3);
    chip.hart.x[x8] = 0x1000;
    const auto before = chip.pie;
    for (const auto* text : {"esp.vadd.s8.ld.incp q0, x8, q3, q1, q1", "esp.vadd.s8.st.incp q0, x8, q3, q1, q1",
                             "esp.vmulas.s8.xacc.ld.ip q1, x8, 16, q1, q2", "esp.fft.vst.r32.decp q2, x8, 1",
                             "esp.fft.r2bf.s16.st.incp q3, q1, q1, x8, 1", "esp.ld.128.usar.ip q0, x8, 16"}) {
        chip(text);
        CHECK_MESSAGE(chip.trap, text);
        const auto store = std::string_view(text).find(".st") != std::string_view::npos ||
                           std::string_view(text).find("vst") != std::string_view::npos;
        CHECK(chip.trap == (store ? Cause::store_access : Cause::load_access));
        CHECK(chip.hart.x[x8] == 0x1000);
        CHECK(chip.pie.q == before.q);
        CHECK(chip.pie.xacc == before.xacc);
        CHECK(chip.pie.cfg == before.cfg);
        CHECK(chip.pie.sar_byte == before.sar_byte);
    }
}

TEST_CASE("a vector store over code is seen by the next instruction") {
    Program program;
    program(Op::csrrwi, {.rd = zero, .rs1 = 1, .csr = csr_pie_state});
    program.li(8, code_base + 0x20);
    program(Op::esp_vld_128_ip, {.rs1 = 8, .imm = 16, .qu = 0}); // the four at 0x20
    program(Op::esp_vst_128_ip, {.rs1 = 8, .imm = 0, .qu = 0});  // over the four at 0x30
    while (program.here() < code_base + 0x20) program(Op::addi);
    for (int i = 0; i < 4; ++i) program(Op::addi, {.rd = a0, .rs1 = a0, .imm = 1});
    for (int i = 0; i < 4; ++i) program(Op::addi, {.rd = a1, .rs1 = a1, .imm = 1});
    program.end();
    Run run(program);
    run.to_end();
    CHECK(run.x(a0) == 8);
    CHECK(run.x(a1) == 0);
}
