// The options of `p4jit emulate`, and what it says of programs it cannot run.
#include "emulated.hpp"

#include <sstream>

using namespace p4jit;
using namespace p4jit::test;

TEST_CASE("--max-instructions stops after exactly so many") {
    const Workshop shop;
    const auto program = shop.assembly("1: j 1b");
    const auto ran = shop.emulate(program + " --max-instructions 12345 --statistics");
    CHECK(ran.status == 1);
    CHECK(ran.err == "p4jit emulate: stopped after 12345 instructions\n12345 instructions\n");
    // One less than it needs, and the program does not get to its end.
    const auto ends = shop.assembly("nop\n nop\n exit 4");
    const auto needed = shop.emulate(ends + " --statistics").err;
    const auto count = std::stoi(needed) + 1; // and the call that exits
    CHECK(shop.emulate(fmt::format("{} --max-instructions {}", ends, count)).status == 4);
    CHECK(shop.emulate(fmt::format("{} --max-instructions {}", ends, count - 1)).status == 1);
}

TEST_CASE("--trace prints each instruction once, and the registers it changed") {
    const Workshop shop;
    const auto program = shop.assembly("addi t2, zero, 7\n slli t2, t2, 4\n exit 0");
    const auto ran = shop.emulate(program + " --trace --statistics");
    CHECK(ran.status == 0);
    CHECK(contains(ran.err, "00700393 li"));
    CHECK(contains(ran.err, "t2 = 0x00000007"));
    CHECK(contains(ran.err, "t2 = 0x00000070"));
    std::size_t instructions = 0;
    std::istringstream lines(ran.err);
    for (std::string line; std::getline(lines, line);) instructions += line.starts_with("4ff0");
    // The ebreak of the call that exits is shown but does not retire.
    const auto at = ran.err.rfind('\n', ran.err.size() - 2);
    CHECK(instructions == std::stoul(ran.err.substr(at + 1)) + 1);
}

TEST_CASE("a program that traps without a handler is told where and why") {
    const Workshop shop;
    const auto ran = shop.emulate(shop.assembly(".type broken, @function\nbroken: lw t0, (zero)\n.size broken, 4"));
    CHECK(ran.status == 1);
    CHECK(contains(ran.err, " in broken"));
    CHECK(contains(ran.err, "the program has no trap handler"));
}

TEST_CASE("a program that waits for ever is ended") {
    const Workshop shop;
    const auto ran = shop.emulate(shop.assembly("1: wfi\n j 1b"));
    CHECK(ran.status == 1);
    CHECK(contains(ran.err, "waits for an interrupt that cannot come"));
}

TEST_CASE("--harts 2 starts both at the entry") {
    const Workshop shop;
    const auto program = shop.assembly(R"(
        .data
        .balign 4
count:  .word 0
        .text
        la t1, count
        li t2, 1
        amoadd.w t3, t2, (t1)
        csrr t0, mhartid
        bnez t0, wait
1:      lw t3, (t1)
        li t0, 100000
        addi s0, s0, 1
        beq s0, t0, 2f
        li t0, 2
        bne t3, t0, 1b
2:      expect t3, 2
        exit 0
wait:   wfi
        j wait)");
    CHECK(shop.emulate(program + " --harts 2").status == 0);
    CHECK(shop.emulate(program).status == 1);
    CHECK(shop.emulate(program + " --harts 3").status != 0);
}

TEST_CASE("Ctrl-C ends a program that would not") {
    const Workshop shop;
    const auto program = shop.assembly("la a1, 1f\n call WRITE0\n 2: j 2b\n .data\n 1: .asciz \"begun\"");
    const auto command =
        fmt::format("cd {} && timeout --foreground --signal=INT --kill-after=60 1 {} emulate {} >out 2>err; echo $?",
                    shop.path("."), P4JIT_COMMAND, program);
    CHECK(run(command) ==
          "124\n"); // timeout's own status; in the foreground it sends one signal, not a second to its group
    CHECK(read_text(shop.path("out")) == "begun");
    CHECK(read_text(shop.path("err")) == "interrupted\n");
}

TEST_CASE("files that are no program for the chip are refused with a sentence") {
    const Workshop shop;
    const auto complaint = [&](const std::string& name) {
        const auto ran = shop.emulate(name);
        CHECK(ran.status == 1);
        CHECK(ran.out.empty());
        CHECK(lines_in(ran.err) == 1);
        return ran.err;
    };
    CHECK(contains(complaint("missing.elf"), "missing.elf"));

    write_file(shop.path("text"), as_bytes("#!/bin/sh\n"));
    CHECK(contains(complaint("text"), "ELF"));

    write_file(shop.path("empty"), {});
    complaint("empty");

    write_file(shop.path("main.c"), as_bytes("int main(void) { return 0; }"));
    run(fmt::format("gcc {} -o {}", shop.path("main.c"), shop.path("host")));
    CHECK(contains(complaint("host"), "object, expected RISC-V 32-bit"));
    run(fmt::format("riscv64-unknown-elf-gcc -nostdlib -e main {} -o {}", shop.path("main.c"), shop.path("wide")));
    CHECK(contains(complaint("wide"), "RISC-V 64-bit object, expected RISC-V 32-bit"));

    run(fmt::format("{} -c {} -o {}", gcc, shop.path("main.c"), shop.path("object.o")));
    CHECK(contains(complaint("object.o"), "link it first"));

    const auto elsewhere = complaint(shop.assembly("nop", 0x1000'0000));
    CHECK(contains(elsewhere, "0x10000000"));
    CHECK(contains(elsewhere, "link it to flash"));

    shop.assembly("exit 0");
    auto bytes = read_file(shop.path("program"));
    bytes.resize(bytes.size() / 2);
    write_file(shop.path("cut"), bytes);
    complaint("cut");
}
