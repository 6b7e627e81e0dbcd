// What the sections of an object hold: symbols, relocations, groups, notes;
// and the segments of an image.
#include "p4jit/elf/attributes.hpp"
#include "p4jit/elf/parser.hpp"

#include <bit>
#include <fmt/format.h>

namespace p4jit::elf {

namespace {

constexpr std::size_t symbol_size = 16, rela_size = 12, segment_header_size = 32;

// Reserved section indices of a symbol (gABI 4-8).
constexpr std::uint16_t shn_loreserve = 0xFF00, shn_abs = 0xFFF1, shn_common = 0xFFF2, shn_xindex = 0xFFFF;

constexpr std::uint32_t group_comdat = 1;

} // namespace

void Parser::read_symbols() {
    for (const auto& section : out_.sections) {
        if (section.type != SectionType::symtab) continue;
        if (symbol_table_ != 0) corrupt(fmt::format("{} is a second symbol table", label(section)));
        symbol_table_ = section.index;
    }
    if (symbol_table_ == 0) return;
    const auto& table = out_.sections[symbol_table_];
    if (table.entry_size != symbol_size || table.size % symbol_size != 0)
        corrupt(fmt::format("{} does not consist of symbols of {} bytes", label(table), symbol_size));
    const auto& names = linked(table, table.link, SectionType::strtab);
    const auto extended = extended_indices(table);
    const auto count = static_cast<std::uint32_t>(table.size / symbol_size);
    out_.symbols.reserve(count);
    Cursor at(table.contents);
    for (std::uint32_t index = 0; index < count; ++index)
        out_.symbols.push_back(read_symbol(index, at, names, extended));
}

Symbol Parser::read_symbol(std::uint32_t index, Cursor& at, const Section& names, ByteView extended) {
    Symbol symbol{};
    symbol.index = index;
    const auto name_offset = at.u32();
    symbol.value = at.u32();
    symbol.size = at.u32();
    const auto info = at.u8(), other = at.u8();
    const auto section = at.u16();
    symbol.binding = static_cast<SymbolBinding>(info >> 4);
    symbol.type = static_cast<SymbolType>(info & 15);
    symbol.visibility = static_cast<SymbolVisibility>(other & 3);
    if (name_offset != 0) symbol.name = string(names, name_offset);

    symbol.section = section;
    if (section == shn_abs)
        symbol.section = section_absolute;
    else if (section == shn_common)
        symbol.section = section_common;
    else if (section == shn_xindex)
        symbol.section = Cursor(extended, std::size_t{index} * 4).u32();
    const bool reserved = section >= shn_loreserve && section != shn_xindex;
    if (reserved ? symbol.section < section_absolute : symbol.section >= out_.sections.size())
        corrupt(
            fmt::format("symbol {} ({}) is in section {}, which does not exist", index, symbol.name, symbol.section));
    return symbol;
}

ByteView Parser::extended_indices(const Section& symtab) const {
    for (const auto& section : out_.sections)
        if (section.type == SectionType::symtab_shndx && section.link == symtab.index) return section.contents;
    return {};
}

void Parser::read_relocations() {
    // The linker has applied an image's relocations already.
    if (out_.kind != ObjectKind::relocatable) return;
    for (const auto& section : out_.sections) {
        if (section.type == SectionType::rel)
            corrupt(fmt::format("{} is of type REL, which RISC-V does not use (it uses RELA)", label(section)));
        if (section.type == SectionType::rela) read_relocations_of(section);
    }
}

void Parser::read_relocations_of(const Section& table) {
    if (table.entry_size != rela_size || table.size % rela_size != 0)
        corrupt(fmt::format("{} does not consist of relocations of {} bytes", label(table), rela_size));
    linked(table, table.link, SectionType::symtab);
    if (table.info == 0 || table.info >= out_.sections.size() || table.info == table.index)
        corrupt(fmt::format("{} applies to section {}, which does not exist", label(table), table.info));
    auto& target = out_.sections[table.info];
    if (!target.relocations.empty())
        corrupt(fmt::format("{} is a second relocation table for {}", label(table), label(target)));

    const auto count = table.size / rela_size;
    target.relocations.reserve(count);
    Cursor at(table.contents);
    for (std::uint32_t index = 0; index < count; ++index) {
        Relocation relocation{};
        relocation.offset = at.u32();
        const auto info = at.u32();
        relocation.type = static_cast<RelocationType>(info & 0xFF);
        relocation.symbol = info >> 8;
        relocation.addend = static_cast<std::int32_t>(at.u32());
        // A RELAX or ALIGN marker may stand at the very end of a section; the
        // offsets of a compressed one count in what decompress() gives.
        if (relocation.offset > target.contents.size() && !(target.flags & section_flag::compressed))
            corrupt(fmt::format("relocation {} of {} lies outside {}", index, label(table), label(target)));
        if (relocation.symbol >= std::max<std::size_t>(out_.symbols.size(), 1))
            corrupt(fmt::format("relocation {} of {} names symbol {}, which does not exist", index, label(table),
                                relocation.symbol));
        target.relocations.push_back(relocation);
    }
}

void Parser::read_groups() {
    if (out_.kind != ObjectKind::relocatable) return;
    for (const auto& section : out_.sections) {
        if (section.type != SectionType::group) continue;
        linked(section, section.link, SectionType::symtab);
        if (section.info >= out_.symbols.size() || section.size < 4)
            corrupt(fmt::format("{} is no section group", label(section)));
        const auto& symbol = out_.symbols[section.info];
        // A section symbol lends its section's name.
        const bool lent = symbol.type == SymbolType::section && symbol.placed() && symbol.name.empty();
        Cursor at(section.contents);
        Group group{lent ? out_.sections[symbol.section].name : symbol.name, (at.u32() & group_comdat) != 0, {}};
        while (at.left() >= 4) {
            group.sections.push_back(at.u32());
            if (group.sections.back() >= out_.sections.size())
                corrupt(fmt::format("{} has section {}, which does not exist", label(section), group.sections.back()));
        }
        out_.groups.push_back(std::move(group));
    }
}

void Parser::read_segments() {
    if (segment_count_ == 0) return;
    if (segment_headers_ > file_.size() || segment_count_ > (file_.size() - segment_headers_) / segment_header_size)
        corrupt(fmt::format("the headers of {} segments lie outside the file", segment_count_));
    Cursor at(file_, segment_headers_);
    for (std::uint32_t index = 0; index < segment_count_; ++index) {
        Segment segment{};
        segment.type = static_cast<SegmentType>(at.u32());
        const auto offset = at.u32();
        segment.address = at.u32();
        segment.physical_address = at.u32();
        const auto file_size = at.u32();
        segment.memory_size = at.u32();
        segment.flags = at.u32();
        segment.alignment = std::max(at.u32(), 1u);
        const bool loaded = segment.type == SegmentType::load;
        if (offset > file_.size() || file_size > file_.size() - offset)
            corrupt(fmt::format("segment {} lies outside the file", index));
        if (loaded && file_size > segment.memory_size)
            corrupt(fmt::format("segment {} is larger in the file than in memory", index));
        if (loaded && std::uint64_t{segment.address} + segment.memory_size > std::uint64_t{1} << 32)
            corrupt(fmt::format("segment {} reaches past the end of memory", index));
        segment.contents = file_.subspan(offset, file_size);
        out_.segments.push_back(segment);
    }
}

void Parser::read_notes() {
    for (const auto& section : out_.sections) {
        if (section.type == SectionType::note && out_.build_id.empty()) out_.build_id = find_build_id(section.contents);
        if (section.type == SectionType::riscv_attributes) out_.architecture = find_architecture(section.contents);
    }
}

} // namespace p4jit::elf
