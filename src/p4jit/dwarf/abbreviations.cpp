#include "p4jit/dwarf/abbreviations.hpp"

#include <algorithm>

namespace p4jit::dwarf {

namespace {

// Compilers stay under 30.
constexpr std::size_t most_attributes = 256;

} // namespace

AbbreviationTable::AbbreviationTable(const DebugSections& sections, std::uint32_t offset) {
    Cursor at(sections.abbrev, offset);
    for (;;) {
        sections.effort().spend(1);
        Abbreviation next{};
        next.code = at.uleb128();
        if (!at.ok()) sections.corrupt(fmt::format("an abbreviation table at {:#x} does not end", offset));
        if (next.code == 0) break;
        next.tag = static_cast<Tag>(at.uleb128());
        next.has_children = at.u8() != 0;
        next.first = static_cast<std::uint32_t>(attributes_.size());
        for (;;) {
            sections.effort().spend(1);
            const auto attribute = static_cast<Attribute>(at.uleb128());
            const auto form = static_cast<Form>(at.uleb128());
            const auto implicit = form == DW_FORM_implicit_const ? at.sleb128() : 0;
            if (!at.ok()) sections.corrupt(fmt::format("an abbreviation table at {:#x} does not end", offset));
            if (attribute == 0 && form == 0) break;
            const auto size = size_of(form);
            if (size == unknown_form) sections.corrupt(fmt::format("a value of the unknown form {:#x}", +form));
            if (size == variable_size)
                next.size = variable_size;
            else if (next.size != variable_size)
                next.size += size;
            attributes_.push_back({attribute, form, implicit});
            if (++next.count > most_attributes) sections.corrupt("an entry of more than 256 attributes");
        }
        abbreviations_.push_back(next);
    }
    const auto by_code = [](const Abbreviation& a, const Abbreviation& b) { return a.code < b.code; };
    if (!std::is_sorted(abbreviations_.begin(), abbreviations_.end(), by_code))
        std::stable_sort(abbreviations_.begin(), abbreviations_.end(), by_code);
}

const Abbreviation* AbbreviationTable::find(std::uint64_t code) const {
    // Codes nearly always are 1, 2, 3, …
    if (code - 1 < abbreviations_.size() && abbreviations_[code - 1].code == code) return &abbreviations_[code - 1];
    const auto found = std::lower_bound(
        abbreviations_.begin(), abbreviations_.end(), code,
        [](const Abbreviation& abbreviation, std::uint64_t wanted) { return abbreviation.code < wanted; });
    return found != abbreviations_.end() && found->code == code ? &*found : nullptr;
}

} // namespace p4jit::dwarf
