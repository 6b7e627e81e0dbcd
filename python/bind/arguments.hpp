// Python values as arguments of a function on the device, and results back.
#pragma once

#include "arrays.hpp"
#include "buffer.hpp"

#include <vector>

namespace p4jit::python {

/// The arguments of one call. Keeps what they point to alive.
class PythonArguments {
public:
    /// NumPy scalars must have the parameter's kind and size, arrays its element
    /// type. Python numbers are refused if `strict`, else converted if exact; a
    /// Python float is rounded to a float.
    PythonArguments(const Function& function, nb::args values, bool strict);

    std::span<const Argument> values() const { return values_; }

private:
    Argument value_for(const Function& function, std::size_t index, nb::handle value, bool strict);
    Argument array(const Function& function, std::size_t index, nb::handle array);
    Argument buffer(const Function& function, std::size_t index, const DeviceElements& elements) const;
    Argument python_number(const Function& function, std::size_t index, nb::handle value, bool strict) const;

    std::vector<ArrayMemory> arrays_;
    std::vector<Argument> values_;
};

/// None, a NumPy scalar of the C type, or np.uint32 for an address.
nb::object to_python(const Result& result);

} // namespace p4jit::python
