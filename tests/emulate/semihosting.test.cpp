// Each operation of the semihosting specification, from assembly.
#include "emulated.hpp"

using namespace p4jit;
using namespace p4jit::test;

namespace {

/// Runs an assembly program that checks itself.
Ran run_program(const std::string& text, const std::string& input = "") {
    const Workshop shop;
    const auto ran = shop.emulate(shop.assembly(text), input);
    INFO(ran.err);
    return ran;
}

} // namespace

TEST_CASE("SYS_WRITE0 writes a string, SYS_WRITEC a character") {
    const auto ran = run_program(R"(
        .data
text:   .asciz "several characters"
one:    .byte '!', '?'
        .text
        la a1, text
        call WRITE0
        la a1, one
        call WRITEC
        exit 0)");
    CHECK(ran.status == 0);
    CHECK(ran.out == "several characters!");
}

TEST_CASE("SYS_EXIT tells success from failure, SYS_EXIT_EXTENDED carries a status") {
    CHECK(run_program("li a1, APPLICATION_EXIT\n call EXIT").status == 0);
    CHECK(run_program("li a1, 0x20023\n call EXIT").status == 1); // ADP_Stopped_RunTimeErrorUnknown
    CHECK(run_program("exit 0").status == 0);
    CHECK(run_program("exit 77").status == 77);
    CHECK(run_program("exit 255").status == 255);
    CHECK(run_program("call_with EXIT_EXTENDED, 0x20023, 5").status == 1);
}

TEST_CASE("the console is the three handles of :tt") {
    const auto ran = run_program(R"(
        .data
tt:     .ascii ":tt"
buffer: .space 8
        .text
        call_with OPEN, tt, 0, 3        // read: stdin
        expect a0, 1
        call_with OPEN, tt, 4, 3        // write: stdout
        expect a0, 2
        call_with OPEN, tt, 8, 3        // append: stderr
        expect a0, 3
        call_with READ, 1, buffer, 8    // five of eight come
        expect a0, 3
        expect_word buffer, 0x6c6c6568
        call_with READ, 1, buffer, 8    // the end
        expect a0, 8
        call_with WRITE, 2, buffer, 5
        expect a0, 0
        call_with WRITE, 3, buffer, 1
        expect a0, 0
        call_with WRITE, 1, buffer, 2   // stdin cannot be written
        expect a0, 2
        exit 0)",
                                 "hello");
    CHECK(ran.status == 0);
    CHECK(ran.out == "hello");
    CHECK(ran.err == "h");
}

TEST_CASE("SYS_READC takes one character, and -1 at the end") {
    const auto ran = run_program("call READC\n expect a0, 'x'\n call READC\n expect a0, -1\n exit 0", "x");
    CHECK(ran.status == 0);
}

TEST_CASE("a file is opened, written, measured, sought in, read, closed, renamed and removed") {
    const auto ran = run_program(R"(
        .data
name:   .ascii "file"
other:  .ascii "other"
data:   .ascii "0123456789"
        .balign 4
buffer: .space 4
        .text
        call_with OPEN, name, 0, 4      // not there
        expect a0, -1
        call ERRNO
        expect a0, 2                    // ENOENT
        call_with OPEN, name, 6, 4      // w+
        expect a0, 1
        call_with ISTTY, 1
        expect a0, 0
        call_with WRITE, 1, data, 10
        expect a0, 0
        call_with FLEN, 1
        expect a0, 10
        call_with SEEK, 1, 3
        expect a0, 0
        call_with READ, 1, buffer, 4
        expect a0, 0
        expect_word buffer, 0x36353433
        call_with FLEN, 1               // does not move
        expect a0, 10
        call_with READ, 1, buffer, 4    // three are left
        expect a0, 1
        expect_word buffer, 0x36393837
        call_with READ, 1, buffer, 4
        expect a0, 4
        call_with CLOSE, 1
        expect a0, 0
        call_with CLOSE, 1              // once is enough
        expect a0, -1
        call ERRNO
        expect a0, 9                    // EBADF
        call_with RENAME, name, 4, other, 5
        expect a0, 0
        call_with OPEN, name, 0, 4
        expect a0, -1
        call_with REMOVE, other, 5
        expect a0, 0
        call_with REMOVE, other, 5
        expect a0, -1
        exit 0)");
    CHECK(ran.status == 0);
}

TEST_CASE("handles that were never given out and modes that do not exist are errors") {
    const auto ran = run_program(R"(
        .data
name:   .ascii "file"
buffer: .space 4
        .text
        call_with READ, 9, buffer, 4
        expect a0, -1
        call_with WRITE, 0, buffer, 4
        expect a0, -1
        call_with FLEN, -1
        expect a0, -1
        call_with OPEN, name, 12, 4
        expect a0, -1
        call ERRNO
        expect a0, 22                   // EINVAL
        call_with ISERROR, -1
        expect a0, 1
        call_with ISERROR, 0
        expect a0, 0
        exit 0)");
    CHECK(ran.status == 0);
}

