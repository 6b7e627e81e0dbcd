// What Types are numbers in. Built by TypeReader, read through Type.
#pragma once

#include "p4jit/dwarf/type.hpp"

#include <deque>

namespace p4jit::dwarf {

/// Index 0 of every table is void.
inline constexpr std::uint32_t void_type = 0;

struct MemberNode {
    std::string name;
    std::uint32_t type;
    std::uint64_t offset;
    std::uint32_t bit_offset, bit_size;
    std::uint32_t alignment; ///< that the source asked for, or 0
    bool is_base, is_artificial;
};

struct TypeNode {
    TypeKind kind = TypeKind::void_;
    bool is_signed = false, is_incomplete = false, is_vector = false, is_variadic = false, is_unprototyped = false;
    bool is_cxx = false;
    /// Of a record: told by the compiler; if not, found by TypeReader.
    std::optional<bool> told_passed_by_reference;
    bool is_passed_by_reference = false;
    std::uint32_t target = void_type, containing = void_type;
    std::uint64_t size = 0;      ///< final once TypeReader::finish() has run
    std::uint32_t alignment = 0; ///< likewise; before, what the source asked for
    std::optional<std::uint64_t> count;
    std::string name;
    std::vector<MemberNode> members;
    std::vector<Enumerator> enumerators;
    std::vector<std::uint32_t> parameters;
};

class TypeTable {
public:
    TypeTable() { nodes.emplace_back(); }
    static Type type(std::shared_ptr<const TypeTable> table, std::uint32_t index) {
        return Type(std::move(table), index);
    }

    std::deque<TypeNode> nodes;
};

} // namespace p4jit::dwarf
