#include "p4jit/jit/scalar.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace p4jit {

std::string ScalarType::spelling() const {
    switch (kind) {
    case ScalarKind::boolean: return "bool";
    case ScalarKind::floating: return size == 4 ? "float" : "double";
    case ScalarKind::signed_integer: return fmt::format("int{}_t", 8 * size);
    case ScalarKind::unsigned_integer: return fmt::format("uint{}_t", 8 * size);
    }
    return "?";
}

std::optional<ScalarType> ScalarType::of(const dwarf::Type& type) {
    const auto resolved = type.resolved();
    const auto size = static_cast<std::uint8_t>(resolved.size());
    if (resolved.size() == 0 || resolved.size() > 8 || (size & (size - 1)) != 0) return std::nullopt;
    switch (resolved.kind()) {
    case dwarf::TypeKind::boolean: return ScalarType{ScalarKind::boolean, size};
    case dwarf::TypeKind::floating:
        if (size < 4) return std::nullopt;
        return ScalarType{ScalarKind::floating, size};
    case dwarf::TypeKind::integer:
    case dwarf::TypeKind::enumeration:
        return ScalarType{resolved.is_signed() ? ScalarKind::signed_integer : ScalarKind::unsigned_integer, size};
    default: return std::nullopt;
    }
}

namespace {

/// Calls visit with the scalar's value in a C++ type that holds it exactly.
template <typename Visit>
auto visit_value(const Scalar& scalar, Visit visit) {
    const auto* raw = scalar.bytes.data();
    switch (scalar.type.kind) {
    case ScalarKind::floating:
        return scalar.type.size == 4 ? visit(double{load_le<float>(raw)}) : visit(load_le<double>(raw));
    case ScalarKind::signed_integer: {
        const unsigned unused = 64 - 8 * scalar.type.size;
        return visit(static_cast<std::int64_t>(load_le<std::uint64_t>(raw) << unused) >> unused);
    }
    default: return visit(load_le<std::uint64_t>(raw));
    }
}

template <typename T>
std::optional<Scalar> integer_as(T value, ScalarType type) {
    if (type.kind == ScalarKind::boolean)
        return value == 0 || value == 1 ? std::optional(Scalar::of(value == 1)) : std::nullopt;
    const unsigned width = 8 * type.size;
    const bool is_signed = type.kind == ScalarKind::signed_integer;
    const bool negative = std::is_signed_v<T> && value < 0;
    if (negative && !is_signed) return std::nullopt;
    const auto magnitude_bits = is_signed ? width - 1 : width;
    const auto positive = static_cast<std::uint64_t>(negative ? ~value : value);
    if (magnitude_bits < 64 && positive >> magnitude_bits != 0) return std::nullopt;
    Scalar result{type, {}};
    const auto raw = static_cast<std::uint64_t>(value);
    std::memcpy(result.bytes.data(), &raw, type.size);
    return result;
}

std::optional<Scalar> double_as(double value, ScalarType type) {
    if (type.size == 8) return Scalar::of(value);
    const auto narrow = static_cast<float>(value);
    if (double{narrow} != value && !std::isnan(value)) return std::nullopt;
    return Scalar::of(narrow);
}

template <typename T>
std::optional<Scalar> number_as(T value, ScalarType type) {
    if constexpr (std::is_floating_point_v<T>) {
        if (type.kind == ScalarKind::floating) return double_as(value, type);
        // 2^63 and its like are exact in double, so the comparison is.
        if (!(value >= -0x1p63 && value < 0x1p64) || value != std::trunc(value)) return std::nullopt;
        return value < 0 ? integer_as(static_cast<std::int64_t>(value), type)
                         : integer_as(static_cast<std::uint64_t>(value), type);
    } else {
        if (type.kind != ScalarKind::floating) return integer_as(value, type);
        const auto as_double = static_cast<double>(value);
        // Beyond 2^53 a double may be another number than the integer, and
        // beyond the largest integer, which may round to 2^63 or 2^64, none.
        const auto limit = std::ldexp(1.0, std::numeric_limits<T>::digits);
        const bool in_range = as_double >= static_cast<double>(std::numeric_limits<T>::min()) && as_double < limit;
        if (!in_range || static_cast<T>(as_double) != value) return std::nullopt;
        return double_as(as_double, type);
    }
}

} // namespace

std::optional<Scalar> Scalar::converted_to(ScalarType other) const {
    if (type == other) return *this;
    return visit_value(*this, [other](auto value) { return number_as(value, other); });
}

std::string Scalar::to_text() const {
    if (type.kind == ScalarKind::boolean) return bytes[0] != 0 ? "true" : "false";
    if (type == ScalarType::of<float>()) return fmt::format("{}", as<float>());
    return visit_value(*this, [](auto value) { return fmt::format("{}", value); });
}

} // namespace p4jit
