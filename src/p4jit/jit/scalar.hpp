// Numbers as C types hold them: kind, size and bits.
#pragma once

#include "p4jit/base/bytes.hpp"
#include "p4jit/dwarf/type.hpp"

#include <array>
#include <optional>
#include <string>

namespace p4jit {

enum class ScalarKind : std::uint8_t { boolean, signed_integer, unsigned_integer, floating };

/// An arithmetic type by kind and size; int and long are the same one.
struct ScalarType {
    ScalarKind kind{};
    std::uint8_t size = 0; ///< in bytes: 1, 2, 4 or 8

    bool operator==(const ScalarType&) const = default;

    /// "int32_t", "uint8_t", "float", "double", "bool".
    std::string spelling() const;

    template <typename T>
    static constexpr ScalarType of() {
        static_assert(std::is_arithmetic_v<T> && sizeof(T) <= 8, "a number of at most 8 bytes");
        constexpr auto kind = std::is_same_v<T, bool>       ? ScalarKind::boolean
                              : std::is_floating_point_v<T> ? ScalarKind::floating
                              : std::is_signed_v<T>         ? ScalarKind::signed_integer
                                                            : ScalarKind::unsigned_integer;
        return {kind, sizeof(T)};
    }

    /// Of a type from debug information: arithmetic types and enumerations;
    /// nothing for others.
    static std::optional<ScalarType> of(const dwarf::Type& type);
};

/// A number of some type: its bytes, little-endian, behind them zeros.
struct Scalar {
    ScalarType type;
    std::array<std::uint8_t, 8> bytes{};

    template <typename T>
    static Scalar of(T value) {
        Scalar scalar{ScalarType::of<T>(), {}};
        store_le(scalar.bytes.data(), value);
        return scalar;
    }
    /// The value as T, whose type must be this one.
    template <typename T>
    T as() const {
        return load_le<T>(bytes.data());
    }

    ByteView view() const { return ByteView(bytes).first(type.size); }

    /// The same value in another type, if that type can hold it exactly. A NaN
    /// stays a NaN.
    std::optional<Scalar> converted_to(ScalarType other) const;

    /// As C would write it: "-3", "0.5", "true".
    std::string to_text() const;
};

} // namespace p4jit
