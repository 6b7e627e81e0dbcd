// The NumPy dtype that has the layout of a C type.
#include "bind.hpp"

#include <nanobind/stl/string.h>

namespace p4jit::python {

using dwarf::TypeKind;

namespace {

/// names, formats and offsets of a structured dtype.
struct Fields {
    nb::list names, formats, offsets;
};

/// Bases and nameless members lend their members to the record; bit fields
/// have no place that NumPy could name.
void append_fields(Fields& fields, const dwarf::Type& record, std::uint64_t begin) {
    for (const auto& member : record.members()) {
        if (member.bit_size != 0) continue;
        if (member.name.empty() && member.type.resolved().is_record()) {
            append_fields(fields, member.type.resolved(), begin + member.offset);
        } else if (!member.name.empty()) {
            fields.names.append(to_str(member.name));
            fields.formats.append(dtype_of(member.type));
            fields.offsets.append(begin + member.offset);
        }
    }
}

nb::object record_dtype(const dwarf::Type& record) {
    Fields fields;
    append_fields(fields, record, 0);
    nb::dict layout;
    layout["names"] = fields.names;
    layout["formats"] = fields.formats;
    layout["offsets"] = fields.offsets;
    layout["itemsize"] = record.size();
    return nb::module_::import_("numpy").attr("dtype")(layout);
}

} // namespace

nb::object dtype_of(const dwarf::Type& declared) {
    const auto numpy = nb::module_::import_("numpy");
    const auto type = declared.resolved();
    if (const auto scalar = ScalarType::of(type)) return numpy.attr("dtype")(numpy_type(*scalar));
    switch (type.kind()) {
    case TypeKind::pointer:
    case TypeKind::reference:
    case TypeKind::rvalue_reference: return numpy.attr("dtype")("uint32");
    case TypeKind::complex: return numpy.attr("dtype")(type.size() == 8 ? "complex64" : "complex128");
    case TypeKind::structure:
    case TypeKind::union_:
    case TypeKind::class_:
        if (!type.members().empty()) return record_dtype(type);
        break;
    case TypeKind::array:
        if (const auto count = type.count())
            return numpy.attr("dtype")(nb::make_tuple(dtype_of(type.target()), nb::make_tuple(*count)));
        break;
    default: break;
    }
    return numpy.attr("dtype")("V" + std::to_string(type.size()));
}

} // namespace p4jit::python
