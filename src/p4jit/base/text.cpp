#include "p4jit/base/text.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <utility>

namespace p4jit {

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> pieces;
    for (;;) {
        const auto end = text.find(separator);
        pieces.push_back(text.substr(0, end));
        if (end == text.npos) return pieces;
        text.remove_prefix(end + 1);
    }
}

std::vector<std::string_view> lines(std::string_view text) {
    auto pieces = split(text, '\n');
    if (pieces.back().empty()) pieces.pop_back();
    for (auto& line : pieces)
        if (line.ends_with('\r')) line.remove_suffix(1);
    return pieces;
}

std::string join(std::span<const std::string> pieces, std::string_view separator) {
    std::string joined;
    for (const auto& piece : pieces) {
        if (&piece != pieces.data()) joined += separator;
        joined += piece;
    }
    return joined;
}

std::string_view trim(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool parse_integer(std::string_view text, long long& value) {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    int base = 10;
    if (text.starts_with("0x") || text.starts_with("0X")) base = 16;
    if (text.starts_with("0b") || text.starts_with("0B")) base = 2;
    if (base != 10) text.remove_prefix(2);
    if (text.starts_with('-')) return false;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (status != std::errc{} || end != text.data() + text.size()) return false;
    if (negative) value = -value;
    return true;
}

namespace {

/// Levenshtein's distance: insertions, deletions and replacements.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 0; i < a.size(); ++i) {
        auto diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const auto replaced = diagonal + std::size_t{a[i] != b[j]};
            diagonal = std::exchange(row[j + 1], std::min({row[j] + 1, row[j + 1] + 1, replaced}));
        }
    }
    return row.back();
}

} // namespace

std::string nearest(std::string_view name, std::span<const std::string> candidates) {
    std::string best;
    // Of a short name so many letters changed leave nothing.
    auto best_distance = std::min(name.size() / 3 + 1, name.size() / 2);
    for (const auto& candidate : candidates) {
        // Lengths that differ by more than the best distance cannot do better.
        const auto difference =
            candidate.size() > name.size() ? candidate.size() - name.size() : name.size() - candidate.size();
        if (difference > best_distance) continue;
        const auto distance = edit_distance(name, candidate);
        if (distance < best_distance || (distance == best_distance && best.empty())) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

} // namespace p4jit
