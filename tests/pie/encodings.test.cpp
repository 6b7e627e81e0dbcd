// Words that other assemblers and silicon produced, line by line.
#include "p4jit/isa/assemble.hpp"
#include "p4jit/isa/decode.hpp"
#include "p4jit/isa/disassemble.hpp"
#include "tests/pie/samples.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace p4jit;
using namespace p4jit::tests;

namespace {

void compare(const char* file, isa::ExtensionSet chip, unsigned old_dialect) {
    const isa::Decoder decoder(chip);
    unsigned equal = 0, old = 0;
    for (const auto& [text, word] : samples(file)) {
        CAPTURE(text);
        const auto ours = [&](const std::string& source) {
            try {
                return isa::assemble(source, chip);
            } catch (const std::exception&) {
                return 0u;
            }
        };
        if (ours(text) != word && ours(todays_dialect(text)) == word)
            ++old;
        else
            CHECK(ours(text) == word);
        const auto shown = isa::disassemble(decoder, word, 0);
        CAPTURE(shown);
        CHECK(isa::assemble(shown, chip) == word);
        ++equal;
    }
    MESSAGE(fmt::format("{}: {} lines, {} of them in the old vldbc dialect", file, equal, old));
    CHECK(old == old_dialect);
    CHECK(equal >= 377);
}

} // namespace

TEST_CASE("PIE 2.1 and loop words are those of Espressif's and LLVM's assemblers") {
    compare("encodings2p1.tsv", isa::chip_v1, 4);
}

TEST_CASE("PIE 2.2 words are those of Espressif's and LLVM's assemblers") {
    compare("encodings2p2.tsv", isa::chip_v3, 0);
}
