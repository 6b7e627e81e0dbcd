#include "arguments.hpp"

#include "numbers.hpp"
#include "records.hpp"

#include <fmt/format.h>
#include <nanobind/stl/string.h>

namespace p4jit::python {

using jit::ParameterType;

namespace {

/// A value that no parameter takes, and how messages call it.
Argument refused(std::string what, std::string suggestion) {
    Argument argument{Scalar{}};
    argument.exact = true;
    argument.what = std::move(what);
    argument.suggestion = std::move(suggestion);
    return argument;
}

Argument described(Argument argument, std::string what, std::string suggestion) {
    argument.what = std::move(what);
    argument.suggestion = std::move(suggestion);
    return argument;
}

/// Of a parameter that there is: a call may have too many arguments.
const ParameterType* parameter_of(const Function& function, std::size_t index) {
    const auto& parameters = function.plan().parameters;
    return index < parameters.size() ? &parameters[index] : nullptr;
}

/// Does the parameter take values, itself or by a reference to const?
bool takes_value(const ParameterType& parameter) {
    return parameter.kind != ParameterType::Kind::pointer || (parameter.is_reference && parameter.points_to_const);
}

/// The number that the parameter takes, if it takes one.
std::optional<ScalarType> number_type(const ParameterType* parameter) {
    if (parameter == nullptr || !takes_value(*parameter) || !parameter->element.is_number()) return std::nullopt;
    return parameter->scalar();
}

/// What to pass for the parameter, whatever was passed.
std::string what_to_pass(const ParameterType* parameter) {
    if (parameter == nullptr) return {};
    const auto& element = parameter->element;
    if (const auto type = number_type(parameter)) return fmt::format("Pass an {}.", numpy_type_name(*type));
    if (parameter->points_to_function) return "Pass a loaded function, or its address as np.uint32.";
    if (takes_value(*parameter) && element.kind() == ElementType::Kind::complex)
        return fmt::format("Pass an np.{}.", text_of(numpy_dtype(element).attr("name")));
    if (takes_value(*parameter))
        return fmt::format("Pass a scalar of dtype function.dtype(\"{}\"), or a tuple of its fields.",
                           element.spelling());
    std::string of;
    if (element.is_number()) of = " of dtype " + numpy_type_name(element.scalar());
    if (element.kind() == ElementType::Kind::address) of = " of dtype np.uint32, addresses on the device";
    if (element.kind() == ElementType::Kind::opaque) of = fmt::format(" of dtype \"V{}\"", element.size());
    if (element.kind() == ElementType::Kind::record)
        of = fmt::format(" of dtype function.dtype(\"{}\")", element.spelling());
    if (parameter->is_reference) return fmt::format("Pass a NumPy array{}.", of);
    return fmt::format("Pass a NumPy array{}, or None for a null pointer.", of);
}

std::string with_article(const std::string& noun) {
    return fmt::format("{} {}", std::string_view("aeiou").find(noun[0]) != std::string_view::npos ? "an" : "a", noun);
}

/// bytes as they are, str in UTF-8.
Text text_from(nb::handle value) {
    if (PyUnicode_Check(value.ptr())) return {utf8_of(value)};
    const auto bytes = nb::borrow<nb::bytes>(value);
    return {std::string(bytes.c_str(), bytes.size())};
}

} // namespace

PythonArguments::PythonArguments(const Function& function, nb::args values, bool strict)
    : strict_(strict), device_(std::get<DeviceAddress>(Argument(function).value).device) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        try {
            values_.push_back(value_for(parameter_of(function, i), values[i]));
        } catch (const ArgumentValueError& error) {
            throw ArgumentValueError(
                fmt::format("{}: argument {}: {}", function.signature().spelling(), i + 1, error.what()));
        }
    }
}

Argument PythonArguments::value_for(const ParameterType* parameter, nb::handle value) {
    if (value.is_none()) return described(nullptr, "None", what_to_pass(parameter));
    if (is_array(value)) {
        const bool is_value = parameter != nullptr && parameter->kind != ParameterType::Kind::pointer;
        if (is_value && nb::cast<int>(value.attr("ndim")) == 0) return value_for(parameter, value[nb::make_tuple()]);
        return array(parameter, value);
    }
    const DeviceElements* elements = nullptr;
    if (nb::try_cast(value, elements)) return buffer(parameter, *elements);
    if (PyUnicode_Check(value.ptr()) || PyBytes_Check(value.ptr()))
        return described(text_from(value), with_article(class_name(value)), what_to_pass(parameter));
    if (is_numpy_scalar(value)) return numpy_value(parameter, value);
    if (is_python_number(value)) return python_value(parameter, value);
    if (PyTuple_Check(value.ptr()) || PyDict_Check(value.ptr())) return record(parameter, value);
    if (nb::hasattr(value, "_function"))
        if (const auto address = address_of(value))
            return described(*address, "a loaded function", what_to_pass(parameter));
    return refused(with_article(class_name(value)), what_to_pass(parameter));
}

