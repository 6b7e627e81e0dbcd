// Lines of assembly with the words that other assemblers and silicon have for
// them: encodings2p1.tsv and encodings2p2.tsv.
#pragma once

#include "p4jit/base/file.hpp"
#include "p4jit/base/text.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace p4jit::tests {

struct Sample {
    std::string text;
    std::uint32_t word;
};

inline std::vector<Sample> samples(const char* file) {
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
inline std::string todays_dialect(const std::string& text) {
    const int factor = text.starts_with("esp.vldbc.8.ip") ? 4 : text.starts_with("esp.vldbc.16.ip") ? 2 : 1;
    const auto comma = text.rfind(',');
    long long immediate = 0;
    if (factor == 1 || !parse_integer(trim(std::string_view(text).substr(comma + 1)), immediate)) return text;
    return fmt::format("{}, {}", text.substr(0, comma), immediate / factor);
}

} // namespace p4jit::tests
