#include "p4jit/isa/revision.hpp"

#include "p4jit/base/text.hpp"

namespace p4jit::isa {

std::optional<ChipRevision> parse_chip_revision(std::string_view text) {
    if (text.starts_with('v') || text.starts_with('V')) text.remove_prefix(1);
    const auto pieces = split(text, '.');
    long long major = 0, minor = 0;
    if (pieces.size() > 2 || !parse_integer(pieces[0], major)) return std::nullopt;
    if (pieces.size() == 2 && !parse_integer(pieces[1], minor)) return std::nullopt;
    const bool exists = major == 0 || major == 1 || major == 3;
    if (!exists || minor < 0 || minor > 99) return std::nullopt;
    return ChipRevision{static_cast<unsigned>(major), static_cast<unsigned>(minor)};
}

} // namespace p4jit::isa
