#include "p4jit/isa/assemble.hpp"
#include "p4jit/isa/disassemble.hpp"
#include "p4jit/isa/encode.hpp"
#include "tests/fuzz/choices.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/shown_fields.hpp"

#include <doctest/doctest.h>

namespace p4jit::fuzz {

using namespace isa;

namespace {

constexpr std::uint32_t address = 0x4FF4'0000;

void check_word(const Decoder& decoder, ExtensionSet chip, std::uint32_t word) {
    const auto instruction = decoder.decode(word);
    REQUIRE(!disassemble(decoder, word, address).empty());
    if (!instruction) return;
    const auto& row = instruction->row();
    const auto own = row.compressed() ? word & 0xFFFF : word;
    REQUIRE(chip.has(extension_of(instruction->op)));
    REQUIRE(instruction->length() == length_of(static_cast<std::uint16_t>(word)));
    REQUIRE((own & row.mask) == row.match);
    // What decoding saw is all there is.
    const auto encoded = encode(instruction->op, instruction->operands);
    REQUIRE(encoded.has_value());
    REQUIRE(*encoded == own);
    const auto text = disassemble(*instruction, address, {.aliases = false});
    if (test::shows_all(row)) REQUIRE(assemble(text, chip, address) == own);
    disassemble(*instruction, address, {.for_assembler = true});
    for (const auto& use : row) REQUIRE(!allowed(use).empty());
}

} // namespace

void decoder(ByteView input) {
    static const std::pair<Decoder, ExtensionSet> chips[] = {
        {Decoder(chip_v1), chip_v1}, {Decoder(chip_v3), chip_v3}, {Decoder(chip_v3_zcmp), chip_v3_zcmp}};
    Choices choices(input);
    while (!choices.empty()) {
        const auto* pattern = choices.below(2) == 0 ? nullptr : &rows()[choices.word() % op_count];
        auto word = choices.word();
        if (pattern != nullptr) word = (word & ~pattern->mask) | pattern->match;
        for (const auto& [decoder, chip] : chips) check_word(decoder, chip, word);
    }
}

} // namespace p4jit::fuzz
