#include "p4jit/isa/revision.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/text.hpp"

#include <fmt/format.h>

namespace p4jit::isa {

std::optional<ChipRevision> parse_chip_revision(std::string_view text) {
    if (text.starts_with('v') || text.starts_with('V')) text.remove_prefix(1);
    const bool zcmp = text.ends_with("_zcmp");
    if (zcmp) text.remove_suffix(5);
    const auto pieces = split(text, '.');
    long long major = 0, minor = 0;
    if (pieces.size() > 2 || !parse_integer(pieces[0], major)) return std::nullopt;
    if (pieces.size() == 2 && !parse_integer(pieces[1], minor)) return std::nullopt;
    const bool exists = major == 0 || major == 1 || major == 3;
    if (!exists || minor < 0 || minor > 99 || (zcmp && major < 3)) return std::nullopt;
    return ChipRevision{static_cast<unsigned>(major), static_cast<unsigned>(minor), zcmp};
}

ChipRevision chip_revision_from(std::string_view text) {
    if (const auto revision = parse_chip_revision(text)) return *revision;
    throw UsageError(
        fmt::format("'{}' is no revision of the ESP32-P4: give 0.x, 1.x (such as 1.3) or 3.x (such as 3.1, "
                    "or 3.1_zcmp)",
                    text));
}

} // namespace p4jit::isa
