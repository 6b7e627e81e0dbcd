// Which addresses an entry covers: DW_AT_low_pc and DW_AT_high_pc, or a range
// list (DWARF 4: .debug_ranges; DWARF 5, section 2.17.3: .debug_rnglists).
#pragma once

#include "p4jit/dwarf/info.hpp"

namespace p4jit::dwarf {

struct AddressRange {
    std::uint32_t low, high; ///< high is the first address behind it
};

/// Empty for an entry without code. Ranges without bytes and those of code that
/// the linker left out are not among them. Throws BadObject.
std::vector<AddressRange> address_ranges(const Info& info, const Entry& entry);

} // namespace p4jit::dwarf
