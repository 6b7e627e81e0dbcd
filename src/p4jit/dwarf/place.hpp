// Places in an object, and the addresses that debug information calls them by.
#pragma once

#include "p4jit/elf/object.hpp"

#include <compare>
#include <optional>

namespace p4jit::dwarf {

/// Where something is, in the terms of elf::Symbol: a section's index, and an
/// offset in it (relocatable object) or an address (image).
struct Place {
    std::uint32_t section;
    std::uint32_t value;
    auto operator<=>(const Place&) const = default;
};

/// Gives every section of an object an address of its own.
///
/// In an unlinked object all sections begin at 0, so that a bare number does
/// not tell which one it means. Debug information is therefore relocated as if
/// the sections lay one behind the other, with gaps; a number in it then names
/// a place, and 0 names none. In an image the addresses are the real ones.
class AddressMap {
public:
    /// Throws BadObject if the sections do not fit into 32-bit addresses.
    explicit AddressMap(const elf::Object& object);

    /// The address each section is taken to begin at, by section index; 0 for
    /// those that are not loaded.
    const std::vector<std::uint32_t>& bases() const { return bases_; }

    /// The place at that address; none between and outside the sections.
    std::optional<Place> place(std::uint32_t address) const;
    /// The address of a place.
    std::uint32_t address(Place place) const;

private:
    struct Span {
        std::uint32_t begin, size, section;
    };
    std::vector<std::uint32_t> bases_;
    std::vector<Span> spans_; ///< sorted by begin
    bool image_;
};

} // namespace p4jit::dwarf
