#include "arguments.hpp"

#include "dtypes.hpp"

#include <fmt/format.h>
#include <nanobind/stl/string.h>

#include <cmath>

namespace p4jit::python {

namespace {

std::string text(nb::handle value) { return nb::cast<std::string>(nb::str(value)); }

bool is_instance(nb::handle value, const char* numpy_class) {
    return nb::isinstance(value, nb::module_::import_("numpy").attr(numpy_class));
}

std::string python_class(nb::handle value) { return nb::cast<std::string>(nb::handle(value.type()).attr("__name__")); }

/// The bytes of a NumPy scalar.
Scalar numpy_scalar(nb::handle value, ScalarType type) {
    const auto bytes = nb::cast<nb::bytes>(value.attr("tobytes")());
    Scalar scalar{type, {}};
    std::memcpy(scalar.bytes.data(), bytes.c_str(), std::min<std::size_t>(bytes.size(), 8));
    return scalar;
}

/// A Python number as the widest C number of its kind, or an infinity that fits
/// no integer.
Scalar widest(nb::handle value) {
    if (PyBool_Check(value.ptr())) return Scalar::of(value.ptr() == Py_True);
    if (PyFloat_Check(value.ptr())) return Scalar::of(PyFloat_AS_DOUBLE(value.ptr()));
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

/// A value that no parameter takes, and how messages call it.
Argument refused(std::string what, std::string suggestion) {
    Argument argument{Scalar{}};
    argument.exact = true;
    argument.what = std::move(what);
    argument.suggestion = std::move(suggestion);
    return argument;
}

std::optional<ScalarType> number_type(const Function& function, std::size_t index) {
    const auto& parameters = function.signature().parameters;
    return index < parameters.size() ? ScalarType::of(parameters[index].type) : std::nullopt;
}

/// What the parameter points to, if that is numbers.
std::optional<ScalarType> element_type(const Function& function, std::size_t index) {
    const auto& parameters = function.signature().parameters;
    if (index >= parameters.size() || number_type(function, index)) return std::nullopt;
    return ScalarType::of(parameters[index].type.resolved().target());
}

/// What the parameter points to, through arrays, if its layout is told by more
/// than a number's type: structures, pointers, complex numbers.
std::optional<dwarf::Type> record_type(const Function& function, std::size_t index) {
    const auto& parameters = function.signature().parameters;
    if (index >= parameters.size() || number_type(function, index) || element_type(function, index))
        return std::nullopt;
    auto type = parameters[index].type.resolved().target().resolved();
    while (type.kind() == dwarf::TypeKind::array) type = type.target().resolved();
    return type.is_void() || type.size() == 0 ? std::nullopt : std::optional(type);
}

/// Why elements of the dtype are not what the parameter points to. Bytes and
/// numbers may stand for structures: how many there are is checked elsewhere.
std::optional<std::string> wrong_layout(const Function& function, std::size_t index, nb::handle dtype) {
    const auto type = record_type(function, index);
    if (!type || (type->is_record() && dtype.attr("names").is_none())) return std::nullopt;
    return layout_difference(dtype, *type);
}

/// What to pass for the parameter, whatever was passed.
std::string what_to_pass(const Function& function, std::size_t index) {
    if (index >= function.signature().parameters.size()) return {};
    if (const auto type = number_type(function, index)) return fmt::format("Pass an {}.", numpy_type_name(*type));
    const auto array = [&]() -> std::string {
        if (const auto element = element_type(function, index))
            return fmt::format(" of dtype {}", numpy_type_name(*element));
        const auto record = record_type(function, index);
        if (record && record->is_record() && !record->name().empty())
            return fmt::format(" of dtype function.dtype('{}')", record->name());
        return record ? fmt::format(" of dtype {}", text(dtype_of(*record))) : "";
    }();
    return fmt::format("Pass a NumPy array{}, or None for a null pointer.", array);
}

/// The same for a number, of which `literal` is the text; a number that the
/// parameter cannot hold is not suggested.
std::string what_to_pass(const Function& function, std::size_t index, const Scalar& number,
                         const std::string& literal) {
    const auto type = number_type(function, index);
    if (!type || (type->kind != ScalarKind::floating && !number.converted_to(*type)))
        return what_to_pass(function, index);
    return fmt::format("Pass {}({}), or load with strict=False to convert exact values.", numpy_type_name(*type),
                       literal);
}

std::string with_article(const std::string& noun) {
    return fmt::format("{} {}", std::string_view("aeiou").find(noun[0]) != std::string_view::npos ? "an" : "a", noun);
}

} // namespace

PythonArguments::PythonArguments(const Function& function, nb::args values, bool strict) {
    for (std::size_t i = 0; i < values.size(); ++i) values_.push_back(value_for(function, i, values[i], strict));
}

Argument PythonArguments::value_for(const Function& function, std::size_t index, nb::handle value, bool strict) {
    if (value.is_none()) {
        Argument argument{nullptr};
        argument.what = "None";
        argument.suggestion = what_to_pass(function, index);
        return argument;
    }
    if (is_array(value)) return array(function, index, value);
    const DeviceElements* elements = nullptr;
    if (nb::try_cast(value, elements)) return buffer(function, index, *elements);
    if (is_instance(value, "generic")) {
        const auto type = scalar_type(value.attr("dtype"));
        if (!type) return refused(fmt::format("np.{}", python_class(value)), what_to_pass(function, index));
        const auto scalar = numpy_scalar(value, *type);
        Argument argument{scalar};
        argument.exact = strict;
        argument.what = fmt::format("{}({})", numpy_type_name(*type), scalar.to_text());
        argument.suggestion = what_to_pass(function, index, scalar, text(value));
        return argument;
    }
    if (PyLong_Check(value.ptr()) || PyFloat_Check(value.ptr())) return python_number(function, index, value, strict);
    return refused(with_article(python_class(value)), what_to_pass(function, index));
}

Argument PythonArguments::python_number(const Function& function, std::size_t index, nb::handle value,
                                        bool strict) const {
    auto number = widest(value);
    const auto suggestion = what_to_pass(function, index, number, text(value));
    if (strict || !number_type(function, index))
        return refused(fmt::format("a Python {}", python_class(value)), suggestion);
    // Python has no float: 0.1 means the nearest one, as it does in C.
    if (number_type(function, index) == ScalarType::of<float>() && PyFloat_Check(value.ptr()))
        if (const auto rounded = static_cast<float>(number.as<double>()); std::isfinite(rounded))
            number = Scalar::of(rounded);
    Argument argument{number};
    argument.what = text(value);
    return argument;
}

Argument PythonArguments::array(const Function& function, std::size_t index, nb::handle value) {
    const nb::object dtype = value.attr("dtype");
    const auto what = fmt::format("an array of dtype {}", text(dtype));
    const auto element = element_type(function, index);
    const auto type = element ? scalar_type(dtype) : std::optional(ScalarType::of<std::uint8_t>());
    const auto trouble = no_c_memory(dtype);
    if (!type || trouble) return refused(what, trouble.value_or(what_to_pass(function, index)));
    if (const auto wrong = wrong_layout(function, index, dtype))
        return refused(fmt::format("an array of other elements: {}", *wrong), what_to_pass(function, index));
    arrays_.emplace_back(value);
    Argument argument{arrays_.back().as(*type)};
    argument.what = what;
    argument.suggestion = what_to_pass(function, index);
    if (!arrays_.back().is_writable() && (!element || element == type))
        argument.suggestion = "Pass a copy of it, or declare the parameter const.";
    return argument;
}

Argument PythonArguments::buffer(const Function& function, std::size_t index, const DeviceElements& elements) const {
    const auto what = fmt::format("a buffer of dtype {}", text(elements.dtype));
    if (!elements.contiguous)
        return refused("a slice of a buffer whose elements are not one behind the other",
                       "C has no pointer to them. Pass a new buffer with the same: jit.buffer(x.numpy()).");
    if (const auto wrong = wrong_layout(function, index, elements.dtype))
        return refused(fmt::format("a buffer of other elements: {}", *wrong), what_to_pass(function, index));
    Argument argument{elements.argument(element_type(function, index))};
    argument.what = what;
    argument.suggestion = what_to_pass(function, index);
    return argument;
}

nb::object to_python(const Result& result) {
    if (const auto* address = std::get_if<DeviceAddress>(&result))
        return numpy_type(ScalarType::of<std::uint32_t>())(address->value);
    const auto* scalar = std::get_if<Scalar>(&result);
    if (scalar == nullptr) return nb::none();
    const auto bytes = nb::bytes(reinterpret_cast<const char*>(scalar->bytes.data()), scalar->type.size);
    return nb::module_::import_("numpy").attr("frombuffer")(bytes, numpy_type(scalar->type))[nb::int_(0)];
}

} // namespace p4jit::python
