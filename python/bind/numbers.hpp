// Python's and NumPy's numbers as C's.
#pragma once

#include "bind.hpp"

namespace p4jit::python {

bool is_numpy_scalar(nb::handle value);
/// int, float, complex and bool of Python itself, not NumPy's, of which some are
/// Python's too.
bool is_python_number(nb::handle value);
/// "int", "float64".
std::string class_name(nb::handle value);

/// The bytes of a NumPy scalar, structured or not.
Bytes bytes_of(nb::handle numpy_scalar);
/// A NumPy scalar of a number type.
Scalar numpy_number(nb::handle value, ScalarType type);
/// A Python number as `wanted` means it: the nearest float for a float, else the
/// widest number of its kind, which may or may not fit. Throws ArgumentValueError
/// for an integer that fits no C number.
Scalar python_number(nb::handle value, ScalarType wanted);

/// "Python int not allowed. Pass np.int32(5), or load with strict=False to
/// convert exact values."
std::string no_python_number(nb::handle value, ScalarType wanted);
/// "Pass np.int32(5), or …" for a number whose text is `literal`, or "Pass an
/// np.int32." if it does not fit.
std::string what_number(ScalarType wanted, const Scalar& number, const std::string& literal);

/// str(value).
std::string text_of(nb::handle value);
/// The bytes of a str in UTF-8. Throws UnicodeEncodeError for half a surrogate pair.
std::string utf8_of(nb::handle value);

} // namespace p4jit::python
