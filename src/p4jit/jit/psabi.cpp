#include "p4jit/jit/psabi.hpp"

#include "p4jit/jit/scalar.hpp"

#include <algorithm>
#include <bit>

namespace p4jit::jit {

using dwarf::TypeKind;

namespace {

constexpr std::size_t most_fields = 2, word = 4;

/// Appends the type's members; false if there are too many, or one is of
/// another kind.
bool append(const dwarf::Type& type, std::uint64_t offset, std::vector<FlatField>& fields);

bool append_field(std::vector<FlatField>& fields, FlatField field) {
    fields.push_back(field);
    return fields.size() <= most_fields;
}

bool append_bits(const dwarf::Member& member, std::uint64_t offset, std::vector<FlatField>& fields) {
    if (member.bit_size > 32) return false;
    const auto bytes = static_cast<std::uint8_t>(std::bit_ceil((member.bit_offset % 8 + member.bit_size + 7) / 8));
    return append_field(fields, {static_cast<std::uint32_t>(offset + member.bit_offset / 8),
                                 std::min<std::uint8_t>(bytes, word), false, false});
}

bool append_array(const dwarf::Type& type, std::uint64_t offset, std::vector<FlatField>& fields) {
    if (type.is_vector() || !type.count()) return false;
    std::vector<FlatField> of_element;
    if (!append(type.target(), 0, of_element) || of_element.empty()) return false;
    for (std::uint64_t i = 0; i < *type.count(); ++i)
        for (auto field : of_element) {
            field.offset += static_cast<std::uint32_t>(offset + i * type.target().size());
            if (!append_field(fields, field)) return false;
        }
    return true;
}

bool append_record(const dwarf::Type& type, std::uint64_t offset, std::vector<FlatField>& fields) {
    return std::ranges::all_of(type.members(), [&](const dwarf::Member& member) {
        return member.bit_size != 0 ? append_bits(member, offset, fields)
                                    : append(member.type, offset + member.offset, fields);
    });
}

bool append(const dwarf::Type& given, std::uint64_t offset, std::vector<FlatField>& fields) {
    const auto type = given.resolved();
    const auto at = static_cast<std::uint32_t>(offset);
    switch (type.kind()) {
    case TypeKind::structure:
    case TypeKind::class_: return append_record(type, offset, fields);
    case TypeKind::array: return append_array(type, offset, fields);
    case TypeKind::complex:
        return type.size() == 2 * word && fields.empty() && append_field(fields, {at, word, true, false}) &&
               append_field(fields, {at + 4, word, true, false});
    default: break;
    }
    const auto scalar = ScalarType::of(type);
    if (!scalar || scalar->size > word) return false;
    return append_field(
        fields, {at, scalar->size, scalar->kind == ScalarKind::floating, scalar->kind == ScalarKind::signed_integer});
}

} // namespace

std::optional<std::vector<FlatField>> flatten(const dwarf::Type& type) {
    std::vector<FlatField> fields;
    if (!append(type, 0, fields)) return std::nullopt;
    return fields;
}

} // namespace p4jit::jit
