#include "p4jit/machine/devices.hpp"
#include "p4jit/machine/test_program.hpp"

using namespace p4jit;
using namespace p4jit::machine;
using namespace p4jit::machine::test;

namespace {

constexpr std::uint32_t psram = 0x4800'0000, flash = 0x4000'0000;

} // namespace

TEST_CASE("what the guest writes to UART0 reaches the console") {
    Program program;
    program.li(t0, 0x500C'A000)(Op::addi, {.rd = a0, .rs1 = zero, .imm = 'x'})(Op::sw, {.rs1 = t0, .rs2 = a0}).end();
    Run run(program);
    std::string text;
    run.machine.on_console([&](char c) { text += c; });
    run.to_end();
    CHECK(text == "x");
}

TEST_CASE("the link moves bytes into guest memory and out of it") {
    Program program;
    program.li(t0, 0x500F'0000).li(t1, psram).li(t2, 100);
    program(Op::lw, {.rd = a0, .rs1 = t0});                                                      // available
    program(Op::sw, {.rs1 = t0, .rs2 = t1, .imm = 4})(Op::sw, {.rs1 = t0, .rs2 = t2, .imm = 8}); // receive
    program(Op::lw, {.rd = a1, .rs1 = t0, .imm = 8});
    program(Op::sw, {.rs1 = t0, .rs2 = t1, .imm = 0x14})(Op::sw, {.rs1 = t0, .rs2 = a1, .imm = 0x18}); // send
    program(Op::lw, {.rd = a2, .rs1 = t0, .imm = 0x18}).end();
    Run run(program);
    run.machine.link().host_sends(as_bytes("hello"));
    CHECK(run.machine.hart(0).mip == 1u << machine_external);
    run.to_end();
    CHECK(run.x(a0) == 5);
    CHECK(run.x(a1) == 5);
    CHECK(run.x(a2) == 5);
    CHECK(run.machine.hart(0).mip == 0);
    Bytes answer(100);
    CHECK(run.machine.link().host_receives(MutableBytes(answer).first(3)) == 3);
    CHECK(run.machine.link().host_receives(MutableBytes(answer).subspan(3)) == 2);
    CHECK(as_text(ByteView(answer).first(5)) == "hello");
}

TEST_CASE("the link does not touch memory that is not there, and writes to none that is read-only") {
    for (const std::uint32_t at : {0x1000u, flash, 0x500C'A000u}) {
        CAPTURE(at);
        Program program;
        program.li(t0, 0x500F'0000).li(t1, at).li(t2, 100);
        program(Op::sw, {.rs1 = t0, .rs2 = t1, .imm = 4})(Op::sw, {.rs1 = t0, .rs2 = t2, .imm = 8});
        program(Op::lw, {.rd = a1, .rs1 = t0, .imm = 8});
        program(Op::sw, {.rs1 = t0, .rs2 = t1, .imm = 0x14})(Op::sw, {.rs1 = t0, .rs2 = t2, .imm = 0x18});
        program(Op::lw, {.rd = a2, .rs1 = t0, .imm = 0x18}).end();
        Run run(program);
        run.machine.link().host_sends(as_bytes("hello"));
        run.to_end();
        CHECK(run.x(a1) == 0);
        CHECK((at == flash || run.x(a2) == 0));
        CHECK_FALSE(run.machine.link().empty()); // the bytes are still there
    }
}
