#include "p4jit/dwarf/type.hpp"

#include "p4jit/dwarf/type_table.hpp"

namespace p4jit::dwarf {

Type::Type() : index_(void_type) {
    static const auto table = std::make_shared<const TypeTable>();
    table_ = table;
}

const TypeNode& Type::node() const { return table_->nodes[index_]; }

TypeKind Type::kind() const { return node().kind; }

bool Type::is_record() const {
    return kind() == TypeKind::structure || kind() == TypeKind::union_ || kind() == TypeKind::class_;
}

std::string_view Type::name() const { return node().name; }
std::uint64_t Type::size() const { return node().size; }
std::uint32_t Type::alignment() const { return node().alignment == 0 ? 1 : node().alignment; }
bool Type::is_signed() const { return node().is_signed; }
bool Type::is_incomplete() const { return node().is_incomplete; }
bool Type::is_vector() const { return node().is_vector; }
bool Type::is_cxx() const { return node().is_cxx; }
bool Type::is_passed_by_reference() const { return node().is_passed_by_reference; }
Type Type::target() const { return at(node().target); }
Type Type::containing() const { return at(node().containing); }
std::optional<std::uint64_t> Type::count() const { return node().count; }
bool Type::is_variadic() const { return node().is_variadic; }
bool Type::is_unprototyped() const { return node().is_unprototyped; }
std::vector<Enumerator> Type::enumerators() const { return node().enumerators; }

Type Type::resolved() const {
    auto index = index_;
    for (;;) {
        const auto& node = table_->nodes[index];
        switch (node.kind) {
        case TypeKind::typedef_:
        case TypeKind::const_:
        case TypeKind::volatile_:
        case TypeKind::restrict_:
        case TypeKind::atomic: index = node.target; break;
        default: return at(index);
        }
    }
}

std::vector<Member> Type::members() const {
    std::vector<Member> members;
    for (const auto& member : node().members)
        members.push_back({member.name, at(member.type), member.offset, member.bit_offset, member.bit_size,
                           member.is_base, member.is_artificial});
    return members;
}

std::vector<Type> Type::parameters() const {
    std::vector<Type> parameters;
    for (const auto index : node().parameters) parameters.push_back(at(index));
    return parameters;
}

bool Type::operator==(const Type& other) const {
    // void is void, whichever table it stands in.
    return (table_ == other.table_ && index_ == other.index_) || (is_void() && other.is_void());
}

} // namespace p4jit::dwarf
