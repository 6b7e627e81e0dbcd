#include "dtypes.hpp"

#include "p4jit/base/text.hpp"

#include <fmt/format.h>
#include <nanobind/stl/string.h>

#include <algorithm>

namespace p4jit::python {

using dwarf::Member;
using dwarf::Type;
using dwarf::TypeKind;

namespace {

nb::object numpy_dtype(nb::handle what) { return nb::module_::import_("numpy").attr("dtype")(what); }
nb::object numpy_dtype(const std::string& what) { return numpy_dtype(nb::str(what.c_str())); }

nb::object number(char kind, std::uint64_t size) { return numpy_dtype(fmt::format("<{}{}", kind, size)); }
nb::object bytes(std::uint64_t size) { return numpy_dtype(fmt::format("V{}", size)); }

bool is_one_of(std::uint64_t size, std::initializer_list<std::uint64_t> sizes) {
    return std::ranges::find(sizes, size) != sizes.end();
}

/// A field of a structured dtype.
struct Field {
    std::string name;
    nb::object dtype;
    std::uint64_t offset;
};

/// Bit fields that share bytes: an unsigned number of those bytes, named after
/// all of them, lowest bits first: "ready:1 mode:3".
class BitFields {
public:
    bool take(const Member& member, std::uint64_t base) {
        const auto from = 8 * base + member.bit_offset, to = from + member.bit_size;
        if (!name_.empty() && from / 8 > (to_ - 1) / 8) return false;
        if (name_.empty()) from_ = from;
        name_ += fmt::format("{}{}:{}", name_.empty() ? "" : " ", member.name, member.bit_size);
        to_ = to;
        return true;
    }
    void finish(std::vector<Field>& fields) {
        if (name_.empty()) return;
        const auto first = from_ / 8, size = (to_ - 1) / 8 - first + 1;
        fields.push_back({name_, is_one_of(size, {1, 2, 4, 8}) ? number('u', size) : bytes(size), first});
        name_.clear();
    }

private:
    std::string name_;
    std::uint64_t from_ = 0, to_ = 0;
};

/// Fields of a record that begins at `base`; those of bases and of anonymous
/// members are its own, as in C.
void collect(const Type& record, std::uint64_t base, std::vector<Field>& fields) {
    BitFields bits;
    for (const auto& member : record.members()) {
        if (member.bit_size != 0) {
            if (bits.take(member, base)) continue;
            bits.finish(fields);
            bits.take(member, base);
            continue;
        }
        bits.finish(fields);
        const auto type = member.type.resolved();
        if ((member.is_base || member.name.empty()) && type.is_record()) {
            collect(type, base + member.offset, fields);
        } else if (type.size() != 0) {
            fields.push_back({member.name, dtype_of(type), base + member.offset});
        }
    }
    bits.finish(fields);
}

std::vector<Field> fields_of(const Type& record) {
    std::vector<Field> fields;
    collect(record, 0, fields);
    // A member of a class hides those of its bases.
    std::vector<Field> visible;
    for (auto field = fields.begin(); field != fields.end(); ++field)
        if (std::none_of(field + 1, fields.end(), [&](const Field& later) { return later.name == field->name; }))
            visible.push_back(*field);
    return visible;
}

nb::object array_dtype(Type type) {
    nb::list shape;
    for (; type.kind() == TypeKind::array; type = type.target().resolved()) shape.append(type.count().value_or(0));
    return numpy_dtype(nb::make_tuple(dtype_of(type), nb::tuple(shape)));
}

nb::object record_dtype(const Type& record) {
    nb::list names, formats, offsets;
    for (const auto& field : fields_of(record)) {
        names.append(field.name);
        formats.append(field.dtype);
        offsets.append(field.offset);
    }
    if (nb::len(names) == 0) return bytes(record.size());
    nb::dict layout;
    layout["names"] = names;
    layout["formats"] = formats;
    layout["offsets"] = offsets;
    layout["itemsize"] = record.size();
    return numpy_dtype(layout);
}

std::string text(nb::handle value) { return nb::cast<std::string>(nb::str(value)); }

bool has_fields(nb::handle dtype) { return !dtype.attr("names").is_none(); }

std::uint64_t size_of(nb::handle dtype) { return nb::cast<std::uint64_t>(dtype.attr("itemsize")); }

std::string in_words(nb::handle dtype) {
    return has_fields(dtype) ? fmt::format("a structure of {} bytes", size_of(dtype)) : text(dtype);
}

/// Where fields are, by name.
struct Entry {
    nb::object dtype;
    std::uint64_t offset;
};
std::vector<std::pair<std::string, Entry>> entries_of(nb::handle dtype) {
    std::vector<std::pair<std::string, Entry>> entries;
    for (const auto name : dtype.attr("names")) {
        const nb::object entry = dtype.attr("fields")[name];
        entries.emplace_back(nb::cast<std::string>(name),
                             Entry{nb::object(entry[0]), nb::cast<std::uint64_t>(entry[1])});
    }
    return entries;
}

/// Bit fields, by whatever name they are given.
bool is_for_bits(const std::pair<std::string, Entry>& given, const std::pair<std::string, Entry>& wanted) {
    return wanted.first.find(':') != std::string::npos && given.second.offset == wanted.second.offset &&
           size_of(given.second.dtype) == size_of(wanted.second.dtype);
}

class Comparison {
public:
    /// The first difference; nothing if there is none.
    std::optional<std::string> compare(nb::handle given, nb::handle wanted, const std::string& path) {
        const auto field = path.empty() ? std::string("it") : fmt::format("field '{}'", path);
        if (!nb::object(given.attr("shape")).equal(wanted.attr("shape")))
            return fmt::format("{} has the shape {}, in C {}", field, text(given.attr("shape")),
                               text(wanted.attr("shape")));
        const nb::object given_base = given.attr("base"), wanted_base = wanted.attr("base");
        if (size_of(given) != size_of(wanted))
            return fmt::format("{} is {} ({} bytes), in C {} ({} bytes)", field, in_words(given_base), size_of(given),
                               in_words(wanted_base), size_of(wanted));
        if (has_fields(wanted_base) && has_fields(given_base)) return fields(given_base, wanted_base, path);
        const bool is_raw = text(wanted_base.attr("kind")) == "V" && !has_fields(wanted_base);
        if (is_raw || nb::object(given_base.attr("str")).equal(wanted_base.attr("str"))) return std::nullopt;
        return fmt::format("{} is {}, in C {}", field, in_words(given_base), in_words(wanted_base));
    }

private:
    std::optional<std::string> fields(nb::handle given, nb::handle wanted, const std::string& path) {
        const auto of_given = entries_of(given), of_wanted = entries_of(wanted);
        std::vector<bool> covered(size_of(wanted));
        for (const auto& field : of_given) {
            const auto found = std::ranges::find_if(of_wanted, [&](const auto& candidate) {
                return candidate.first == field.first || is_for_bits(field, candidate);
            });
            const auto name = path + (path.empty() ? "" : ".") + field.first;
            if (found == of_wanted.end()) return fmt::format("there is no field '{}' in C", name);
            if (field.second.offset != found->second.offset)
                return fmt::format("field '{}' is at offset {}, in C at {}", name, field.second.offset,
                                   found->second.offset);
            if (auto inside = compare(field.second.dtype, found->second.dtype, name)) return inside;
            std::fill_n(covered.begin() + static_cast<std::ptrdiff_t>(field.second.offset), size_of(field.second.dtype),
                        true);
        }
        // Of a union one member is enough.
        for (const auto& [name, entry] : of_wanted) {
            const auto first = covered.begin() + static_cast<std::ptrdiff_t>(entry.offset);
            if (!std::all_of(first, first + static_cast<std::ptrdiff_t>(size_of(entry.dtype)), std::identity{}))
                return fmt::format("it has no field '{}{}{}'", path, path.empty() ? "" : ".", name);
        }
        return std::nullopt;
    }
};

/// Calls what(type) for the type and all that it mentions, each once, until it
/// returns true.
class Walk {
public:
    template <typename What>
    bool visit(const Type& type, const What& what) {
        if (std::ranges::find(seen_, type) != seen_.end()) return false;
        seen_.push_back(type);
        if (what(type) || visit(type.target(), what)) return true;
        for (const auto& parameter : type.parameters())
            if (visit(parameter, what)) return true;
        if (!type.is_record()) return false;
        return std::ranges::any_of(type.members(), [&](const Member& member) { return visit(member.type, what); });
    }
    template <typename What>
    bool visit(const std::vector<Type>& types, const What& what) {
        return std::ranges::any_of(types, [&](const Type& type) { return visit(type, what); });
    }

private:
    std::vector<Type> seen_;
};

bool has_a_name(const Type& type) {
    const auto kind = type.kind();
    return !type.name().empty() && (type.is_record() || kind == TypeKind::enumeration || kind == TypeKind::typedef_) &&
           type.size() != 0;
}

} // namespace

nb::object dtype_of(const Type& given) {
    const auto type = given.resolved();
    const auto size = type.size();
    switch (type.kind()) {
    case TypeKind::boolean: return size == 1 ? numpy_dtype("?") : number('u', size);
    case TypeKind::integer:
    case TypeKind::enumeration:
        return is_one_of(size, {1, 2, 4, 8}) ? number(type.is_signed() ? 'i' : 'u', size) : bytes(size);
    case TypeKind::floating: return is_one_of(size, {2, 4, 8}) ? number('f', size) : bytes(size);
    case TypeKind::complex: return is_one_of(size, {8, 16}) ? number('c', size) : bytes(size);
    case TypeKind::pointer:
    case TypeKind::reference:
    case TypeKind::rvalue_reference:
    case TypeKind::member_pointer: return size == 4 ? number('u', 4) : bytes(size);
    case TypeKind::array: return array_dtype(type);
    case TypeKind::structure:
    case TypeKind::union_:
    case TypeKind::class_: return record_dtype(type);
    default: return bytes(size);
    }
}

std::optional<std::string> layout_difference(nb::handle dtype, const Type& type) {
    return Comparison().compare(dtype, dtype_of(type), "");
}

nb::object dtype_named(const std::vector<Type>& types, std::string_view name, const std::string& who) {
    for (const std::string_view prefix : {"struct ", "union ", "enum ", "class "})
        if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
    std::optional<Type> found;
    std::vector<std::string> names;
    Walk().visit(types, [&](const Type& type) {
        if (!has_a_name(type)) return false;
        if (type.name() == name) found = type;
        if (std::ranges::find(names, type.name()) == names.end()) names.emplace_back(type.name());
        return found.has_value();
    });
    if (found) return dtype_of(*found);
    auto message = fmt::format("{} mentions no type '{}'. ", who, name);
    message +=
        names.empty() ? "None that it mentions has a name." : fmt::format("Those that it does: {}.", join(names, ", "));
    if (const auto near = nearest(std::string(name), names); !near.empty())
        message += fmt::format(" Did you mean '{}'?", near);
    throw UsageError(message);
}

} // namespace p4jit::python
