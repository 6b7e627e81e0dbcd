// .debug_info as a tree of entries (DIEs) that are read where they lie.
//
// An Entry is a place and an abbreviation, a few words; its attributes are
// looked up when somebody asks. Offsets count from the start of the stream:
// .debug_info, and DWARF 4's .debug_types behind it. DWARF 2 to 5, 32-bit.
#pragma once

#include "p4jit/dwarf/abbreviations.hpp"

namespace p4jit::dwarf {

struct Unit {
    std::uint32_t begin, end; ///< in the stream; begin is the header's
    std::uint32_t root;       ///< the unit's own entry
    std::uint16_t version;
    UnitType type;
    const AbbreviationTable* abbreviations;
    std::uint64_t signature;   ///< of a type unit
    std::uint32_t type_offset; ///< of a type unit: its type, in the stream
    // From the unit's entry:
    std::uint32_t language = 0;
    std::uint32_t str_offsets_base = 0, addr_base = 0, rnglists_base = 0;
    std::uint32_t low_pc = 0; ///< what offsets in range lists are relative to
    std::optional<std::uint32_t> line_program;
    std::string_view comp_dir, producer;

    bool cxx() const;
    bool assembler() const;
};

struct Entry {
    const Unit* unit;
    std::uint32_t offset;
    const Abbreviation* abbreviation; ///< nullptr: the mark behind the last child
    std::uint32_t values;             ///< where its attributes' values begin

    Tag tag() const { return abbreviation->tag; }
};

/// A value as it is stored: a number (constant, address, offset, index), or
/// bytes (blocks, and the text of DW_FORM_string).
struct Value {
    Form form;
    std::uint64_t number;
    ByteView bytes;

    bool is_block() const;
};

/// Everything here throws BadObject when the debug information is damaged, and
/// spends from DebugSections::effort().
class Info {
public:
    explicit Info(const DebugSections& sections);
    Info(const Info&) = delete;
    Info& operator=(const Info&) = delete;

    const DebugSections& sections() const { return sections_; }
    const std::deque<Unit>& units() const { return units_; }
    Entry root(const Unit& unit) const { return entry(unit, unit.root); }
    /// The entry at any offset in the stream.
    Entry entry(std::uint32_t offset) const;
    /// The entry at an offset inside the unit.
    Entry entry(const Unit& unit, std::uint32_t offset) const;

    /// Where the entry's first child begins, or what follows one without.
    std::uint32_t behind(const Entry& entry) const;
    /// Where what follows the entry and all its children begins.
    std::uint32_t next_sibling(const Entry& entry) const;
    /// Calls visit(const Entry&) for each child, in order.
    template <typename Visit>
    void for_children(const Entry& parent, Visit&& visit) const {
        if (!parent.abbreviation->has_children) return;
        for (auto at = behind(parent);;) {
            const auto child = entry(*parent.unit, at);
            if (child.abbreviation == nullptr) return;
            visit(child);
            at = next_sibling(child);
        }
    }

    std::optional<Value> find(const Entry& entry, Attribute attribute) const;
    bool has(const Entry& entry, Attribute attribute) const { return find(entry, attribute).has_value(); }
    /// A flag that is absent is false.
    bool flag(const Entry& entry, Attribute attribute) const;
    /// A constant; none if absent or not a constant.
    std::optional<std::uint64_t> constant(const Entry& entry, Attribute attribute) const;
    /// A text; empty if absent.
    std::string_view text(const Entry& entry, Attribute attribute) const;
    /// The offset in the stream of the entry referred to.
    std::optional<std::uint32_t> reference(const Entry& entry, Attribute attribute) const;
    /// An address, as DebugSections::addresses() knows it.
    std::optional<std::uint32_t> address(const Entry& entry, Attribute attribute) const;

    /// DW_AT_high_pc's meaning: an address, or a distance from low_pc.
    std::optional<std::uint32_t> high_pc(const Entry& entry, std::uint32_t low_pc) const;
    /// The entry's address in .debug_addr.
    std::uint32_t indexed_address(const Unit& unit, std::uint64_t index) const;

    /// The entry this one completes: what DW_AT_abstract_origin or, failing
    /// that, DW_AT_specification refers to.
    std::optional<Entry> origin(const Entry& entry) const;
    /// The entry that has the attribute: this one or one that it completes.
    std::optional<Entry> owner(const Entry& entry, Attribute attribute) const;

private:
    void read_units(std::uint32_t begin, std::uint32_t end, bool is_types_section);
    std::uint32_t read_unit(std::uint32_t begin, bool is_types_section);
    void read_root(Unit& unit);
    Value read(Cursor& at, Form form, std::int64_t implicit) const;
    std::string_view text_of(const Unit& unit, const Value& value) const;
    std::string_view string_at(ByteView section, std::uint64_t offset) const;
    std::uint32_t address_of(const Unit& unit, const Value& value) const;

    const DebugSections& sections_;
    Bytes joined_; ///< the stream, if it is not .debug_info alone
    ByteView stream_;
    std::deque<Unit> units_; ///< sorted by begin
    std::unordered_map<std::uint32_t, AbbreviationTable> tables_;
    std::unordered_map<std::uint64_t, std::uint32_t> type_units_; ///< signature -> type
};

} // namespace p4jit::dwarf
