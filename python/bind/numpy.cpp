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

namespace {

nb::object dtype(nb::handle of) { return nb::module_::import_("numpy").attr("dtype")(of); }

/// (format, shape) of a field that is an array, else its format.
nb::object format_of(const Field& field) {
    if (field.counts.empty()) return numpy_dtype(field.type);
    nb::list shape;
    for (const auto count : field.counts) shape.append(count);
    return nb::make_tuple(numpy_dtype(field.type), nb::tuple(shape));
}

nb::object record_dtype(const ElementType& type) {
    nb::list names, formats, offsets;
    for (const auto& field : type.fields()) {
        names.append(field.name);
        formats.append(format_of(field));
        offsets.append(field.offset);
    }
    nb::dict description;
    description["names"] = names;
    description["formats"] = formats;
    description["offsets"] = offsets;
    description["itemsize"] = type.size();
    return dtype(description);
}

std::optional<ScalarType> scalar_of(char kind, int size) {
    if (size != 1 && size != 2 && size != 4 && size != 8) return std::nullopt;
    const auto bytes = static_cast<std::uint8_t>(size);
    if (kind == 'b') return ScalarType{ScalarKind::boolean, bytes};
    if (kind == 'i') return ScalarType{ScalarKind::signed_integer, bytes};
    if (kind == 'u') return ScalarType{ScalarKind::unsigned_integer, bytes};
    if (kind == 'f' && size >= 4) return ScalarType{ScalarKind::floating, bytes};
    return std::nullopt;
}

std::optional<ElementType> record_of(nb::handle dtype, std::size_t size) {
    std::vector<Field> fields;
    const nb::object described = dtype.attr("fields");
    for (const auto name : dtype.attr("names")) {
        const nb::object entry = described[name];
        nb::object type = entry[nb::int_(0)];
        Field field{nb::cast<std::string>(name), nb::cast<std::size_t>(entry[nb::int_(1)]), {}, {}};
        for (const auto count : type.attr("shape")) field.counts.push_back(nb::cast<std::size_t>(count));
        const auto element = element_of(type.attr("base"));
        if (!element) return std::nullopt;
        field.type = *element;
        fields.push_back(std::move(field));
    }
    return ElementType::record({}, size, std::move(fields));
}

} // namespace

nb::object numpy_dtype(const ElementType& type) {
    switch (type.kind()) {
    case ElementType::Kind::number: return dtype(numpy_type(type.scalar()));
    case ElementType::Kind::address: return dtype(numpy_type(ScalarType::of<std::uint32_t>()));
    case ElementType::Kind::complex: return dtype(nb::str(type.size() == 8 ? "complex64" : "complex128"));
    case ElementType::Kind::record: return record_dtype(type);
    case ElementType::Kind::opaque: return dtype(nb::str(("V" + std::to_string(type.size())).c_str()));
    case ElementType::Kind::unknown: break;
    }
    throw SignatureError("NumPy has no dtype for void, functions and structures of which the members are not known");
}

std::optional<ElementType> element_of(nb::handle dtype) {
    const auto kind = nb::cast<std::string>(dtype.attr("kind"))[0];
    const auto size = nb::cast<std::size_t>(dtype.attr("itemsize"));
    if (!dtype.attr("names").is_none()) return record_of(dtype, size);
    if (kind == 'V' && dtype.attr("subdtype").is_none()) return ElementType::opaque(size);
    if (!nb::cast<bool>(dtype.attr("isnative")) || size > 16) return std::nullopt;
    if (kind == 'c' && size <= 16)
        return ElementType::complex({ScalarKind::floating, static_cast<std::uint8_t>(size / 2)});
    if (const auto scalar = scalar_of(kind, static_cast<int>(size))) return *scalar;
    return std::nullopt;
}

} // namespace p4jit::python
