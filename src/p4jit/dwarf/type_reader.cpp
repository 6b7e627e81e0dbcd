#include "p4jit/dwarf/type_reader.hpp"

#include <algorithm>
#include <bit>

namespace p4jit::dwarf {

namespace {

// C promises 12 levels; code that people write stays under 10.
constexpr std::size_t deepest_type = 64;

/// C's shortest name of a base type. GCC says "long unsigned int" where clang
/// says "unsigned long".
std::string_view plain_name(std::string_view name) {
    constexpr std::pair<std::string_view, std::string_view> names[] = {
        {"_Bool", "bool"},
        {"short int", "short"},
        {"short unsigned int", "unsigned short"},
        {"long int", "long"},
        {"long unsigned int", "unsigned long"},
        {"long long int", "long long"},
        {"long long unsigned int", "unsigned long long"},
        {"complex float", "_Complex float"},
        {"complex double", "_Complex double"},
        {"complex long double", "_Complex long double"},
    };
    for (const auto& [long_name, plain] : names)
        if (name == long_name) return plain;
    return name;
}

} // namespace

TypeReader::TypeReader(const Info& info, const Outline& outline)
    : info_(info), outline_(outline), table_(std::make_shared<TypeTable>()) {}

void TypeReader::finish() {
    while (!pending_.empty()) {
        const auto record = pending_.back();
        pending_.pop_back();
        complete(record);
    }
    if (const auto problem = measure(*table_); !problem.empty()) info_.sections().corrupt(std::string(problem));
}

std::uint32_t TypeReader::type_of(const Entry& entry) {
    const auto owner = info_.owner(entry, DW_AT_type);
    if (!owner) return void_type;
    const auto offset = info_.reference(*owner, DW_AT_type);
    return offset ? read(*offset) : void_type;
}

std::uint32_t TypeReader::add(TypeKind kind) {
    table_->nodes.push_back({.kind = kind});
    return static_cast<std::uint32_t>(table_->nodes.size() - 1);
}

std::uint32_t TypeReader::read(std::uint32_t offset) {
    if (const auto known = known_.find(offset); known != known_.end()) {
        if (std::find(open_.begin(), open_.end(), known->second) != open_.end())
            info_.sections().corrupt(fmt::format("a type at {:#x} that is made of itself", offset));
        return known->second;
    }
    if (open_.size() >= deepest_type) info_.sections().corrupt(fmt::format("types nested {} deep", deepest_type));
    const auto entry = info_.entry(offset);
    if (entry.abbreviation == nullptr) info_.sections().corrupt("a type that is the end of a list");
    const auto index = add(TypeKind::unspecified);
    known_.emplace(offset, index);
    open_.push_back(index);
    read_entry(entry, index);
    open_.pop_back();
    return index;
}

/// What the source asked for (_Alignas, aligned); 0 if it did not.
std::uint32_t TypeReader::alignment_of(const Entry& entry) const {
    const auto alignment = info_.constant(entry, DW_AT_alignment).value_or(0);
    return std::has_single_bit(alignment) && alignment <= 1u << 31 ? static_cast<std::uint32_t>(alignment) : 0;
}

void TypeReader::read_entry(const Entry& entry, std::uint32_t index) {
    node(index).is_cxx = entry.unit->cxx();
    node(index).alignment = alignment_of(entry);
    switch (entry.tag()) {
    case DW_TAG_base_type: return read_base(entry, node(index));
    case DW_TAG_structure_type: return read_record(entry, index, TypeKind::structure);
    case DW_TAG_interface_type:
    case DW_TAG_class_type: return read_record(entry, index, TypeKind::class_);
    case DW_TAG_union_type: return read_record(entry, index, TypeKind::union_);
    case DW_TAG_enumeration_type: return read_enumeration(entry, node(index));
    case DW_TAG_array_type: return read_array(entry, index);
    case DW_TAG_subroutine_type:
    case DW_TAG_subprogram: return read_function(entry, index);
    case DW_TAG_pointer_type: return read_derived(entry, index, TypeKind::pointer);
    case DW_TAG_reference_type: return read_derived(entry, index, TypeKind::reference);
    case DW_TAG_rvalue_reference_type: return read_derived(entry, index, TypeKind::rvalue_reference);
    case DW_TAG_ptr_to_member_type: return read_derived(entry, index, TypeKind::member_pointer);
    case DW_TAG_typedef:
    case DW_TAG_template_alias: return read_derived(entry, index, TypeKind::typedef_);
    case DW_TAG_const_type:
    case DW_TAG_immutable_type: return read_derived(entry, index, TypeKind::const_);
    case DW_TAG_volatile_type: return read_derived(entry, index, TypeKind::volatile_);
    case DW_TAG_restrict_type: return read_derived(entry, index, TypeKind::restrict_);
    case DW_TAG_atomic_type: return read_derived(entry, index, TypeKind::atomic);
    default: // unspecified types, and those of other languages
        node(index).name = outline_.qualified_name(entry);
        node(index).size = info_.constant(entry, DW_AT_byte_size).value_or(0);
        if (node(index).name == "decltype(nullptr)") node(index).size = 4;
    }
}

void TypeReader::read_base(const Entry& entry, TypeNode& node) {
    node.name = plain_name(info_.text(entry, DW_AT_name));
    node.size = info_.constant(entry, DW_AT_byte_size).value_or(0);
    switch (info_.constant(entry, DW_AT_encoding).value_or(0)) {
    case DW_ATE_boolean: node.kind = TypeKind::boolean; break;
    case DW_ATE_float: node.kind = TypeKind::floating; break;
    case DW_ATE_complex_float:
        node.kind = TypeKind::complex;
        if (node.name == "complex") // clang's name for all three
            node.name = node.size <= 8    ? "_Complex float"
                        : node.size <= 16 ? "_Complex double"
                                          : "_Complex long double";
        break;
    case DW_ATE_signed:
    case DW_ATE_signed_char:
        node.kind = TypeKind::integer;
        node.is_signed = true;
        break;
    case DW_ATE_unsigned:
    case DW_ATE_unsigned_char:
    case DW_ATE_UTF: node.kind = TypeKind::integer; break;
    default: break; // unspecified
    }
}

/// With -fdebug-types-section an entry may only name the unit that has the type.
Entry TypeReader::definition_of(const Entry& entry) const {
    const auto elsewhere = info_.reference(entry, DW_AT_signature);
    if (!elsewhere) return entry;
    const auto definition = info_.entry(*elsewhere);
    if (definition.abbreviation == nullptr) info_.sections().corrupt("a type unit without a type");
    return definition;
}

void TypeReader::read_record(const Entry& entry, std::uint32_t index, TypeKind kind) {
    const auto definition = definition_of(entry);
    node(index).kind = kind;
    node(index).name = outline_.qualified_name(definition);
    node(index).size = info_.constant(definition, DW_AT_byte_size).value_or(0);
    node(index).is_incomplete = info_.flag(definition, DW_AT_declaration);
    if (!node(index).is_incomplete) pending_.push_back({index, definition});
}

void TypeReader::read_enumeration(const Entry& entry, TypeNode& node) {
    const auto definition = definition_of(entry);
    node.kind = TypeKind::enumeration;
    node.name = outline_.qualified_name(definition);
    node.size = info_.constant(definition, DW_AT_byte_size).value_or(0);
    node.is_incomplete = info_.flag(definition, DW_AT_declaration);
    bool has_negative = false;
    info_.for_children(definition, [&](const Entry& child) {
        if (child.tag() != DW_TAG_enumerator) return;
        const auto value = static_cast<std::int64_t>(info_.constant(child, DW_AT_const_value).value_or(0));
        has_negative = has_negative || value < 0;
        node.enumerators.push_back({std::string(info_.text(child, DW_AT_name)), value});
    });
    node.target = type_of(definition);
    // DWARF 2 does not tell the type underneath.
    node.is_signed = node.target == void_type ? has_negative : this->node(node.target).is_signed;
}

void TypeReader::read_array(const Entry& entry, std::uint32_t index) {
    const bool is_vector = info_.flag(entry, DW_AT_GNU_vector);
    std::vector<std::optional<std::uint64_t>> bounds;
    info_.for_children(entry, [&](const Entry& child) {
        if (child.tag() == DW_TAG_subrange_type) bounds.push_back(bound(child));
        if (bounds.size() > deepest_type) info_.sections().corrupt(fmt::format("arrays nested {} deep", deepest_type));
    });
    if (bounds.empty()) bounds.emplace_back();
    // int a[2][3] is one entry with two bounds; here it is an array of arrays.
    auto element = type_of(entry);
    for (auto inner = bounds.size() - 1; inner > 0; --inner) {
        const auto array = add(TypeKind::array);
        node(array).target = element;
        node(array).count = bounds[inner];
        node(array).is_cxx = node(index).is_cxx;
        element = array;
    }
    auto& array = node(index);
    array.kind = TypeKind::array;
    array.target = element;
    array.count = bounds[0];
    array.is_vector = is_vector;
}

std::optional<std::uint64_t> TypeReader::bound(const Entry& subrange) const {
    if (const auto count = info_.constant(subrange, DW_AT_count)) return count;
    const auto upper = info_.find(subrange, DW_AT_upper_bound);
    if (!upper || !info_.constant(subrange, DW_AT_upper_bound)) return std::nullopt; // none, or known at run time
    // "int a[0]" has the upper bound -1, in as many bytes as the form has.
    if (upper->form == DW_FORM_data4 && upper->number == 0xFFFF'FFFF) return 0;
    return upper->number + 1;
}

void TypeReader::read_function(const Entry& entry, std::uint32_t index) {
    node(index).kind = TypeKind::function;
    // C++ has no functions without a prototype, and GCC does not mark it there.
    node(index).is_unprototyped = !entry.unit->cxx() && !info_.flag(entry, DW_AT_prototyped);
    const auto result = type_of(entry);
    node(index).target = result;
    info_.for_children(entry, [&](const Entry& child) {
        if (child.tag() == DW_TAG_unspecified_parameters) node(index).is_variadic = true;
        if (child.tag() != DW_TAG_formal_parameter) return;
        const auto parameter = type_of(child);
        node(index).parameters.push_back(parameter);
    });
}

void TypeReader::read_derived(const Entry& entry, std::uint32_t index, TypeKind kind) {
    node(index).kind = kind;
    if (kind == TypeKind::typedef_) node(index).name = outline_.qualified_name(entry);
    const auto target = type_of(entry);
    node(index).target = target;
    if (kind != TypeKind::member_pointer) return;
    const auto containing = info_.reference(entry, DW_AT_containing_type);
    if (!containing) return;
    const auto record = read(*containing);
    node(index).containing = record;
}

} // namespace p4jit::dwarf
