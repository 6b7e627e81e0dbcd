// From entries to the TypeTable.
//
// Types refer to each other in circles. Everything but records is read on the
// spot, so that meeting a type again while it is being read means that it is
// made of itself, which no compiler writes; the members of records wait in a
// queue until finish().
#pragma once

#include "p4jit/dwarf/outline.hpp"
#include "p4jit/dwarf/type_table.hpp"

namespace p4jit::dwarf {

/// Everything here throws BadObject when the debug information is damaged.
class TypeReader {
public:
    TypeReader(const Info& info, const Outline& outline);

    /// The type an entry refers to with DW_AT_type; void if it does not.
    std::uint32_t type_of(const Entry& entry);

    /// The type of that number; complete once finish() has run.
    Type type(std::uint32_t index) const { return TypeTable::type(table_, index); }

    /// Reads the members of records, the records they need, and so on, then
    /// checks and measures every type. The last call.
    void finish();

private:
    struct Pending {
        std::uint32_t index;
        Entry entry;
    };

    std::uint32_t read(std::uint32_t offset);
    Entry definition_of(const Entry& entry) const;
    void read_entry(const Entry& entry, std::uint32_t index);
    void read_base(const Entry& entry, TypeNode& node);
    void read_record(const Entry& entry, std::uint32_t index, TypeKind kind);
    void read_array(const Entry& entry, std::uint32_t index);
    void read_enumeration(const Entry& entry, TypeNode& node);
    void read_function(const Entry& entry, std::uint32_t index);
    void read_derived(const Entry& entry, std::uint32_t index, TypeKind kind);

    void complete(const Pending& record);
    void read_member(const Entry& entry, TypeNode& record);
    std::optional<std::uint64_t> member_offset(const Entry& entry) const;
    std::uint64_t storage_size(const Entry& entry, std::uint32_t type) const;
    bool makes_copies_special(const Entry& method, std::uint32_t record);
    std::optional<std::uint64_t> bound(const Entry& subrange) const;
    std::uint32_t alignment_of(const Entry& entry) const;
    std::uint32_t add(TypeKind kind);
    TypeNode& node(std::uint32_t index) { return table_->nodes[index]; }

    const Info& info_;
    const Outline& outline_;
    std::shared_ptr<TypeTable> table_;
    std::unordered_map<std::uint32_t, std::uint32_t> known_; ///< offset of the entry -> index
    std::vector<Pending> pending_;
    std::vector<std::uint32_t> open_; ///< types being read
};

/// Sizes, alignments and who is passed by reference, for every type of the
/// table. Returns what is wrong with it ("a type that contains itself"), or an
/// empty text.
std::string_view measure(TypeTable& table);

} // namespace p4jit::dwarf
