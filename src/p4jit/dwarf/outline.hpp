// The outline of a program: its functions and variables, and the namespaces and
// classes they stand in. Bodies of functions are passed over.
#pragma once

#include "p4jit/dwarf/info.hpp"

namespace p4jit::dwarf {

class Outline {
public:
    /// One walk over all units. Throws BadObject.
    explicit Outline(const Info& info);

    /// Every DW_TAG_subprogram: definitions, declarations, abstract instances.
    const std::vector<Entry>& functions() const { return functions_; }
    /// Every DW_TAG_variable outside of functions.
    const std::vector<Entry>& variables() const { return variables_; }

    /// The entry's name with those of the namespaces and classes around it,
    /// "geo::Point::norm"; in C the name alone. Empty if it has none. Entries
    /// that complete another one have its name.
    std::string qualified_name(const Entry& entry) const;

private:
    struct Parent {
        std::uint32_t offset, scope;
    };
    void walk(const Unit& unit);
    std::uint32_t open_scope(const Entry& entry, std::uint32_t parent);

    const Info& info_;
    std::vector<Entry> functions_, variables_;
    std::vector<std::string> scopes_; ///< "geo::Point::"; number 0 is the empty one
    std::vector<Parent> parents_;     ///< of C++ entries, sorted by offset
};

} // namespace p4jit::dwarf