TEST_CASE("the guest cannot run shell commands, and unknown operations are errors") {
    const auto ran = run_program(R"(
        .data
text:   .ascii "touch made"
        .text
        call_with SYSTEM, text, 10
        expect a0, -1
        call_with TMPNAM, text, 1, 10
        expect a0, -1
        call_with 0x77, 0
        expect a0, -1
        exit 0)");
    CHECK(ran.status == 0);
}

TEST_CASE("buffers that are not in memory transfer nothing") {
    const auto ran = run_program(R"(
        .data
tt:     .ascii ":tt"
        .text
        call_with OPEN, tt, 0, 3
        call_with OPEN, tt, 4, 3
        call_with READ, 1, 0xF0000000, 16
        expect a0, 16
        call_with WRITE, 2, 0x4FFBFFF8, 16  // ends beyond L2MEM
        expect a0, 16
        li a1, 0xF0000000
        call WRITE0
        exit 0)",
                                 "input");
    CHECK(ran.status == 0);
    CHECK(ran.out.empty());
}

TEST_CASE("SYS_GET_CMDLINE tells the words and their length, and refuses a buffer too small") {
    const Workshop shop;
    const auto program = shop.assembly(R"(
        .data
        .balign 4
block:  .word buffer, 200
small:  .word buffer, 4
buffer: .space 200
        .text
        la a1, small
        call GET_CMDLINE
        expect a0, -1
        la a1, block
        call GET_CMDLINE
        expect a0, 0
        la a1, buffer
        call WRITE0
        la t1, block
        lw s0, 4(t1)
        la a1, 1f
        sw s0, 4(a1)
        call EXIT_EXTENDED
        .data
1:      .word APPLICATION_EXIT, 0)");
    const auto ran = shop.emulate(program + " a bc");
    CHECK(ran.out == program + " a bc");
    CHECK(ran.status == static_cast<int>(ran.out.size()));
}

TEST_CASE("SYS_HEAPINFO tells memory behind the program that can be written") {
    const auto ran = run_program(R"(
        .data
        .balign 4
block:  .word info
info:   .space 16
        .text
        la a1, block
        call HEAPINFO
        la t1, info
        lw s0, 0(t1)                    // the heap begins behind the program
        la t2, info + 16
        sltu t3, s0, t2
        expect t3, 0
        lw s1, 4(t1)                    // and ends where L2MEM does
        expect s1, 0x4FFC0000
        lw t2, 8(t1)
        sub t2, t2, s1
        expect t2, 0
        sw s0, (s0)
        sw s1, -4(s1)
        exit 0)");
    CHECK(ran.status == 0);
}

TEST_CASE("SYS_ELAPSED counts the chip's cycles at SYS_TICKFREQ, SYS_CLOCK hundredths of a second") {
    const auto ran = run_program(R"(
        .data
        .balign 8
start:  .dword 0
end:    .dword 0
        .text
        call TICKFREQ
        expect a0, 360000000
        la a1, start
        call ELAPSED
        expect a0, 0
        li s0, 3600000                  // two cycles a turn at least: 20 ms
1:      addi s0, s0, -1
        bnez s0, 1b
        la a1, end
        call ELAPSED
        la t1, start
        lw t2, 8(t1)
        lw t3, 0(t1)
        sub t2, t2, t3
        li t3, 7200000
        sltu t3, t2, t3
        expect t3, 0
        call CLOCK
        sltiu t3, a0, 2
        expect t3, 0
        call TIME
        snez t3, a0
        expect t3, 1
        exit 0)");
    CHECK(ran.status == 0);
}

TEST_CASE("the list of features tells that SYS_EXIT_EXTENDED is there and stderr is apart") {
    const auto ran = run_program(R"(
        .data
name:   .ascii ":semihosting-features"
        .balign 4
buffer: .space 8
        .text
        call_with OPEN, name, 0, 21
        expect a0, 1
        call_with FLEN, 1
        expect a0, 5
        call_with READ, 1, buffer, 8
        expect a0, 3
        expect_word buffer, 0x42464853
        call_with SEEK, 1, 4
        call_with READ, 1, buffer, 1
        expect a0, 0
        expect_word buffer, 0x42464803
        exit 0)");
    CHECK(ran.status == 0);
}

TEST_CASE("an ebreak without the markers is a trap of the program's own") {
    const auto ran = run_program(R"(
        la t0, handler
        csrw mtvec, t0
        ebreak
        exit 1
        .balign 4
handler:
        csrr t1, mcause
        expect t1, 3
        exit 0)");
    CHECK(ran.status == 0);
}
