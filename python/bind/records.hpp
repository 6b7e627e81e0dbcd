// Python values as structures: a tuple or dict of the fields' values.
#pragma once

#include "bind.hpp"

namespace p4jit::python {

/// The device address that a value stands for: None, np.uint32, a Buffer, a
/// loaded function; nothing for others. Throws UseAfterFree.
std::optional<DeviceAddress> address_of(nb::handle value);

/// Puts a Python value into the memory of a C one: NumPy scalars as they are,
/// tuples and dicts into structures, sequences and arrays into fixed arrays,
/// bytes and text into arrays of characters, Python numbers unless `strict`.
class Packer {
public:
    /// `device`: the one whose addresses the value may hold.
    Packer(bool strict, const void* device) : strict_(strict), device_(device) {}

    /// Nothing, or what is wrong and what to pass, in a sentence. Throws
    /// ArgumentValueError for a number that does not fit, and for an address on
    /// another device.
    std::optional<std::string> pack(const ElementType& type, nb::handle value, MutableBytes into);

private:
    std::optional<std::string> pack_number(ScalarType type, nb::handle value, MutableBytes into);
    std::optional<std::string> pack_record(const ElementType& type, nb::handle value, MutableBytes into);
    std::optional<std::string> pack_address(nb::handle value, MutableBytes into) const;
    std::optional<std::string> pack_dict(const ElementType& type, nb::dict value, MutableBytes into);
    std::optional<std::string> pack_field(const Field& field, nb::handle value, MutableBytes into);
    std::optional<std::string> pack_array(const Field& field, std::size_t dimension, nb::handle value,
                                          MutableBytes into);

    bool strict_;
    const void* device_;
};

} // namespace p4jit::python
