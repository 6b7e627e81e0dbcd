// Chip revisions: which instructions a chip has.
#pragma once

#include "p4jit/isa/table.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace p4jit::isa {

/// A chip revision, "1.3" or "3.1". Revisions below 3.0 have PIE 2.1; those
/// from 3.0 up have PIE 2.2, whose words differ, Zcb and Zba/Zbb/Zbs. Nothing
/// built for one family runs on the other.
struct ChipRevision {
    unsigned major = 1, minor = 3;
    bool zcmp = false; ///< executes Zcmp as well; 3.0 and up

    bool operator==(const ChipRevision&) const = default;
    bool is_v3() const { return major >= 3; }
    ExtensionSet extensions() const { return !is_v3() ? chip_v1 : zcmp ? chip_v3_zcmp : chip_v3; }
    std::string text() const { return std::to_string(major) + '.' + std::to_string(minor) + (zcmp ? "_zcmp" : ""); }
    /// "v1.x" or "v3.x".
    std::string_view family() const { return is_v3() ? "v3.x" : "v1.x"; }
};

/// Reads "1.3", "v3.1", "3" or "3.1_zcmp"; nothing for what no ESP32-P4 is: 0.x to 1.x and
/// 3.x exist.
std::optional<ChipRevision> parse_chip_revision(std::string_view text);
/// The same for what a user wrote: throws UsageError, which says what there is.
ChipRevision chip_revision_from(std::string_view text);

} // namespace p4jit::isa
