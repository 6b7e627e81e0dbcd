// Writes a linked image (ET_EXEC): sections at their addresses, symbols, and a
// segment for each section that is loaded. What tools such as gdb, objdump and
// readelf take.
#pragma once

#include "p4jit/elf/object.hpp"

#include <string>
#include <vector>

namespace p4jit::elf {

struct OutputSection {
    std::string name;
    SectionType type = SectionType::progbits;
    std::uint32_t flags = 0; ///< section_flag bits; with alloc it is loaded
    std::uint32_t address = 0;
    std::uint32_t alignment = 1;
    Bytes contents;         ///< empty for NOBITS
    std::uint32_t size = 0; ///< of NOBITS; else the contents count
};

struct OutputSymbol {
    std::string name;
    std::uint32_t value = 0; ///< the address
    std::uint32_t size = 0;
    SymbolBinding binding = SymbolBinding::global;
    SymbolType type = SymbolType::notype;
    /// Index into the sections given, or nothing: absolute.
    std::optional<std::size_t> section;
};

struct OutputImage {
    std::uint32_t entry = 0;
    std::uint32_t flags = 0; ///< e_flags: header_flag bits
    std::vector<OutputSection> sections;
    std::vector<OutputSymbol> symbols; ///< in any order
};

/// The file's bytes. Object::parse takes them back.
Bytes write(const OutputImage& image);

} // namespace p4jit::elf
