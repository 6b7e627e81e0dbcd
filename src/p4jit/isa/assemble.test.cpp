#include "p4jit/isa/assemble.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/isa/decode.hpp"
#include "p4jit/isa/disassemble.hpp"
#include "tests/support/shown_fields.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace p4jit;
using namespace p4jit::isa;

namespace {

std::string problem(std::string_view text, ExtensionSet chip = chip_v1) {
    try {
        assemble(text, chip);
    } catch (const UsageError& error) {
        return error.what();
    }
    return {};
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

} // namespace

TEST_CASE("assembling what disassembly shows gives the same word, for every row") {
    std::mt19937 random(3);
    constexpr std::uint32_t address = 0x4FF4'0000;
    unsigned words = 0;
    for (const auto& row : rows()) {
        if (!p4jit::test::shows_all(row)) continue;
        const auto chip = chip_v3_zcmp.has(extension_of(row.op)) ? chip_v3_zcmp : chip_v1;
        const Decoder decoder(chip);
        for (unsigned i = 0; i < 50; ++i) {
            const auto word =
                (static_cast<std::uint32_t>(random()) & ~row.mask & (row.compressed() ? 0xFFFF : ~0u)) | row.match;
            const auto instruction = decoder.decode(word);
            if (!instruction || instruction->op != row.op) continue;
            const auto text = disassemble(*instruction, address, {.aliases = false});
            CAPTURE(text);
            CHECK(assemble(text, chip, address) == word);
            ++words;
        }
    }
    MESSAGE(words << " words, seed 3");
    CHECK(words > 30'000);
}

TEST_CASE("upper case, plain register names and omitted operands are understood") {
    CHECK(assemble("ESP.VLD.128.IP Q0, x10, 16", chip_v1) == assemble("esp.vld.128.ip q0,a0,16", chip_v1));
    CHECK(assemble("esp.vadd.s8 q0,q1,q2", chip_v3) == assemble("esp.vadd.s8 q0,q1,q2,sat", chip_v3));
    CHECK(assemble("esp.vmul.s8 q0,q1,q2,rne", chip_v3) == assemble("esp.vmul.s8 q0,q1,q2,sat,rne", chip_v3));
    CHECK(assemble("esp.vmul.s8 q0,q1,q2,trunc", chip_v3) == assemble("esp.vmul.s8 q0,q1,q2,trunc,dyn", chip_v3));
    CHECK(assemble("esp.vsl.32 q0,q1", chip_v3) == assemble("esp.vsl.u32 q0,q1", chip_v3));
}

TEST_CASE("upper immediates are written without their zeros, as everywhere") {
    CHECK(assemble("lui a0,0x12345", chip_v1) == 0x1234'5537);
    CHECK(assemble("auipc zero,0x6d000", chip_v1) == 0x6D00'0017);
    CHECK(assemble("c.lui a0,0xfffff", chip_v1) == 0x757D);
}

TEST_CASE("a wrong operand is named with what it may be") {
    CHECK(contains(problem("esp.vld.128.ip q0,t0,16"), "operand rs1 is 't0'; it must be a register x8-x15 or x24-x31"));
    CHECK(contains(problem("esp.vld.128.ip q0,a0,8"), "operand imm is '8'; it must be -2048 to 2032 in steps of 16"));
    CHECK(contains(problem("addi a0,a0,4294967297"), "must be -2048 to 2047"));
    CHECK(contains(problem("lui a0,0x100000"), "must be 0 to 0xfffff"));
    CHECK(contains(problem("c.lui a0,32"), "must be 1 to 0x1f or 0xfffe0 to 0xfffff"));
    CHECK(contains(problem("esp.vld.128.ip q8,a0,0"), "a vector register q0-q7"));
    CHECK(contains(problem("esp.vld.128.ip q0,a0"), "the operand imm is missing"));
    CHECK(contains(problem("esp.zero.q q0,q1"), "'q1' is one operand too many"));
    CHECK(contains(problem("esp.vadd.s8 q0,q1,q2,sat"), "one operand too many"));
    CHECK(contains(problem(std::string_view("nop\0x", 5)), "has no character 0x00"));
    CHECK(contains(problem("esp.vadd.s9 q0,q1,q2"), "is no instruction of this chip"));
}
