#include "p4jit/isa/decode.hpp"
#include "p4jit/isa/disassemble.hpp"
#include "p4jit/isa/encode.hpp"

#include "p4jit/base/bits.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace p4jit;
using namespace p4jit::isa;

namespace {

constexpr ExtensionSet chips[] = {chip_v1, chip_v3};
bool on_one_chip(const Row& a, const Row& b) {
    for (const auto chip : chips)
        if (chip.has(extension_of(a.op)) && chip.has(extension_of(b.op))) return true;
    return false;
}

/// Can a word belong to both rows? Fixed bits that differ, or a field of one
/// that may not have the value the other fixes, keep them apart.
bool may_overlap(const Row& a, const Row& b) {
    if (a.length != b.length) return false;
    if ((a.match ^ b.match) & a.mask & b.mask) return false;
    const auto kept_apart_by_a_field = [](const Row& row, const Row& other) {
        for (const auto& use : row) {
            std::uint32_t fixed = 0;
            bool all_fixed = true;
            for (unsigned i = 0; i < use.slice_count; ++i) {
                const auto [at, hi, lo] = use.slices[i];
                const unsigned width = unsigned(hi - lo) + 1;
                all_fixed = all_fixed && bits(other.mask, at + width - 1, at) == bits(~0u, width - 1, 0);
                fixed |= bits(other.match, at + width - 1, at) << lo;
            }
            if (all_fixed && use.forbids(fixed)) return true;
        }
        return false;
    };
    return !kept_apart_by_a_field(a, b) && !kept_apart_by_a_field(b, a);
}

std::string text(std::uint32_t word, bool aliases = false) {
    return disassemble(Decoder(chip_v3), word, 0x1000, {.aliases = aliases});
}

} // namespace

TEST_CASE("no two rows of one chip claim the same word") {
    for (const auto& a : rows())
        for (const auto& b : rows())
            if (&a < &b && may_overlap(a, b) && on_one_chip(a, b)) FAIL_CHECK(a.mnemonic << " and " << b.mnemonic);
}

