#include "records.hpp"

#include "buffer.hpp"
#include "numbers.hpp"

#include <fmt/format.h>
#include <nanobind/stl/string.h>

#include <algorithm>

namespace p4jit::python {

namespace {

using Problem = std::optional<std::string>;

void copy(ByteView from, MutableBytes into) {
    std::copy_n(from.begin(), std::min(from.size(), into.size()), into.begin());
}

std::string field_names(const ElementType& type) {
    std::string names;
    for (const auto& field : type.fields()) names += (names.empty() ? "" : ", ") + field.name;
    return names;
}

bool overlap(const Field& a, const Field& b) {
    return a.offset < b.offset + b.size() && b.offset < a.offset + a.size();
}

/// Two fields that overlap: members of an anonymous union.
std::optional<std::pair<const Field*, const Field*>> same_bytes(const std::vector<Field>& fields) {
    std::vector<const Field*> sorted;
    for (const auto& field : fields) sorted.push_back(&field);
    std::ranges::stable_sort(sorted, {}, &Field::offset);
    for (std::size_t i = 1; i < sorted.size(); ++i)
        if (overlap(*sorted[i - 1], *sorted[i])) return std::pair(sorted[i - 1], sorted[i]);
    return std::nullopt;
}

/// bytes as they are, str in UTF-8.
std::optional<std::string> characters(nb::handle value) {
    if (PyBytes_Check(value.ptr())) {
        const auto bytes = nb::borrow<nb::bytes>(value);
        return std::string(bytes.c_str(), bytes.size());
    }
    if (PyUnicode_Check(value.ptr())) return utf8_of(value);
    return std::nullopt;
}

} // namespace

std::optional<DeviceAddress> address_of(nb::handle value) {
    if (value.is_none()) return DeviceAddress{};
    const Function* function = nullptr;
    if (nb::hasattr(value, "_function") && nb::try_cast(value.attr("_function"), function))
        return std::get<DeviceAddress>(Argument(*function).value);
    const DeviceElements* elements = nullptr;
    if (nb::try_cast(value, elements)) {
        const auto array = elements->argument();
        return DeviceAddress{array.address, array.device};
    }
    if (!is_numpy_scalar(value)) return std::nullopt;
    const auto type = element_of(value.attr("dtype"));
    if (!type || !type->is_number() || type->scalar() != ScalarType::of<std::uint32_t>()) return std::nullopt;
    return DeviceAddress{numpy_number(value, type->scalar()).as<std::uint32_t>()};
}

Problem Packer::pack(const ElementType& type, nb::handle value, MutableBytes into) {
    switch (type.kind()) {
    case ElementType::Kind::number: return pack_number(type.scalar(), value, into);
    case ElementType::Kind::record: return pack_record(type, value, into);
    case ElementType::Kind::address: return pack_address(value, into);
    default: break;
    }
    if (is_numpy_scalar(value)) {
        const auto given = element_of(value.attr("dtype"));
        if (given && type.difference(*given).empty()) {
            copy(bytes_of(value), into);
            return std::nullopt;
        }
    }
    if (type.kind() != ElementType::Kind::complex) return fmt::format("Pass {} in another way.", type.spelling());
    const auto name = numpy_dtype(type).attr("name");
    if (strict_ || !is_python_number(value)) return fmt::format("Pass an np.{}.", text_of(name));
    copy(bytes_of(numpy_dtype(type).attr("type")(value)), into);
    return std::nullopt;
}

Problem Packer::pack_address(nb::handle value, MutableBytes into) const {
    const DeviceElements* elements = nullptr;
    if (!value.is_none() && nb::try_cast(value, elements) && !elements->contiguous)
        return "C has no pointer to a slice whose elements are not one behind the other.";
    const auto address = address_of(value);
    if (!address) return "Pass an address as np.uint32, a buffer, a loaded function, or None.";
    if (address->device != nullptr && address->device != device_)
        throw ArgumentValueError(fmt::format("{} is on another device", text_of(value)));
    store_le(into.data(), address->value);
    return std::nullopt;
}

Problem Packer::pack_number(ScalarType type, nb::handle value, MutableBytes into) {
    std::optional<Scalar> number;
    if (is_numpy_scalar(value)) {
        if (const auto given = element_of(value.attr("dtype")); given && given->is_number())
            number = numpy_number(value, given->scalar());
        if (!number || (strict_ && number->type != type)) return fmt::format("Pass an {}.", numpy_type_name(type));
    } else if (is_python_number(value) && !PyComplex_Check(value.ptr())) {
        if (strict_) return no_python_number(value, type);
        number = python_number(value, type);
    } else {
        return fmt::format("Pass an {}.", numpy_type_name(type));
    }
    const auto converted = number->converted_to(type);
    if (!converted) throw ArgumentValueError(fmt::format("{} does not fit {}", text_of(value), type.spelling()));
    copy(converted->view(), into);
    return std::nullopt;
}

Problem Packer::pack_record(const ElementType& type, nb::handle value, MutableBytes into) {
    if (PyDict_Check(value.ptr())) return pack_dict(type, nb::borrow<nb::dict>(value), into);
    if (PyTuple_Check(value.ptr())) {
        const auto tuple = nb::borrow<nb::tuple>(value);
        if (type.is_union()) return "Of a union pass one field, as a dict of its name and value.";
        if (tuple.size() != type.fields().size())
            return fmt::format("It has {} items; {} has the fields {}.", tuple.size(), type.spelling(),
                               field_names(type));
        if (const auto same = same_bytes(type.fields()))
            return fmt::format("The fields '{}' and '{}' are the same bytes: pass a dict with one of them.",
                               same->first->name, same->second->name);
        for (std::size_t i = 0; i < tuple.size(); ++i)
            if (auto problem = pack_field(type.fields()[i], tuple[i], into)) return problem;
        return std::nullopt;
    }
    if (!is_numpy_scalar(value)) return fmt::format("Pass {} as a tuple of its fields.", type.spelling());
    const auto given = element_of(value.attr("dtype"));
    const auto difference = given ? type.difference(*given, "the value") : "the dtype has no C type";
    if (!difference.empty()) return fmt::format("It is another structure: {}.", difference);
    copy(bytes_of(value), into);
    return std::nullopt;
}

Problem Packer::pack_dict(const ElementType& type, nb::dict dict, MutableBytes into) {
    std::vector<const Field*> given;
    for (const auto& [key, value] : dict) {
        const auto name = text_of(key);
        const auto field = std::ranges::find(type.fields(), name, &Field::name);
        if (field == type.fields().end())
            return fmt::format("{} has no field '{}', but {}.", type.spelling(), name, field_names(type));
        for (const auto* other : given)
            if (overlap(*other, *field))
                return fmt::format("The fields '{}' and '{}' are the same bytes: give one of them.", other->name, name);
        if (auto problem = pack_field(*field, value, into)) return problem;
        given.push_back(&*field);
    }
    for (const auto& field : type.fields()) {
        const auto has_its_bytes = [&](const Field* other) { return other == &field || overlap(*other, field); };
        if (std::ranges::none_of(given, has_its_bytes))
            return fmt::format("It has {} of the fields {}; give {}.", dict.size(), field_names(type),
                               type.is_union() ? "one" : "all");
    }
    return std::nullopt;
}

Problem Packer::pack_field(const Field& field, nb::handle value, MutableBytes into) {
    const auto room = into.subspan(field.offset, field.size());
    Problem problem;
    try {
        problem = field.counts.empty() ? pack(field.type, value, room) : pack_array(field, 0, value, room);
    } catch (const ArgumentValueError& error) {
        throw ArgumentValueError(fmt::format("field '{}': {}", field.name, error.what()));
    }
    if (!problem) return std::nullopt;
    return fmt::format("Field '{}' is {}. {}", field.name, field.spelling(), *problem);
}

Problem Packer::pack_array(const Field& field, std::size_t dimension, nb::handle value, MutableBytes into) {
    if (dimension == field.counts.size()) return pack(field.type, value, into);
    const auto count = field.counts[dimension];
    if (const auto text = characters(value); text && field.type.size() == 1 && dimension + 1 == field.counts.size()) {
        if (text->size() > count) return fmt::format("It has {} bytes.", text->size());
        copy({reinterpret_cast<const std::uint8_t*>(text->data()), text->size()}, into);
        return std::nullopt;
    }
    if (!PySequence_Check(value.ptr()) || nb::len(value) != count)
        return fmt::format("Pass an array or list of {} elements.", count);
    const auto step = count == 0 ? 0 : into.size() / count;
    for (std::size_t i = 0; i < count; ++i)
        if (auto problem = pack_array(field, dimension + 1, value[nb::int_(i)], into.subspan(i * step, step)))
            return problem;
    return std::nullopt;
}

} // namespace p4jit::python
