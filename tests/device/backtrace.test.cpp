// Reports of crashes that lead astray, over code that is none.
#include "p4jit/jit/backtrace.hpp"
#include "p4jit/isa/assemble.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace p4jit;

namespace {

constexpr std::uint32_t start = 0x48000000;

std::vector<std::uint32_t> unwound(const Bytes& code, wire::v2::FaultReport report) {
    return jit::unwind(report, [&](std::uint32_t address) -> std::optional<jit::Code> {
        if (address - start >= code.size()) return std::nullopt;
        return jit::Code{start, code};
    });
}

} // namespace

TEST_CASE("code that moves the stack by gigabytes is followed without harm") {
    Bytes code;
    for (int i = 0; i < 50; ++i)
        for (const char* line : {"lui t0, 524288", "addi t0, t0, -2048", "add sp, sp, t0", "sub sp, sp, t0",
                                 "addi sp, sp, -2048", "sw ra, -2048(sp)"})
            append_le(code, isa::assemble(line, isa::chip_v1));
    wire::v2::FaultReport report;
    report.pc = start + static_cast<std::uint32_t>(code.size()) - 4;
    report.x[1] = start + 8;
    report.stack.assign(512, start + 16);
    for (const std::uint32_t sp : {0u, 4u, 0x7FFFFFFFu, 0x80000000u, 0xFFFFFFFCu}) {
        report.x[2] = sp;
        CHECK(unwound(code, report).size() <= 64);
    }
}

TEST_CASE("whatever a report and the code say, unwinding comes to an end") {
    std::minstd_rand random(5);
    for (int round = 0; round < 300; ++round) {
        Bytes code(200);
        for (auto& byte : code) byte = static_cast<std::uint8_t>(random());
        wire::v2::FaultReport report;
        for (auto& x : report.x) x = static_cast<std::uint32_t>(random()) * 3;
        report.pc = start + static_cast<std::uint32_t>(random() % 200);
        report.stack_low = report.x[2] & ~3u;
        report.stack.resize(random() % 513);
        for (auto& word : report.stack) word = start + static_cast<std::uint32_t>(random() % 300);
        const auto levels = unwound(code, report);
        CHECK(levels.at(0) == report.pc);
        CHECK(levels.size() <= 64);
    }
}
