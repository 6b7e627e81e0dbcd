#include "p4jit/isa/assemble.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/isa/disassemble.hpp"
#include "p4jit/isa/macros.hpp"
#include "tests/fuzz/choices.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/shown_fields.hpp"

#include <doctest/doctest.h>

namespace p4jit::fuzz {

using namespace isa;

namespace {

void check_line(std::string_view line, ExtensionSet chip) {
    static const Decoder decoders[] = {Decoder(chip_v1), Decoder(chip_v3_zcmp)};
    std::uint32_t word = 0;
    try {
        word = assemble(line, chip, 0x4FF4'0000);
    } catch (const UsageError& error) {
        REQUIRE(std::string_view(error.what()).size() > 10);
        return;
    }
    // A word of the instruction that the text names, on this chip.
    const auto& decoder = decoders[chip.has(Extension::Zcmp) ? 1 : 0];
    const auto instruction = decoder.decode(word);
    REQUIRE(instruction.has_value());
    const auto text = disassemble(*instruction, 0x4FF4'0000, {.aliases = false});
    if (test::shows_all(instruction->row())) REQUIRE(assemble(text, chip, 0x4FF4'0000) == word);
}

/// A line that begins with an instruction there is.
std::string line_of(Choices& choices) {
    const auto& row = rows()[choices.word() % op_count];
    std::string line(row.mnemonic);
    line += ' ';
    for (auto byte : choices.bytes(60)) line += static_cast<char>(byte);
    return line;
}

/// A right one, up to one change.
std::string nearly_right(Choices& choices) {
    static const Decoder decoders[] = {Decoder(chip_v1), Decoder(chip_v3_zcmp)};
    const auto& row = rows()[choices.word() % op_count];
    // Not every word of a row is an instruction: some register lists are none.
    const auto word = (choices.word() & ~row.mask) | row.match;
    auto line = disassemble(decoders[choices.below(2)], word, 0x4FF4'0000, {.aliases = false});
    if (choices.below(2) == 1) line[choices.byte() % line.size()] = static_cast<char>(choices.byte());
    if (choices.below(4) == 1) line.insert(choices.byte() % line.size(), 1, static_cast<char>(choices.byte()));
    return line;
}

} // namespace

void assembler(ByteView input) {
    Choices choices(input);
    while (!choices.empty()) {
        std::string line;
        switch (choices.below(3)) {
        case 0: line = as_text(choices.bytes(80)); break;
        case 1: line = line_of(choices); break;
        default: line = nearly_right(choices);
        }
        mentions_esp(line);
        check_line(line, chip_v1);
        check_line(line, chip_v3_zcmp);
    }
}

} // namespace p4jit::fuzz
