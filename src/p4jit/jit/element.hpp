// What an array holds and what a pointer points to, as memory has it.
#pragma once

#include "p4jit/jit/scalar.hpp"

#include <complex>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

namespace p4jit {

struct Field;

/// A type as bytes in memory. Two of them are compared by what is where, not by
/// the names of types.
class ElementType {
public:
    enum class Kind : std::uint8_t {
        unknown, ///< void, incomplete structures, types of no other kind
        number,
        complex, ///< of two floating numbers
        address, ///< a pointer
        record,  ///< a structure, class or union, with its fields
        opaque,  ///< so many bytes of which the fields are not told
    };

    ElementType();
    ElementType(ScalarType number);
    static ElementType complex(ScalarType part);
    static ElementType address();
    static ElementType opaque(std::size_t size);
    /// `name` is for messages. A union's fields overlap.
    static ElementType record(std::string name, std::size_t size, std::vector<Field> fields, bool is_union = false);

    /// Of a type from debug information, without its qualifiers. Bit fields that
    /// share bytes are one field of these bytes, "mode:3,level:5"; bases of a C++
    /// class and anonymous members give their fields to it, "Base::x" where it
    /// has an x itself.
    static ElementType of(const dwarf::Type& type);

    /// Of a C++ type of the host: numbers (char is the device's, unsigned),
    /// std::complex, enumerations, DeviceAddress-sized handles aside; other types
    /// are opaque, unless CxxFields says what they hold.
    template <typename T>
    static ElementType of();

    Kind kind() const { return kind_; }
    bool is_number() const { return kind_ == Kind::number; }
    std::size_t size() const { return size_; } ///< in bytes; 0 if unknown
    /// Of numbers, and of the parts of a complex one.
    ScalarType scalar() const { return scalar_; }
    const std::vector<Field>& fields() const { return fields_; }
    bool is_union() const { return is_union_; }
    /// "int32_t", "struct Point", "float complex", "4 bytes".
    std::string spelling() const;

    bool operator==(const ElementType& other) const { return difference(other).empty(); }

    /// Why bytes that are `given` do not mean the same as this type of C's; empty
    /// if they do: "field 'y' is at offset 8, the array has it at 4". `noun` is
    /// what holds the given bytes. Fields are compared by name; padding is not
    /// compared. Of a union any fields will do. Opaque bytes fit every record of
    /// their size, and everything fits what is unknown.
    std::string difference(const ElementType& given, std::string_view noun = "the array") const;

private:
    std::string difference_of_fields(const ElementType& given, std::string_view noun) const;

    Kind kind_ = Kind::unknown;
    bool is_union_ = false;
    std::size_t size_ = 0;
    ScalarType scalar_{};
    std::string name_;
    std::vector<Field> fields_;
};

struct Field {
    std::string name;
    std::size_t offset = 0;
    ElementType type;
    std::vector<std::size_t> counts{}; ///< of a fixed array, outermost first

    std::size_t size() const; ///< of all its elements, in bytes
    /// "float[2][3]".
    std::string spelling() const;
};

// Here, where the type of the fields is complete.
inline ElementType::ElementType() = default;
inline ElementType::ElementType(ScalarType number) : kind_(Kind::number), size_(number.size), scalar_(number) {}

/// Specialize it to have a structure of the host compared field by field:
///     template <> struct p4jit::CxxFields<Point> {
///         static std::vector<Field> list() { return {field("x", &Point::x), field("y", &Point::y)}; }
///     };
template <typename T>
struct CxxFields;

namespace jit {

template <typename T>
struct ComplexPart {
    static constexpr bool is_complex = false;
};
template <typename T>
struct ComplexPart<std::complex<T>> {
    static constexpr bool is_complex = true;
    using Part = T;
};

template <typename T>
Field field_type(std::string name, std::size_t offset) {
    Field field{std::move(name), offset, {}, {}};
    const auto describe = [&]<typename M>(auto self, std::type_identity<M>) -> void {
        if constexpr (std::is_bounded_array_v<M>) {
            field.counts.push_back(std::extent_v<M>);
            self(self, std::type_identity<std::remove_extent_t<M>>{});
        } else {
            field.type = ElementType::of<M>();
        }
    };
    describe(describe, std::type_identity<T>{});
    return field;
}

} // namespace jit

template <typename T>
ElementType ElementType::of() {
    if constexpr (std::is_same_v<T, char>)
        return ScalarType{ScalarKind::unsigned_integer, 1};
    else if constexpr (std::is_same_v<T, std::byte>)
        return ScalarType::of<std::uint8_t>();
    else if constexpr (std::is_arithmetic_v<T>)
        return ScalarType::of<T>();
    else if constexpr (std::is_enum_v<T>)
        return of<std::underlying_type_t<T>>();
    else if constexpr (jit::ComplexPart<T>::is_complex)
        return complex(ScalarType::of<typename jit::ComplexPart<T>::Part>());
    else if constexpr (requires { CxxFields<T>::list(); })
        return record("the C++ type", sizeof(T), CxxFields<T>::list(), std::is_union_v<T>);
    else
        return opaque(sizeof(T));
}

/// A member of a host's structure, for CxxFields.
template <typename T, typename M>
Field field(std::string name, M T::* member) {
    static_assert(std::is_trivially_copyable_v<T>);
    alignas(T) static constexpr std::uint8_t room[sizeof(T)]{};
    const auto* record = reinterpret_cast<const T*>(room);
    const auto* at = reinterpret_cast<const std::uint8_t*>(&(record->*member));
    return jit::field_type<M>(std::move(name), static_cast<std::size_t>(at - room));
}

} // namespace p4jit
