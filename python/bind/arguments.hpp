// Python values as arguments of a function on the device, and results back.
#pragma once

#include "arrays.hpp"
#include "buffer.hpp"

#include "p4jit/jit/calling.hpp"

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
    using Parameter = const jit::ParameterType*; ///< nullptr: there is none

    Argument value_for(Parameter parameter, nb::handle value);
    Argument numpy_value(Parameter parameter, nb::handle value);
    Argument python_value(Parameter parameter, nb::handle value);
    Argument record(Parameter parameter, nb::handle value) const;
    Argument array(Parameter parameter, nb::handle array);
    Argument buffer(Parameter parameter, const DeviceElements& elements) const;

    bool strict_;
    const void* device_; ///< the function's
    std::vector<ArrayMemory> arrays_;
    std::vector<Argument> values_;
};

/// None, a NumPy scalar of the C type, structured for a structure, or np.uint32
/// for an address.
nb::object to_python(const Result& result);

} // namespace p4jit::python
