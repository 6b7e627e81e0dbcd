// Words that other assemblers and silicon produced, line by line.
#include "p4jit/base/file.hpp"
#include "p4jit/base/text.hpp"
#include "p4jit/isa/assemble.hpp"
#include "p4jit/isa/decode.hpp"
#include "p4jit/isa/disassemble.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace p4jit;

namespace {

struct Sample {
    std::string text;
    std::uint32_t word;
};

std::vector<Sample> samples(const char* file) {
    const auto content = read_text(std::string(P4JIT_PIE_FOLDER "/") + file);
    std::vector<Sample> list;
    for (const auto line : lines(content)) {
        if (line.starts_with('#')) continue;
        const auto columns = split(line, '\t');
        long long bytes = 0;
        REQUIRE(parse_integer("0x" + std::string(columns[1]), bytes));
        list.push_back({std::string(columns[0]), __builtin_bswap32(static_cast<std::uint32_t>(bytes))});
    }
    return list;
}

/// Assemblers before ESP-IDF 5.5.2 counted esp.vldbc.8/16.ip's immediates in
/// steps of 4, where a step is 1 and 2 bytes: the same word in today's dialect.
std::string todays_dialect(const std::string& text) {
    const int factor = text.starts_with("esp.vldbc.8.ip") ? 4 : text.starts_with("esp.vldbc.16.ip") ? 2 : 1;
    const auto comma = text.rfind(',');
    long long immediate = 0;
    if (factor == 1 || !parse_integer(trim(std::string_view(text).substr(comma + 1)), immediate)) return text;
    return fmt::format("{}, {}", text.substr(0, comma), immediate / factor);
}

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
