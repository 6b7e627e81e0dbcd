// The types of a program, as its debug information tells them.
//
// A Type is a value: a number in a table that all types of one object share and
// keep alive. The table is a graph, and may be cyclic (a list node points to
// itself), but only structures, unions and classes close a cycle: whoever
// follows target() always comes to an end, and so does whoever descends into
// members that are held by value.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace p4jit::dwarf {

enum class TypeKind : std::uint8_t {
    void_,
    boolean,
    integer, ///< char types among them
    floating,
    complex,
    enumeration, ///< target(): the integer type underneath, if told
    pointer,     ///< target(): what it points to
    reference,   ///< C++ T&
    rvalue_reference,
    member_pointer, ///< C++ T C::*; target(): T
    array,          ///< target(): the element
    structure,
    union_,
    class_,
    function, ///< target(): the result
    typedef_, ///< target(): what it stands for
    const_,   ///< target(): the type without the qualifier
    volatile_,
    restrict_,
    atomic,
    unspecified, ///< C++ nullptr_t and other types that are only a name
};

class TypeTable;
struct Member;
struct Enumerator;

class Type {
public:
    /// The type void.
    Type();

    TypeKind kind() const;
    bool is_void() const { return kind() == TypeKind::void_; }
    /// Structure, union or class.
    bool is_record() const;

    /// Of typedefs, base types, records and enumerations, with namespaces:
    /// "geo::Point". Base types have C's shortest name ("unsigned long"),
    /// whatever the compiler calls them. Empty if it has none.
    std::string_view name() const;
    /// In bytes; 0 for void, functions, incomplete types and arrays without
    /// bound.
    std::uint64_t size() const;
    /// In bytes, at least 1. For packed records the largest that their
    /// layout allows, since DWARF does not say that they are packed.
    std::uint32_t alignment() const;
    /// Of integers and enumerations; ask the resolved() type.
    bool is_signed() const;
    /// A record or enumeration that is only declared.
    bool is_incomplete() const;
    /// A vector of the compiler's vector extension, told as an array.
    bool is_vector() const;
    /// Of a C++ source, where "Point" needs no "struct" before it.
    bool is_cxx() const;
    /// A C++ class that is passed and returned through a pointer to a copy
    /// (Itanium C++ ABI, "non-trivial for the purposes of calls").
    bool is_passed_by_reference() const;

    /// See TypeKind; void where there is none.
    Type target() const;
    /// The class a member pointer points into.
    Type containing() const;
    /// This type without typedefs and qualifiers around it: a type with a
    /// shape of its own.
    Type resolved() const;
    /// The elements of an array; none without a bound ("extern int x[];").
    std::optional<std::uint64_t> count() const;

    /// Of records: bases, then data members, in the order of declaration.
    /// Static members are not among them.
    std::vector<Member> members() const;
    std::vector<Enumerator> enumerators() const;
    /// Of functions.
    std::vector<Type> parameters() const;
    bool is_variadic() const;
    /// A function declared without a prototype, as in K&R C; its parameters
    /// are not known and its floats are passed as doubles.
    bool is_unprototyped() const;

    /// As C or C++ spell it: "const float *", "struct Point *",
    /// "int (*)(float)". Ends in "…" if it would be absurdly long.
    std::string spelling() const;
    /// As C or C++ declare a variable of it: "int (*callback)(float)".
    std::string declaration(std::string_view name) const;

    /// The same type of the same object.
    bool operator==(const Type& other) const;

private:
    friend class TypeTable;
    Type(std::shared_ptr<const TypeTable> table, std::uint32_t index) : table_(std::move(table)), index_(index) {}
    const struct TypeNode& node() const;
    Type at(std::uint32_t index) const { return Type(table_, index); }

    std::shared_ptr<const TypeTable> table_;
    std::uint32_t index_;
};

struct Member {
    std::string name; ///< empty for an anonymous structure or union, and for a base
    Type type;
    std::uint64_t offset;       ///< in bytes, from the start of the record
    std::uint32_t bit_offset;   ///< of a bit field, from the start of the record
    std::uint32_t bit_size = 0; ///< 0 if it is no bit field
    bool is_base = false;       ///< a C++ base class
    bool is_artificial = false; ///< made by the compiler (a vtable pointer)
};

struct Enumerator {
    std::string name;
    std::int64_t value;
};

} // namespace p4jit::dwarf
