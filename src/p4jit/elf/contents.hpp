// What a parsed object consists of; shared by parser and object, private to
// this part.
#pragma once

#include "p4jit/elf/object.hpp"

#include <unordered_map>

namespace p4jit::elf {

struct Object::Contents {
    std::shared_ptr<const void> owner; ///< of the bytes that all views look at
    std::string name;
    ObjectKind kind = ObjectKind::relocatable;
    std::uint32_t entry = 0, flags = 0;
    std::vector<Section> sections;
    std::vector<Symbol> symbols;
    std::vector<Segment> segments;
    std::vector<Group> groups;
    ByteView build_id;
    std::string_view architecture;

    std::unordered_map<std::string_view, std::uint32_t> by_name;
    /// Indices of FUNC symbols, and of NOTYPE labels in executable sections,
    /// each sorted by section and value, one for a place.
    std::vector<std::uint32_t> functions, labels;

    /// Fills the three indices above from `symbols`.
    void index_symbols();
};

} // namespace p4jit::elf
