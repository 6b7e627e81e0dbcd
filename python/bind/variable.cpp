// Globals of a module.
#include "buffer.hpp"
#include "dtypes.hpp"
#include "numbers.hpp"
#include "records.hpp"

#include <fmt/format.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

namespace p4jit::python {

namespace {

/// Lengths of all dimensions; of a scalar none.
nb::tuple shape(const Variable& variable) {
    nb::list lengths;
    for (auto type = variable.type().resolved(); type.kind() == dwarf::TypeKind::array; type = type.target().resolved())
        lengths.append(type.count().value_or(0));
    return nb::tuple(lengths);
}

dwarf::Type element(const Variable& variable) {
    auto type = variable.type();
    while (type.resolved().kind() == dwarf::TypeKind::array) type = type.resolved().target();
    return type;
}

/// The bytes of a value for it, as an argument of its type takes; nothing if it
/// is an array or a number.
std::optional<nb::bytes> pack(const Variable& variable, nb::handle value) {
    const auto type = ElementType::of(variable.type());
    if (type.is_number() || variable.type().resolved().kind() == dwarf::TypeKind::array) return std::nullopt;
    Bytes bytes(type.size());
    const auto device = std::get<DeviceAddress>(Argument(variable).value).device;
    if (const auto problem = Packer(false, device).pack(type, value, bytes))
        throw ArgumentTypeError(
            fmt::format("{} cannot hold {}. {}", variable.spelling(), text_of(nb::repr(value)), *problem));
    return nb::bytes(bytes.data(), bytes.size());
}

} // namespace

void bind_variable(nb::module_& module) {
    nb::class_<Variable>(module, "Variable")
        .def_prop_ro("name", [](const Variable& variable) { return to_str(variable.name()); })
        .def_prop_ro("spelling", [](const Variable& variable) { return to_str(variable.spelling()); })
        .def_prop_ro("address", &Variable::address)
        .def_prop_ro("size", &Variable::size)
        .def_prop_ro("is_const", &Variable::is_const)
        .def_prop_ro("shape", shape)
        .def_prop_ro("dtype", [](const Variable& variable) { return dtype_of(element(variable)); })
        .def_prop_ro("offset", &Variable::offset)
        .def("pack", pack, nb::arg("value").none())
        .def_prop_ro("memory", [](const Variable& variable) { return DeviceElements(variable.memory()); });
}

} // namespace p4jit::python