Argument PythonArguments::numpy_value(const ParameterType* parameter, nb::handle value) {
    const auto type = element_of(value.attr("dtype"));
    const bool is_record = type && !type->is_number();
    if (is_record)
        return described(Record{*type, bytes_of(value)}, fmt::format("np.{}", class_name(value)),
                         what_to_pass(parameter));
    if (!type) return refused(fmt::format("np.{}", class_name(value)), what_to_pass(parameter));
    const auto number = numpy_number(value, type->scalar());
    const auto what = fmt::format("{}({})", numpy_type_name(type->scalar()), number.to_text());
    const auto wanted = number_type(parameter);
    if (!wanted && parameter != nullptr && parameter->kind == ParameterType::Kind::pointer)
        if (const auto address = address_of(value)) return described(*address, what, what_to_pass(parameter));
    auto argument =
        described(number, what, wanted ? what_number(*wanted, number, text_of(value)) : what_to_pass(parameter));
    argument.exact = strict_;
    return argument;
}

Argument PythonArguments::python_value(const ParameterType* parameter, nb::handle value) {
    const auto wanted = number_type(parameter);
    const auto what = fmt::format("a Python {}", class_name(value));
    const bool is_complex = PyComplex_Check(value.ptr());
    if (!strict_ && parameter != nullptr && takes_value(*parameter) &&
        parameter->element.kind() == ElementType::Kind::complex)
        return record(parameter, value);
    if (wanted && !is_complex)
        return strict_ ? refused(what, no_python_number(value, *wanted))
                       : described(python_number(value, *wanted), text_of(value), {});
    return refused(what, fmt::format("Python {} not allowed. {}", class_name(value), what_to_pass(parameter)));
}

Argument PythonArguments::record(const ParameterType* parameter, nb::handle value) const {
    const auto what = with_article(class_name(value));
    if (parameter == nullptr || !takes_value(*parameter) || parameter->element.is_number())
        return refused(what, what_to_pass(parameter));
    Record record{parameter->element, Bytes(parameter->element.size())};
    if (auto problem = Packer(strict_, device_).pack(parameter->element, value, record.bytes))
        return refused(what, *problem);
    return described(std::move(record), what, what_to_pass(parameter));
}

Argument PythonArguments::array(const ParameterType* parameter, nb::handle value) {
    const nb::object dtype = value.attr("dtype");
    const auto what = fmt::format("an array of dtype {}", text_of(dtype));
    const auto wanted = parameter != nullptr ? parameter->element : ElementType();
    const bool takes_all = wanted.kind() == ElementType::Kind::unknown;
    const bool is_text = nb::cast<std::string>(dtype.attr("kind")) == "S" && wanted.size() == 1;
    const auto type = takes_all || is_text ? ElementType(ScalarType::of<std::uint8_t>()) : element_of(dtype);
    const auto trouble = no_c_memory(dtype);
    if (!type || trouble) return refused(what, trouble.value_or(what_to_pass(parameter)));
    arrays_.emplace_back(value);
    auto argument = described(arrays_.back().as(*type), what, what_to_pass(parameter));
    if (!arrays_.back().is_writable() && wanted.difference(*type).empty())
        argument.suggestion = "Pass a copy of it, or declare the parameter const.";
    return argument;
}

Argument PythonArguments::buffer(const ParameterType* parameter, const DeviceElements& elements) const {
    if (!elements.contiguous)
        return refused("a slice of a buffer whose elements are not one behind the other",
                       "C has no pointer to them. Pass a new buffer with the same: jit.buffer(x.numpy()).");
    auto argument =
        described(elements.argument(), fmt::format("a buffer of dtype {}", elements.dtype), what_to_pass(parameter));
    if (elements.readonly && elements.element && parameter != nullptr &&
        parameter->element.difference(*elements.element).empty())
        argument.suggestion = "Pass a buffer that is not read-only, or declare the parameter const.";
    return argument;
}

nb::object to_python(const Result& result) {
    if (const auto* address = std::get_if<DeviceAddress>(&result))
        return numpy_type(ScalarType::of<std::uint32_t>())(address->value);
    const auto from = [](const ElementType& type, ByteView bytes) {
        const auto copy = nb::bytes(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        if (bytes.empty()) return nb::object(nb::none());
        return nb::object(nb::module_::import_("numpy").attr("frombuffer")(copy, numpy_dtype(type))[nb::int_(0)]);
    };
    if (const auto* scalar = std::get_if<Scalar>(&result)) return from(scalar->type, scalar->view());
    if (const auto* record = std::get_if<Record>(&result)) return from(record->type, record->bytes);
    return nb::none();
}

} // namespace p4jit::python
