// Abbreviation tables (.debug_abbrev; DWARF 5, section 7.5.3): which attributes
// an entry of each kind has, and in which form.
#pragma once

#include "p4jit/dwarf/constants.hpp"
#include "p4jit/dwarf/debug_sections.hpp"

#include <unordered_map>

namespace p4jit::dwarf {

struct AttributeSpec {
    Attribute attribute;
    Form form;
    std::int64_t implicit; ///< the value itself, for DW_FORM_implicit_const
};

struct Abbreviation {
    std::uint64_t code;
    Tag tag;
    bool has_children;
    std::uint32_t first, count; ///< its attributes in the table
    int size;                   ///< of all values together, or variable_size
};

class AbbreviationTable {
public:
    /// Reads the table at `offset`. Throws BadObject.
    AbbreviationTable(const DebugSections& sections, std::uint32_t offset);

    /// nullptr if there is none of that code.
    const Abbreviation* find(std::uint64_t code) const;
    std::span<const AttributeSpec> attributes(const Abbreviation& abbreviation) const {
        return std::span(attributes_).subspan(abbreviation.first, abbreviation.count);
    }

private:
    std::vector<Abbreviation> abbreviations_; ///< sorted by code
    std::vector<AttributeSpec> attributes_;
};

} // namespace p4jit::dwarf
