#include "p4jit/base/printable.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace p4jit {

namespace {

std::uint8_t byte_at(std::string_view text, std::size_t at) { return static_cast<std::uint8_t>(text[at]); }

/// What starts at the beginning of a text.
struct Character {
    std::size_t size = 1; ///< bytes
    enum { good, bad, half } state = bad;
};

/// The Unicode Standard, table 3-7: well-formed UTF-8.
Character character_at(std::string_view text) {
    const auto first = byte_at(text, 0);
    if (first < 0x80) return {1, first < 0x20 || first == 0x7F ? Character::bad : Character::good};
    const std::size_t size = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
    if (size == 0) return {};
    std::uint32_t code = first & (0x7Fu >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if (i == text.size()) return {i, Character::half};
        if ((byte_at(text, i) & 0xC0) != 0x80) return {};
        code = code << 6 | (byte_at(text, i) & 0x3Fu);
    }
    const bool overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
    const bool surrogate = code >= 0xD800 && code < 0xE000;
    const bool control = code < 0xA0; // C1
    return overlong || surrogate || code > 0x10FFFF ? Character{}
                                                    : Character{size, control ? Character::bad : Character::good};
}

std::string escaped(std::string_view bytes) {
    std::string text;
    for (const char c : bytes) text += fmt::format("\\x{:02x}", static_cast<std::uint8_t>(c));
    return text;
}

std::string made_printable(std::string_view text, std::string_view kept) {
    std::string result;
    while (!text.empty()) {
        const auto character = character_at(text);
        const auto bytes = text.substr(0, character.size);
        const bool good = character.state == Character::good || kept.find(text[0]) != kept.npos;
        if (good)
            result += bytes;
        else
            result += escaped(bytes);
        text.remove_prefix(bytes.size());
    }
    return result;
}

/// How long the colour at the beginning is; 0: it is none; more than there is:
/// it may become one.
std::size_t length_of_colour(std::string_view text) {
    constexpr std::size_t longest = 24;
    if (text.size() >= 2 && text[1] != '[') return 0;
    const auto end = text.find_first_not_of("0123456789;:", std::min<std::size_t>(2, text.size()));
    if (end == text.npos) return text.size() < longest ? text.size() + 1 : 0;
    return text[end] == 'm' && end < longest ? end + 1 : 0;
}

} // namespace

std::string printable(std::string_view text) { return made_printable(text, "\n\t"); }

std::string printable_name(std::string_view name, std::size_t most) {
    if (name.size() <= most) return made_printable(name, "");
    auto end = most;
    while (end > 0 && (byte_at(name, end) & 0xC0) == 0x80) --end;
    return made_printable(name.substr(0, end), "") + "…";
}

std::string TerminalFilter::operator()(std::string_view piece) {
    kept_ += piece;
    std::string_view text = kept_;
    std::string result;
    while (!text.empty()) {
        const auto character = character_at(text);
        auto size = character.size;
        bool good = character.state == Character::good || std::string_view("\n\t\r\b").find(text[0]) != text.npos;
        if (text[0] == '\x1b' && length_of_colour(text) > 0) {
            size = length_of_colour(text);
            good = true;
        }
        if (size > text.size() || character.state == Character::half) break;
        result += good ? std::string(text.substr(0, size)) : escaped(text.substr(0, size));
        text.remove_prefix(size);
    }
    kept_ = std::string(text);
    return result;
}

} // namespace p4jit