TEST_CASE("every bit of every row is either fixed or in exactly one field") {
    for (const auto& row : rows()) {
        CAPTURE(row.mnemonic);
        auto covered = row.mask;
        for (const auto& use : row)
            for (unsigned i = 0; i < use.slice_count; ++i) {
                const auto [at, hi, lo] = use.slices[i];
                const auto slice = bits(~0u, unsigned(hi - lo), 0) << at;
                CHECK((covered & slice) == 0);
                covered |= slice;
            }
        CHECK(covered == (row.compressed() ? 0xFFFFu : 0xFFFF'FFFFu));
        CHECK((row.match & ~row.mask) == 0);
    }
}

TEST_CASE("encode undoes decode for all compressed words") {
    const Decoder decoder(chip_v3);
    unsigned decoded = 0;
    for (std::uint32_t word = 0; word < 0x10000; ++word) {
        const auto instruction = decoder.decode(word);
        if ((word & 3) == 3 || !instruction) continue;
        ++decoded;
        CAPTURE(word);
        CHECK(encode(instruction->op, instruction->operands) == word);
    }
    MESSAGE(decoded << " compressed words");
    CHECK(decoded > 30'000);
}

TEST_CASE("encode undoes decode on random words of every row") {
    const Decoder v1(chip_v1), v3(chip_v3);
    std::mt19937 random(1);
    unsigned words = 0;
    for (const auto& row : rows()) {
        CAPTURE(row.mnemonic);
        const auto& decoder = chip_v3.has(extension_of(row.op)) ? v3 : v1;
        unsigned hits = 0;
        for (unsigned i = 0; i < 2000; ++i) {
            const auto random_bits = static_cast<std::uint32_t>(random()) & (row.compressed() ? 0xFFFFu : ~0u);
            const auto word = (random_bits & ~row.mask) | row.match;
            const auto encoded = encode(row.op, operands_of(row, word));
            if (!encoded) continue; // a value the row forbids
            CHECK(encoded == word);
            const auto instruction = decoder.decode(word);
            REQUIRE(instruction);
            CHECK(instruction->op == row.op);
            ++hits;
        }
        CHECK(hits > 500);
        words += hits;
    }
    MESSAGE(words << " words of " << op_count << " rows, seed 1");
}

TEST_CASE("encode undoes decode on random words of all kinds") {
    for (const auto chip : chips) {
        const Decoder decoder(chip);
        std::mt19937 random(2);
        unsigned decoded = 0;
        for (unsigned i = 0; i < 1'000'000; ++i) {
            const auto word = static_cast<std::uint32_t>(random()) | 3;
            const auto instruction = decoder.decode(word);
            if (!instruction) continue;
            ++decoded;
            if (encode(instruction->op, instruction->operands) != word) FAIL_CHECK(word);
        }
        MESSAGE(decoded << " of 1000000 random words are instructions, seed 2");
        CHECK(decoded > 100'000);
    }
}

TEST_CASE("what a compressed instruction expands to has its operands") {
    const Decoder decoder(chip_v3);
    const auto lwsp = decoder.decode(0x4502); // c.lwsp a0,0(sp)
    REQUIRE(lwsp);
    CHECK(lwsp->base() == Op::lw);
    CHECK(lwsp->operands.rs1 == 2);
    CHECK(encode(lwsp->base(), lwsp->operands) == 0x0001'2503);

    const auto not_a0 = decoder.decode(0x9D75); // c.not a0
    REQUIRE(not_a0);
    CHECK(encode(not_a0->base(), not_a0->operands) == 0xFFF5'4513);
}

TEST_CASE("extensions a chip lacks are not decoded") {
    CHECK_FALSE(Decoder(chip_v1).decode(0x2051'2533)); // sh1add a0,sp,t0
    CHECK(Decoder(chip_v3).decode(0x2051'2533));
    CHECK_FALSE(Decoder(chip_v1).decode(0x0000)); // illegal by definition
    CHECK_FALSE(Decoder(chip_v1).decode(0xFFFF'FFFF));
}

TEST_CASE("encode refuses what does not fit") {
    CHECK(encode(Op::addi, {.rd = 10, .rs1 = 10, .imm = 2047}));
    CHECK_FALSE(encode(Op::addi, {.rd = 10, .rs1 = 10, .imm = 2048}));
    CHECK_FALSE(encode(Op::addi, {.rd = 32, .rs1 = 10}));
    CHECK_FALSE(encode(Op::addi, {.rd = -1, .rs1 = 10}));
    CHECK_FALSE(encode(Op::c_lw, {.rd = 7, .rs1 = 10}));           // not x8..x15
    CHECK_FALSE(encode(Op::c_lw, {.rd = 8, .rs1 = 10, .imm = 2})); // off its step
    CHECK_FALSE(encode(Op::c_addi16sp, {.imm = 0}));               // reserved
    CHECK_FALSE(encode(Op::jal, {.rd = 1, .imm = 1 << 20}));
    CHECK_FALSE(encode(Op::jal, {.rd = 1, .imm = 3}));
    CHECK_FALSE(encode(Op::lui, {.rd = 1, .imm = 1}));
    CHECK_FALSE(encode(Op::slli, {.rd = 1, .rs1 = 1, .imm = 32}));
    CHECK_FALSE(encode(Op::fadd_s, {.rd = 1, .rm = 5}));
}

TEST_CASE("with_immediate changes the immediate and nothing else") {
    const auto jal = *encode(Op::jal, {.rd = 1, .imm = 0});
    CHECK(with_immediate(Op::jal, jal, -4) == encode(Op::jal, {.rd = 1, .imm = -4}));
    CHECK_FALSE(with_immediate(Op::jal, jal, 1 << 20));
    CHECK_FALSE(with_immediate(Op::add, 0, 4));
}

TEST_CASE("disassembly in the assembler's own words") {
    CHECK(text(0xFFF5'0513) == "addi a0,a0,-1");
    CHECK(text(0x1234'52B7) == "lui t0,0x12345");
    CHECK(text(0x0041'2503) == "lw a0,4(sp)");
    CHECK(text(0xFE51'4EE3) == "blt sp,t0,0xffc");
    CHECK(text(0x0051'7553) == "fadd.s fa0,ft2,ft5");
    CHECK(text(0x0051'1553) == "fadd.s fa0,ft2,ft5,rtz");
    CHECK(text(0x3000'2573) == "csrrs a0,mstatus,zero");
    CHECK(text(0x7E10'2573) == "csrrs a0,mexstatus,zero");
    CHECK(text(0x1005'252F) == "lr.w a0,(a0)");
    CHECK(text(0x1E65'252F) == "sc.w.aqrl a0,t1,(a0)");
    CHECK(text(0x0310'000F) == "fence rw,w");
    CHECK(text(0x8082) == "c.jr ra");
    CHECK(text(0x1141) == "c.addi sp,-16");
    CHECK(text(0x0000) == ".half 0x0000");
    CHECK(text(0xFFFF'FFEB) == ".word 0xffffffeb");
}

TEST_CASE("disassembly with pseudo instructions") {
    CHECK(text(0x8082, true) == "ret");
    CHECK(text(0x4505, true) == "li a0,1");
    CHECK(text(0x852E, true) == "mv a0,a1");
    CHECK(text(0x0000'0013, true) == "nop");
    CHECK(text(0xC000'2573, true) == "rdcycle a0");
    CHECK(text(0x20B5'8553, true) == "fmv.s fa0,fa1");
    CHECK(text(0x0FF0'000F, true) == "fence");

    const auto named = [](std::uint32_t address) { return address == 0xFFC ? std::string("loop") : std::string(); };
    CHECK(disassemble(Decoder(chip_v1), 0xFE51'4EE3, 0x1000, {.symbol_at = named}) == "blt sp,t0,0xffc <loop>");
}
