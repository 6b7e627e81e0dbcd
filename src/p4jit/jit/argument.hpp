// What a caller passes to a function on the device.
#pragma once

#include "p4jit/jit/scalar.hpp"

#include <span>
#include <string>
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
    ScalarType element;
    std::uint8_t* data = nullptr; ///< the first element; not written to unless writable
    std::size_t size = 0;         ///< of all elements, in bytes
    bool writable = false;        ///< what the function changed comes back
    /// Outermost first, in C order; none: elements one behind the other.
    std::vector<Dimension> dimensions{};
};

/// An address on the device.
struct DeviceAddress {
    std::uint32_t value = 0;
};

/// Elements in device memory, one behind the other.
struct DeviceArray {
    ScalarType element; ///< of size 0: not a number
    std::uint32_t address = 0;
    std::size_t size = 0; ///< in bytes
    bool writable = false;
    const void* device = nullptr; ///< whose memory it is
};

/// One argument. `exact` numbers must have the parameter's kind and size;
/// others are converted where the value allows it exactly.
struct Argument {
    std::variant<Scalar, ArrayView, DeviceArray, DeviceAddress> value;
    bool exact = false;
    /// How messages call it and what they suggest instead; may be empty:
    /// "a Python int", "np.int32(48000)".
    std::string what, suggestion;

    Argument(Scalar scalar) : value(scalar) {}
    Argument(ArrayView array) : value(std::move(array)) {}
    Argument(DeviceArray array) : value(array) {}
    Argument(DeviceAddress address) : value(address) {}
    Argument(std::nullptr_t) : value(DeviceAddress{}) {}

    template <typename T>
        requires std::is_arithmetic_v<T>
    Argument(T number) : value(Scalar::of(number)) {}

    /// Spans, vectors and arrays of numbers.
    template <typename Range>
        requires requires(Range& range) { std::span(range); }
    Argument(Range&& range) : value(view_of(std::span(range))) {}

private:
    template <typename T, std::size_t extent>
    static ArrayView view_of(std::span<T, extent> span) {
        using Element = std::remove_const_t<T>;
        auto* data = reinterpret_cast<std::uint8_t*>(const_cast<Element*>(span.data()));
        return {ScalarType::of<Element>(), data, span.size_bytes(), !std::is_const_v<T>};
    }
};

/// What a function returned: nothing (void), a number, or an address.
using Result = std::variant<std::monostate, Scalar, DeviceAddress>;

} // namespace p4jit
