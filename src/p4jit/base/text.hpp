// Text: splitting, joining, and the nearest name to a misspelt one.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace p4jit {

/// The pieces between separators; an empty text gives one empty piece.
std::vector<std::string_view> split(std::string_view text, char separator);

/// The lines of text, without their ends; a last empty line is not one.
std::vector<std::string_view> lines(std::string_view text);

std::string join(std::span<const std::string> pieces, std::string_view separator);

std::string_view trim(std::string_view text);

/// A decimal, 0x… or 0b… number, optionally negative; false if it is not one
/// or does not fit.
bool parse_integer(std::string_view text, long long& value);

/// The candidate that a person who wrote `name` most likely meant, or an empty
/// string if none is near (by edit distance, up to a third of the name).
std::string nearest(std::string_view name, std::span<const std::string> candidates);

} // namespace p4jit
