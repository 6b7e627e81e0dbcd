#include "p4jit/dwarf/outline.hpp"

#include <algorithm>

namespace p4jit::dwarf {

namespace {

bool is_scope(Tag tag) {
    switch (tag) {
    case DW_TAG_namespace:
    case DW_TAG_structure_type:
    case DW_TAG_union_type:
    case DW_TAG_class_type: return true;
    default: return false;
    }
}

bool is_named_by_scope(Tag tag) {
    return is_scope(tag) || tag == DW_TAG_enumeration_type || tag == DW_TAG_typedef || tag == DW_TAG_template_alias ||
           tag == DW_TAG_subprogram || tag == DW_TAG_variable || tag == DW_TAG_member;
}

std::string_view nameless(Tag tag) { return tag == DW_TAG_namespace ? "(anonymous namespace)" : "(unnamed type)"; }

} // namespace

Outline::Outline(const Info& info) : info_(info), scopes_{""} {
    for (const auto& unit : info.units()) walk(unit);
}

void Outline::walk(const Unit& unit) {
    const bool cxx = unit.cxx();
    const auto root = info_.root(unit);
    if (root.abbreviation == nullptr || !root.abbreviation->has_children) return;
    std::vector<std::uint32_t> open{0}; // scopes we are in, innermost last
    auto at = info_.behind(root);
    while (!open.empty() && at < unit.end) {
        const auto entry = info_.entry(unit, at);
        if (entry.abbreviation == nullptr) {
            open.pop_back();
            at = info_.behind(entry);
            continue;
        }
        const auto tag = entry.tag();
        if (tag == DW_TAG_subprogram) functions_.push_back(entry);
        if (tag == DW_TAG_variable) variables_.push_back(entry);
        if (cxx && is_named_by_scope(tag)) parents_.push_back({entry.offset, open.back()});
        if (cxx && is_scope(tag) && entry.abbreviation->has_children) {
            open.push_back(open_scope(entry, open.back()));
            at = info_.behind(entry);
        } else {
            at = info_.next_sibling(entry);
        }
    }
}

std::uint32_t Outline::open_scope(const Entry& entry, std::uint32_t parent) {
    const auto named = info_.owner(entry, DW_AT_name);
    const auto name = named ? info_.text(*named, DW_AT_name) : nameless(entry.tag());
    scopes_.push_back(fmt::format("{}{}::", scopes_[parent], name));
    info_.sections().effort().spend(scopes_.back().size());
    return static_cast<std::uint32_t>(scopes_.size() - 1);
}

std::string Outline::qualified_name(const Entry& entry) const {
    const auto named = info_.owner(entry, DW_AT_name);
    if (!named) return {};
    const auto name = info_.text(*named, DW_AT_name);
    if (!named->unit->cxx()) return std::string(name);
    // The scope is the declaration's: a definition may stand outside of it.
    auto declaration = entry;
    while (const auto earlier = info_.origin(declaration)) declaration = *earlier;
    const auto parent =
        std::lower_bound(parents_.begin(), parents_.end(), declaration.offset,
                         [](const Parent& known, std::uint32_t offset) { return known.offset < offset; });
    if (parent == parents_.end() || parent->offset != declaration.offset) return std::string(name);
    info_.sections().effort().spend(scopes_[parent->scope].size());
    return scopes_[parent->scope] + std::string(name);
}

} // namespace p4jit::dwarf
