// NumPy's number types and C's.
#include "bind.hpp"

#include <nanobind/stl/string.h>

namespace p4jit::python {

std::string numpy_type_name(ScalarType type) {
    switch (type.kind) {
    case ScalarKind::boolean: return "np.bool_";
    case ScalarKind::floating: return "np.float" + std::to_string(8 * type.size);
    case ScalarKind::signed_integer: return "np.int" + std::to_string(8 * type.size);
    case ScalarKind::unsigned_integer: return "np.uint" + std::to_string(8 * type.size);
    }
    return "?";
}

nb::object numpy_type(ScalarType type) {
    return nb::module_::import_("numpy").attr(numpy_type_name(type).substr(3).c_str());
}

std::optional<ScalarType> scalar_type(nb::handle dtype) {
    const auto kind = nb::cast<std::string>(dtype.attr("kind"));
    const auto size = nb::cast<int>(dtype.attr("itemsize"));
    if (nb::cast<std::string>(dtype.attr("byteorder")) == ">") return std::nullopt;
    if (size != 1 && size != 2 && size != 4 && size != 8) return std::nullopt;
    const auto bytes = static_cast<std::uint8_t>(size);
    if (kind == "b") return ScalarType{ScalarKind::boolean, bytes};
    if (kind == "i") return ScalarType{ScalarKind::signed_integer, bytes};
    if (kind == "u") return ScalarType{ScalarKind::unsigned_integer, bytes};
    if (kind == "f" && size >= 4) return ScalarType{ScalarKind::floating, bytes};
    return std::nullopt;
}

} // namespace p4jit::python
