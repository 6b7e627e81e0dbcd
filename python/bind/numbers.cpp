#include "numbers.hpp"

#include <fmt/format.h>
#include <nanobind/stl/string.h>

#include <cmath>
#include <limits>

namespace p4jit::python {

bool is_numpy_scalar(nb::handle value) {
    static PyObject* const type = nb::object(nb::module_::import_("numpy").attr("generic")).release().ptr();
    return PyObject_IsInstance(value.ptr(), type) == 1;
}

bool is_python_number(nb::handle value) {
    const auto* object = value.ptr();
    return !is_numpy_scalar(value) && (PyLong_Check(object) || PyFloat_Check(object) || PyComplex_Check(object));
}

std::string class_name(nb::handle value) { return nb::cast<std::string>(nb::handle(value.type()).attr("__name__")); }

std::string text_of(nb::handle value) {
    const auto text = nb::str(value);
    const auto bytes = nb::steal(PyUnicode_AsEncodedString(text.ptr(), "utf-8", "backslashreplace"));
    return bytes.is_valid() ? std::string(PyBytes_AsString(bytes.ptr())) : throw nb::python_error();
}

std::string utf8_of(nb::handle value) {
    Py_ssize_t size = 0;
    const auto* characters = PyUnicode_AsUTF8AndSize(value.ptr(), &size);
    if (characters == nullptr) throw nb::python_error();
    return {characters, static_cast<std::size_t>(size)};
}

Bytes bytes_of(nb::handle numpy_scalar) {
    const auto bytes = nb::cast<nb::bytes>(numpy_scalar.attr("tobytes")());
    const auto* first = reinterpret_cast<const std::uint8_t*>(bytes.c_str());
    return Bytes(first, first + bytes.size());
}

Scalar numpy_number(nb::handle value, ScalarType type) {
    Scalar scalar{type, {}};
    const auto bytes = bytes_of(value);
    std::memcpy(scalar.bytes.data(), bytes.data(), std::min<std::size_t>(bytes.size(), 8));
    return scalar;
}

namespace {

/// A Python number as the widest C number of its kind, or an infinity that fits
/// no integer.
Scalar widest(nb::handle value) {
    if (PyBool_Check(value.ptr())) return Scalar::of(value.ptr() == Py_True);
    if (PyFloat_Check(value.ptr())) return Scalar::of(PyFloat_AsDouble(value.ptr()));
    int overflow = 0;
    const auto number = PyLong_AsLongLongAndOverflow(value.ptr(), &overflow);
    if (overflow == 0) return Scalar::of(static_cast<std::int64_t>(number));
    if (overflow > 0) {
        const auto big = PyLong_AsUnsignedLongLong(value.ptr());
        if (!PyErr_Occurred()) return Scalar::of(static_cast<std::uint64_t>(big));
        PyErr_Clear();
    }
    return Scalar::of(std::numeric_limits<double>::infinity());
}

/// An integer of more than 64 bits that is wanted as a floating number.
Scalar huge_number(nb::handle value, ScalarType wanted) {
    const auto number = PyLong_AsDouble(value.ptr());
    const bool fits = !PyErr_Occurred() && nb::steal(PyLong_FromDouble(number)).equal(value);
    PyErr_Clear();
    if (!fits) throw ArgumentValueError(fmt::format("{} does not fit {}", text_of(value), wanted.spelling()));
    return Scalar::of(number);
}

} // namespace

Scalar python_number(nb::handle value, ScalarType wanted) {
    const auto number = widest(value);
    const bool is_huge = PyLong_Check(value.ptr()) && number.type == ScalarType::of<double>();
    if (is_huge && wanted.kind == ScalarKind::floating) return huge_number(value, wanted);
    // Python has no float: 0.1 means the nearest one, as it does in C.
    if (wanted == ScalarType::of<float>() && PyFloat_Check(value.ptr()))
        if (const auto rounded = static_cast<float>(number.as<double>()); std::isfinite(rounded))
            return Scalar::of(rounded);
    return number;
}

std::string what_number(ScalarType wanted, const Scalar& number, const std::string& literal) {
    const auto name = numpy_type_name(wanted);
    if (wanted.kind != ScalarKind::floating && !number.converted_to(wanted)) return fmt::format("Pass an {}.", name);
    return fmt::format("Pass {}({}), or load with strict=False to convert exact values.", name, literal);
}

std::string no_python_number(nb::handle value, ScalarType wanted) {
    return fmt::format("Python {} not allowed. {}", class_name(value),
                       what_number(wanted, widest(value), text_of(value)));
}

} // namespace p4jit::python
