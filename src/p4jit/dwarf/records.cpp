// The members of structures, unions and classes; the second half of TypeReader.
#include "p4jit/dwarf/type_reader.hpp"

namespace p4jit::dwarf {

namespace {

// DW_CC_pass_by_reference, DW_CC_pass_by_value (DWARF 5, table 7.18).
constexpr std::uint64_t pass_by_reference = 4, pass_by_value = 5;
// DW_DEFAULTED_in_class (DWARF 5, table 7.24).
constexpr std::uint64_t defaulted_in_class = 1;

/// "vector" of "std::vector<int>": what its constructors are called.
std::string_view class_name(std::string_view name) {
    name = name.substr(0, name.find('<'));
    const auto scope = name.rfind("::");
    return scope == name.npos ? name : name.substr(scope + 2);
}

} // namespace

void TypeReader::complete(const Pending& record) {
    auto& node = this->node(record.index); // a deque: it stays where it is
    if (const auto convention = info_.constant(record.entry, DW_AT_calling_convention))
        if (*convention == pass_by_reference || *convention == pass_by_value)
            node.told_passed_by_reference = *convention == pass_by_reference;
    bool special = false;
    info_.for_children(record.entry, [&](const Entry& child) {
        switch (child.tag()) {
        case DW_TAG_member:
        case DW_TAG_inheritance: read_member(child, node); break;
        case DW_TAG_subprogram: special = special || makes_copies_special(child, record.index); break;
        default: break;
        }
    });
    node.is_passed_by_reference = node.told_passed_by_reference.value_or(node.is_passed_by_reference || special);
}

void TypeReader::read_member(const Entry& entry, TypeNode& record) {
    // Before DWARF 5 a static member is told as a member that is only declared.
    if (info_.flag(entry, DW_AT_declaration) || info_.flag(entry, DW_AT_external)) return;
    MemberNode member{};
    member.is_base = entry.tag() == DW_TAG_inheritance;
    // A virtual base is found at run time.
    if (member.is_base && info_.constant(entry, DW_AT_virtuality).value_or(0) != 0) {
        record.is_passed_by_reference = true;
        return;
    }
    if (!member.is_base) member.name = info_.text(entry, DW_AT_name);
    member.is_artificial = info_.flag(entry, DW_AT_artificial);
    if (member.name.starts_with("_vptr")) record.is_passed_by_reference = true;
    member.type = type_of(entry);
    member.alignment = alignment_of(entry);
    const auto offset = member_offset(entry);
    if (!offset) return;
    member.offset = *offset;

    const auto narrow = [](std::uint64_t value) { return static_cast<std::uint32_t>(value); };
    member.bit_size = narrow(info_.constant(entry, DW_AT_bit_size).value_or(0));
    if (member.bit_size != 0) {
        if (const auto from_start = info_.constant(entry, DW_AT_data_bit_offset)) {
            member.bit_offset = narrow(*offset * 8 + *from_start);
        } else {
            // Until DWARF 3: the distance of its top bit from the top of the
            // storage unit (DWARF 3, section 5.6.6).
            const auto from_top = info_.constant(entry, DW_AT_bit_offset).value_or(0);
            member.bit_offset = narrow((*offset + storage_size(entry, member.type)) * 8 - from_top - member.bit_size);
        }
        member.offset = member.bit_offset / 8;
    }
    record.members.push_back(std::move(member));
}

std::optional<std::uint64_t> TypeReader::member_offset(const Entry& entry) const {
    const auto value = info_.find(entry, DW_AT_data_member_location);
    if (!value) return 0; // of a union
    if (const auto offset = info_.constant(entry, DW_AT_data_member_location)) return offset;
    if (!value->is_block()) return std::nullopt;
    Cursor at(value->bytes);
    const auto operation = at.u8();
    if (operation != DW_OP_plus_uconst && operation != DW_OP_constu) return std::nullopt;
    const auto offset = at.uleb128();
    return at.ok() ? std::optional(offset) : std::nullopt;
}

std::uint64_t TypeReader::storage_size(const Entry& entry, std::uint32_t type) const {
    if (const auto size = info_.constant(entry, DW_AT_byte_size)) return *size;
    const auto* node = &table_->nodes[type];
    while (node->size == 0 && node->target != void_type) node = &table_->nodes[node->target];
    return node->size;
}

bool TypeReader::makes_copies_special(const Entry& method, std::uint32_t record) {
    if (info_.constant(method, DW_AT_virtuality).value_or(0) != 0) return true;
    if (info_.flag(method, DW_AT_artificial) || info_.flag(method, DW_AT_deleted)) return false;
    if (info_.constant(method, DW_AT_defaulted).value_or(0) == defaulted_in_class) return false;
    const auto name = info_.text(method, DW_AT_name);
    const auto constructor = class_name(node(record).name);
    if (name.starts_with('~')) return true;
    if (constructor.empty() || name != constructor) return false;
    // A copy or move constructor: this, and a reference to the same class.
    std::vector<Entry> parameters;
    info_.for_children(method, [&](const Entry& child) {
        if (child.tag() == DW_TAG_formal_parameter && !info_.flag(child, DW_AT_artificial)) parameters.push_back(child);
    });
    if (parameters.size() != 1) return false;
    const auto type = type_of(parameters[0]);
    if (node(type).kind != TypeKind::reference && node(type).kind != TypeKind::rvalue_reference) return false;
    auto target = node(type).target;
    while (node(target).kind == TypeKind::const_ || node(target).kind == TypeKind::typedef_)
        target = node(target).target;
    return target == record;
}

} // namespace p4jit::dwarf
