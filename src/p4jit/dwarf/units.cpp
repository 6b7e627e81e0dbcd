// Unit headers (DWARF 5, section 7.5.1) and what a unit's own entry says.
#include "p4jit/dwarf/info.hpp"

#include <algorithm>

namespace p4jit::dwarf {

namespace {

// DW_LANG_* (DWARF 5, table 7.17, and the lists of later languages).
constexpr std::uint32_t lang_cxx[] = {0x04, 0x1A, 0x21, 0x2B, 0x3A};
constexpr std::uint32_t lang_assembler[] = {0x31, 0x8001};

template <std::size_t N>
bool any_of(const std::uint32_t (&languages)[N], std::uint32_t language) {
    return std::find(std::begin(languages), std::end(languages), language) != std::end(languages);
}

[[noreturn]] void refuse(const DebugSections& sections, std::string_view what, std::string_view cure) {
    throw BadObject(fmt::format("{}: its debug information {}; compile it {}", sections.object().name(), what, cure));
}

} // namespace

bool Unit::cxx() const { return any_of(lang_cxx, language); }
bool Unit::assembler() const { return any_of(lang_assembler, language); }

Info::Info(const DebugSections& sections) : sections_(sections), stream_(sections.info) {
    const auto types_begin = static_cast<std::uint32_t>(sections.info.size());
    if (!sections.types.empty()) {
        joined_.assign(sections.info.begin(), sections.info.end());
        joined_.insert(joined_.end(), sections.types.begin(), sections.types.end());
        stream_ = joined_;
    }
    read_units(0, types_begin, false);
    read_units(types_begin, static_cast<std::uint32_t>(stream_.size()), true);
    // Beyond this point every unit is known, so that references resolve.
    for (auto& unit : units_) read_root(unit);
}

void Info::read_units(std::uint32_t begin, std::uint32_t end, bool is_types_section) {
    // Sections of several parts may have padding between them.
    while (end - begin >= 4 && begin < end) {
        if (load_le<std::uint32_t>(&stream_[begin]) == 0)
            begin += 4;
        else
            begin = read_unit(begin, is_types_section);
    }
}

std::uint32_t Info::read_unit(std::uint32_t begin, bool is_types_section) {
    const auto broken = [&](std::string_view what) {
        sections_.corrupt(fmt::format("the unit at {:#x} {}", begin, what));
    };
    Cursor at(stream_, begin);
    const auto length = at.u32();
    if (length == 0xFFFF'FFFF) refuse(sections_, "is in the 64-bit format", "with -gdwarf32");
    if (length >= 0xFFFF'FFF0 || length > at.left()) broken("reaches outside its section");
    Unit unit{};
    unit.begin = begin;
    unit.end = begin + 4 + length;
    unit.version = at.u16();
    if (unit.version < 2 || unit.version > 5)
        refuse(sections_, fmt::format("is of DWARF version {}", unit.version), "with -gdwarf-5");
    std::uint8_t address_size = 0;
    std::uint32_t table = 0;
    if (unit.version >= 5) {
        unit.type = static_cast<UnitType>(at.u8());
        address_size = at.u8();
        table = at.u32();
    } else {
        unit.type = is_types_section ? DW_UT_type : DW_UT_compile;
        table = at.u32();
        address_size = at.u8();
    }
    if (unit.type == DW_UT_type) {
        unit.signature = at.u64();
        unit.type_offset = begin + at.u32();
    }
    if (unit.type == DW_UT_skeleton || unit.type == DW_UT_split_compile || unit.type == DW_UT_split_type)
        refuse(sections_, "is split over two files", "without -gsplit-dwarf");
    unit.root = static_cast<std::uint32_t>(at.at());
    if (!at.ok() || unit.root > unit.end) broken("is shorter than its header");
    if (address_size != 4) broken(fmt::format("has addresses of {} bytes", address_size));

    const auto known = tables_.find(table);
    unit.abbreviations =
        known != tables_.end() ? &known->second : &tables_.try_emplace(table, sections_, table).first->second;
    if (unit.type == DW_UT_type) type_units_.try_emplace(unit.signature, unit.type_offset);
    units_.push_back(unit);
    return unit.end;
}

void Info::read_root(Unit& unit) {
    if (unit.root == unit.end) return;
    const auto root = entry(unit, unit.root);
    if (root.abbreviation == nullptr) return;
    if (has(root, DW_AT_dwo_name) || has(root, DW_AT_GNU_dwo_name))
        refuse(sections_, "is split over two files", "without -gsplit-dwarf");
    const auto offset = [&](Attribute attribute, std::uint32_t otherwise) {
        const auto value = find(root, attribute);
        return value ? static_cast<std::uint32_t>(value->number) : otherwise;
    };
    // Where the base is not told it is the one behind the section's header.
    unit.str_offsets_base = offset(DW_AT_str_offsets_base, 8);
    unit.addr_base = offset(DW_AT_addr_base, 8);
    unit.rnglists_base = offset(DW_AT_rnglists_base, 12);
    unit.language = static_cast<std::uint32_t>(constant(root, DW_AT_language).value_or(0));
    unit.low_pc = address(root, DW_AT_low_pc).value_or(0);
    unit.comp_dir = text(root, DW_AT_comp_dir);
    unit.producer = text(root, DW_AT_producer);
    if (const auto program = find(root, DW_AT_stmt_list))
        unit.line_program = static_cast<std::uint32_t>(program->number);
}

} // namespace p4jit::dwarf
