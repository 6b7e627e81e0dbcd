// The convention of riscv-tests: a store to `tohost` speaks to the host.
#include "emulated.hpp"

using namespace p4jit;
using namespace p4jit::test;

namespace {

const std::string variables = R"(
        .data
        .balign 8
        .globl tohost, fromhost
tohost: .dword 0
fromhost: .dword 0
        .text
)";

Ran run_program(const std::string& text) {
    const Workshop shop;
    return shop.emulate(shop.assembly(variables + text) + " --max-instructions 100000");
}

std::string tell(const std::string& value) {
    return "li t0, " + value + "\n la t1, tohost\n sw t0, (t1)\n sw zero, 4(t1)\n1: j 1b\n";
}

} // namespace

TEST_CASE("1 in tohost is success, 2n+1 is exit status n") {
    CHECK(run_program(tell("1")).status == 0);
    CHECK(run_program(tell("(5 << 1) | 1")).status == 5);
}

TEST_CASE("device 1 prints a character and answers in fromhost") {
    const auto ran = run_program(R"(
        la s0, tohost
        .irp letter, 'o', 'k'
        li t0, 0x01010000
        sw t0, 4(s0)
        li t0, \letter
        sw t0, 0(s0)
        lw t1, 0(s0)
        expect t1, 0
        lw t1, 12(s0)
        expect t1, 0x01010000
        .endr
        exit 3)");
    CHECK(ran.status == 3);
    CHECK(ran.out == "ok");
}

TEST_CASE("the address of a block is a system call: write, exit, or an error") {
    const auto ran = run_program(R"(
        .data
        .balign 8
write:  .dword 64, 1, text, 5
unknown: .dword 1234, 0, 0, 0
quit:   .dword 93, 9, 0, 0
text:   .ascii "hello"
        .text
        la s0, tohost
        .irp block, write, unknown, quit
        sw zero, 8(s0)
        la t0, \block
        sw t0, 0(s0)
        sw zero, 4(s0)
        lw t1, 8(s0)
        expect t1, 1
        .ifc \block, unknown
        expect_word unknown, -38
        .endif
        .endr)");
    CHECK(ran.status == 9);
    CHECK(ran.out == "hello");
}

TEST_CASE("a program that never speaks ends with its instructions") {
    const auto ran = run_program("1: j 1b");
    CHECK(ran.status == 1);
    CHECK(contains(ran.err, "stopped after 100000 instructions"));
}
