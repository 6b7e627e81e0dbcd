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

/// "Box<Box<int>>" and "Box<Box<int> >" are one.
std::string spelled(std::string_view name) {
    std::string result(name);
    for (auto at = result.find("> >"); at != result.npos; at = result.find("> >")) result.erase(at + 1, 1);
    return result;
}

bool has_a_name(const Type& type) {
    const auto kind = type.kind();
    return !type.name().empty() && (type.is_record() || kind == TypeKind::enumeration || kind == TypeKind::typedef_) &&
           type.size() != 0;
}

} // namespace

nb::object dtype_of(const Type& given) {
    auto type = given.resolved();
    if (type.kind() != TypeKind::array || type.is_vector()) return numpy_dtype(ElementType::of(type));
    nb::list shape;
    for (; type.kind() == TypeKind::array && !type.is_vector(); type = type.target().resolved())
        shape.append(type.count().value_or(0));
    return nb::module_::import_("numpy").attr("dtype")(nb::make_tuple(dtype_of(type), nb::tuple(shape)));
}

nb::object dtype_named(const std::vector<Type>& types, std::string_view name, const std::string& who) {
    for (const std::string_view prefix : {"struct ", "union ", "enum ", "class "})
        if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
    std::optional<Type> found;
    std::vector<std::string> names;
    Walk().visit(types, [&](const Type& type) {
        if (!has_a_name(type)) return false;
        if (spelled(type.name()) == spelled(name)) found = type;
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
