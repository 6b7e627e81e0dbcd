// An ELF file for the ESP32-P4's cores, taken apart: an unlinked object
// (ET_REL) or a linked image (ET_EXEC). 32-bit, little-endian, RISC-V, ilp32f;
// anything else is refused by name.
//
// Nothing here changes a byte. The words are the gABI's: sections, symbols,
// relocations, segments. Start at Object; docs/objects.md tells the traps.
#pragma once

#include "p4jit/base/bytes.hpp"
#include "p4jit/elf/format.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace p4jit::elf {

/// One RELA entry. `offset` counts from the start of the section it changes and
/// is at most its size; whether the field fits is for whoever writes it to check.
struct Relocation {
    std::uint32_t offset;
    RelocationType type;
    std::uint32_t symbol; ///< index into Object::symbols(); 0 is "no symbol"
    std::int32_t addend;
};

struct Section {
    std::uint32_t index;
    std::string_view name;
    SectionType type;
    std::uint32_t flags;   ///< section_flag bits
    std::uint32_t address; ///< 0 in relocatable objects
    std::uint32_t size;
    std::uint32_t link, info;
    std::uint32_t alignment; ///< a power of two, at least 1
    std::uint32_t entry_size;
    ByteView contents;                   ///< empty for NOBITS
    std::vector<Relocation> relocations; ///< in file order; relocatable objects only

    bool allocated() const { return flags & section_flag::alloc; }
    bool executable() const { return flags & section_flag::execute; }
};

/// Symbol::section for symbols that are not in a section.
inline constexpr std::uint32_t section_undefined = 0;
inline constexpr std::uint32_t section_absolute = 0xFFFF'FFF1;
inline constexpr std::uint32_t section_common = 0xFFFF'FFF2;

struct Symbol {
    std::uint32_t index;
    std::string_view name; ///< empty for section symbols
    /// Offset in its section (relocatable object), address (image), or the
    /// alignment (common symbol).
    std::uint32_t value;
    std::uint32_t size;
    SymbolBinding binding;
    SymbolType type;
    SymbolVisibility visibility;
    std::uint32_t section; ///< an index, or one of the three constants above

    bool undefined() const { return section == section_undefined; }
    bool absolute() const { return section == section_absolute; }
    bool common() const { return section == section_common; }
    /// Is it at a place in a section of this file?
    bool placed() const { return section < section_absolute && section != section_undefined; }
    bool local() const { return binding == SymbolBinding::local; }
    bool function() const { return type == SymbolType::function || type == SymbolType::gnu_ifunc; }
};

struct Segment {
    SegmentType type;
    std::uint32_t flags; ///< segment_flag bits
    std::uint32_t address, physical_address;
    std::uint32_t memory_size; ///< at least contents.size(); the rest is zeros
    std::uint32_t alignment;
    ByteView contents;
};

/// Sections that stand or fall together (SHT_GROUP). Of COMDAT groups with the
/// same signature a linker keeps one.
struct Group {
    std::string_view signature;
    bool comdat;
    std::vector<std::uint32_t> sections;
};

enum class ObjectKind { relocatable, image };

/// A parsed file. A value: copies share the bytes and tables, and every view
/// handed out stays valid as long as one of them lives.
class Object {
public:
    /// Takes the file apart and checks it: all offsets, indices and names are
    /// inside the file. `name` is for messages. Throws BadObject.
    static Object parse(Bytes file, std::string name);
    /// The same for bytes that `owner` keeps alive.
    static Object parse(ByteView file, std::string name, std::shared_ptr<const void> owner);

    const std::string& name() const;
    ObjectKind kind() const;
    std::uint32_t entry() const;
    std::uint32_t flags() const; ///< e_flags
    FloatAbi float_abi() const { return static_cast<FloatAbi>(flags() & header_flag::float_abi); }

    /// Index 0 is the null section, as in the file.
    const std::vector<Section>& sections() const;
    /// Index 0 is the null symbol, as in the file.
    const std::vector<Symbol>& symbols() const;
    const std::vector<Segment>& segments() const;
    const std::vector<Group>& groups() const;

    /// The first section of that name, or nullptr.
    const Section* section(std::string_view name) const;
    /// The symbol of that name, a definition rather than a reference and a
    /// global one rather than a local one; nullptr if there is none. Section
    /// and file symbols, mapping symbols and .L labels are not found.
    const Symbol* symbol(std::string_view name) const;
    /// Is the symbol a function, or a label in code without a type, as
    /// assembly without .type has them?
    bool is_code(const Symbol& symbol) const {
        return symbol.placed() &&
               (symbol.function() || (symbol.type == SymbolType::notype && sections()[symbol.section].executable()));
    }
    /// The function that contains the place (Symbol::section and ::value): a
    /// FUNC symbol whose size covers it, else the nearest label before it in
    /// that executable section. nullptr if there is none.
    const Symbol* function_at(std::uint32_t section, std::uint32_t value) const;
    /// The same in an image, by address.
    const Symbol* function_at(std::uint32_t address) const;
    /// The allocated section that contains the address of an image (thread-
    /// local ones aside), or nullptr.
    const Section* section_at(std::uint32_t address) const;

    /// Of .note.gnu.build-id; empty without one.
    ByteView build_id() const;
    /// The ISA string of .riscv.attributes, "rv32i2p1_m2p0_…"; empty without.
    std::string_view architecture() const;

private:
    friend class Parser;
    struct Contents;
    explicit Object(std::shared_ptr<const Contents> contents) : contents_(std::move(contents)) {}
    std::shared_ptr<const Contents> contents_;
};

/// Does the file start like an ELF file, like an ar archive?
bool is_elf(ByteView file);
bool is_archive(ByteView file);

} // namespace p4jit::elf
