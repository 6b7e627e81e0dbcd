// The debug sections of one object, ready to be read: found under whichever
// name the compiler chose, decompressed, relocated.
#pragma once

#include "p4jit/dwarf/effort.hpp"
#include "p4jit/dwarf/place.hpp"

#include <deque>

namespace p4jit::dwarf {

/// Not copyable: the views look into the object and into bytes owned here.
class DebugSections {
public:
    /// Throws BadObject if there is no debug information, or it is damaged.
    explicit DebugSections(const elf::Object& object);
    DebugSections(const DebugSections&) = delete;
    DebugSections& operator=(const DebugSections&) = delete;

    const elf::Object& object() const { return object_; }
    const AddressMap& addresses() const { return addresses_; }
    /// Shared by everything that reads these sections.
    Effort& effort() const { return *effort_; }
    /// Is it GCC's early debug information of an -flto object, which knows
    /// types and declarations but no addresses?
    bool early() const { return early_; }

    /// .debug_info (with -fdebug-types-section there are several, one behind
    /// the other here), and behind it DWARF 4's .debug_types.
    ByteView info, types;
    ByteView abbrev, str, line_str, str_offsets, addr, line, ranges, rnglists;

    /// Throws BadObject: what is wrong with the debug information.
    [[noreturn]] void corrupt(const std::string& what) const;

private:
    struct Part {
        const elf::Section* section;
        ByteView contents; ///< as in the file, or decompressed
    };
    std::vector<Part> find(std::string_view name);
    ByteView load(const std::vector<Part>& parts);

    elf::Object object_;
    AddressMap addresses_;
    bool early_ = false;
    std::vector<std::uint32_t> bases_; ///< of loaded sections and debug sections
    std::deque<Bytes> owned_;
    std::unique_ptr<Effort> effort_;
};

} // namespace p4jit::dwarf
