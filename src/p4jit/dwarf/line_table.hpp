// From places in code to lines of source and names of functions.
//
// Works for unlinked objects (section and offset) and for images (address). A
// program relocated by our own linker is looked up by the places its code had
// in the objects.
#pragma once

#include "p4jit/dwarf/place.hpp"

#include <string>

namespace p4jit::dwarf {

class Info;

struct SourceLine {
    std::string_view file; ///< absolute if the compiler knew its folder
    std::uint32_t line;
};

/// A row of the line table: the code from here to the next row is of that line.
struct LineRow {
    std::uint32_t address; ///< LineTable::place() tells where it is
    std::uint32_t file;    ///< index into LineTable::files()
    std::uint32_t line;    ///< 0: of no line
    bool is_statement;
    bool is_end; ///< the first address behind a run of code
};

/// A value; the texts it hands out live as long as it does.
class LineTable {
public:
    /// Throws BadObject if there is no debug information or it is damaged.
    static LineTable read(const elf::Object& object);

    /// The line that the instruction there was made from; none if it is not
    /// known.
    std::optional<SourceLine> find(Place place) const { return find_address(addresses_.address(place)); }
    /// The same in an image.
    std::optional<SourceLine> find(std::uint32_t address) const;

    /// The qualified name of the function that the instruction there belongs
    /// to, without what an optimiser added ("f", not "f.constprop.0"); empty
    /// if it is not known.
    std::string_view function(Place place) const { return function_address(addresses_.address(place)); }
    std::string_view function(std::uint32_t address) const;

    /// Sorted by address; rows of the same address in the program's order.
    const std::vector<LineRow>& rows() const { return rows_; }
    const std::vector<std::string>& files() const { return files_; }
    /// Where a row's code is; none for the end of a section.
    std::optional<Place> place(const LineRow& row) const { return addresses_.place(row.address); }

private:
    struct FunctionRange {
        std::uint32_t low, high, name;
    };
    explicit LineTable(AddressMap addresses, bool image) : addresses_(std::move(addresses)), image_(image) {}
    std::optional<SourceLine> find_address(std::uint32_t address) const;
    std::string_view function_address(std::uint32_t address) const;
    void read_functions(const Info& info);

    AddressMap addresses_;
    bool image_;
    std::vector<LineRow> rows_;
    std::vector<std::string> files_;
    std::vector<FunctionRange> functions_; ///< sorted by low
    std::vector<std::string> names_;
};

} // namespace p4jit::dwarf
