// What a caller passes to a function on the device.
#pragma once

#include "p4jit/jit/element.hpp"

#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace p4jit {

/// One dimension of an array: so many steps of so many bytes.
struct Dimension {
    std::size_t count = 0;
    std::ptrdiff_t stride = 0;

    bool operator==(const Dimension&) const = default;
};

/// Elements in host memory. The caller keeps them alive during the call.
struct ArrayView {
    ElementType element;
    std::uint8_t* data = nullptr; ///< the first element; not written to unless writable
    std::size_t size = 0;         ///< of all elements, in bytes
    bool writable = false;        ///< what the function changed comes back
    /// Outermost first, in C order; none: elements one behind the other.
    std::vector<Dimension> dimensions{};
};

/// An address on the device.
struct DeviceAddress {
    std::uint32_t value = 0;
    const void* device = nullptr; ///< whose memory it is, if that is known
};

/// Elements in device memory, one behind the other.
struct DeviceArray {
    ElementType element; ///< unknown: fits no pointer but void's
    std::uint32_t address = 0;
    std::size_t size = 0; ///< in bytes
    bool writable = false;
    const void* device = nullptr; ///< whose memory it is
};

/// A structure, union or complex number.
struct Record {
    ElementType type;
    Bytes bytes;

    /// Of a trivially copyable C++ type; its fields are known if CxxFields tells
    /// them, else its size alone is checked.
    template <typename T>
    static Record of(const T& value) {
        static_assert(std::is_trivially_copyable_v<T>);
        const auto* first = reinterpret_cast<const std::uint8_t*>(&value);
        return {ElementType::of<T>(), Bytes(first, first + sizeof(T))};
    }
    /// Throws ArgumentTypeError if T has another layout.
    template <typename T>
    T as() const;
};

/// Characters for a `const char*`: the device gets a copy, with a zero behind.
struct Text {
    std::string characters;
};

namespace jit {

[[noreturn]] void wrong_record(const std::string& difference);

template <typename T>
concept TextLike = std::is_convertible_v<const T&, std::string_view> && !std::is_same_v<std::decay_t<T>, char*>;

/// Spans, vectors and arrays, but no strings.
template <typename Range>
concept ElementRange = requires(Range& range) { std::span(range); } && !TextLike<std::remove_cvref_t<Range>> &&
                       !std::is_same_v<std::remove_reference_t<Range>, std::string>;

template <typename T>
concept PlainRecord =
    std::is_class_v<T> && std::is_trivially_copyable_v<T> && !TextLike<T> && !requires(T& range) { std::span(range); };

} // namespace jit

/// One argument. `exact` numbers must have the parameter's kind and size;
/// others are converted where the value allows it exactly.
struct Argument {
    std::variant<Scalar, Record, Text, ArrayView, DeviceArray, DeviceAddress> value;
    bool exact = false;
    /// How messages call it and what they suggest instead; may be empty:
    /// "a Python int", "np.int32(48000)".
    std::string what, suggestion;

    Argument(Scalar scalar) : value(scalar) {}
    Argument(Record record) : value(std::move(record)) {}
    Argument(Text text) : value(std::move(text)) {}
    Argument(ArrayView array) : value(std::move(array)) {}
    Argument(DeviceArray array) : value(std::move(array)) {}
    Argument(DeviceAddress address) : value(address) {}
    Argument(std::nullptr_t) : value(DeviceAddress{}) {}

    template <typename T>
        requires std::is_arithmetic_v<T>
    Argument(T number) : value(Scalar::of(number)) {}
    template <typename T>
        requires std::is_enum_v<T>
    Argument(T number) : Argument(static_cast<std::underlying_type_t<T>>(number)) {}

    /// Strings and literals.
    template <jit::TextLike T>
    Argument(const T& text) : value(Text{std::string(std::string_view(text))}) {}

    /// Structures of the host: what the device has must have the same layout.
    template <jit::PlainRecord T>
    Argument(const T& record) : value(Record::of(record)) {}

    /// Spans, vectors and arrays of numbers or structures.
    template <jit::ElementRange Range>
    Argument(Range&& range) : value(view_of(std::span(range))) {}

private:
    template <typename T, std::size_t extent>
    static ArrayView view_of(std::span<T, extent> span) {
        using Element = std::remove_const_t<T>;
        static_assert(std::is_trivially_copyable_v<Element>);
        auto* data = reinterpret_cast<std::uint8_t*>(const_cast<Element*>(span.data()));
        return {ElementType::of<Element>(), data, span.size_bytes(), !std::is_const_v<T>};
    }
};

/// What a function returned: nothing (void), a number, a structure, or an address.
using Result = std::variant<std::monostate, Scalar, Record, DeviceAddress>;

template <typename T>
T Record::as() const {
    static_assert(std::is_trivially_copyable_v<T>);
    const auto difference = type.difference(ElementType::of<T>(), "the C++ type");
    if (!difference.empty() || bytes.size() != sizeof(T)) jit::wrong_record(difference);
    T value;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

} // namespace p4jit
