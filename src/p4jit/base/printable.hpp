// Text of foreign origin, made harmless for terminals: a device, a compiler or
// an object may put escape sequences into what it says, and a terminal obeys.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace p4jit {

/// The text with control characters, but newline and tab, and bytes that are
/// no UTF-8 written as \x1b.
std::string printable(std::string_view text);

/// The same for a name: a newline and a tab are escaped, too, and of a name
/// longer than `most` bytes only the beginning is left, with "…" behind it.
std::string printable_name(std::string_view name, std::size_t most = 80);

/// What programs print, on its way to a terminal in pieces: as printable(), but
/// colours (ESC [ numbers m), carriage return and backspace pass.
class TerminalFilter {
public:
    /// What may be printed now. The beginning of a character or of a colour at
    /// the end of the piece is kept for the next one.
    std::string operator()(std::string_view piece);

private:
    std::string kept_;
};

} // namespace p4jit
