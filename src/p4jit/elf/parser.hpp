// The parser behind Object::parse; private to this part. parse.cpp reads the
// header and the sections, parse_tables.cpp what the sections hold.
#pragma once

#include "p4jit/elf/contents.hpp"

namespace p4jit::elf {

class Parser {
public:
    Parser(ByteView file, std::string name, std::shared_ptr<const void> owner);
    /// The table of contents: throws BadObject, or returns the whole Object.
    Object run();

private:
    // parse.cpp
    void check_identity() const;
    void read_header();
    void read_section_headers();
    void name_sections();
    void check_sections();
    void check_abi() const;

    // parse_tables.cpp
    void read_symbols();
    Symbol read_symbol(std::uint32_t index, Cursor& at, const Section& names, ByteView extended);
    ByteView extended_indices(const Section& symtab) const;
    void read_relocations();
    void read_relocations_of(const Section& table);
    void read_groups();
    void read_segments();
    void read_notes();

    /// Throws BadObject: what is wrong with the file, and how to cure it.
    [[noreturn]] void corrupt(const std::string& what) const;
    [[noreturn]] void foreign(std::string_view what, std::string_view cure) const;
    static std::string label(const Section& section);
    /// The section `from` links to, which must be of that type.
    const Section& linked(const Section& from, std::uint32_t index, SectionType type) const;
    std::string_view string(const Section& table, std::uint32_t offset);

    ByteView file_;
    std::shared_ptr<Object::Contents> contents_;
    Object::Contents& out_;

    std::uint32_t section_headers_ = 0, segment_headers_ = 0; ///< file offsets
    std::uint32_t section_count_ = 0, segment_count_ = 0, name_table_ = 0;
    std::vector<std::uint32_t> offsets_; ///< of each section's contents in the file
    std::uint32_t symbol_table_ = 0;     ///< section index; 0: none
    std::uint64_t name_bytes_ = 0;       ///< length of all names so far
};

} // namespace p4jit::elf
