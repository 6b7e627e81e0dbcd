#include "p4jit/dwarf/signature.hpp"

#include "p4jit/base/error.hpp"

#include <fmt/format.h>

namespace p4jit::dwarf {

namespace {

template <typename T>
const T* find(const std::vector<T>& all, std::string_view name) {
    for (const auto& one : all)
        if (one.symbol == name) return &one;
    for (const auto kind : {&T::qualified_name, &T::name}) {
        const T* found = nullptr;
        for (const auto& one : all) {
            if (one.*kind != name) continue;
            if (found) return nullptr;
            found = &one;
        }
        if (found) return found;
    }
    return nullptr;
}

} // namespace

const Signature* Interface::function(std::string_view name) const { return find(functions, name); }
const Variable* Interface::variable(std::string_view name) const { return find(variables, name); }

std::string Signature::spelling() const {
    std::string text;
    for (const auto& parameter : parameters) {
        if (parameter.is_artificial) continue;
        text += (text.empty() ? "" : ", ") + parameter.type.declaration(parameter.name);
    }
    if (is_variadic) text += text.empty() ? "..." : ", ...";
    if (text.empty() && !is_unprototyped && !is_cxx) text = "void";
    return result.declaration(fmt::format("{}({})", qualified_name, text));
}

Signature signature_of(const Type& type, std::string name) {
    auto function = type.resolved();
    if (function.kind() == TypeKind::pointer || function.kind() == TypeKind::reference)
        function = function.target().resolved();
    if (function.kind() != TypeKind::function)
        throw SignatureError(fmt::format("{} is declared as {}, which is no function; declare it with its parameters",
                                         name, type.spelling()));
    Signature signature;
    signature.name = signature.qualified_name = signature.symbol = std::move(name);
    signature.is_cxx = function.is_cxx();
    signature.result = function.target();
    for (auto& parameter : function.parameters()) signature.parameters.push_back({"", std::move(parameter)});
    signature.is_variadic = function.is_variadic();
    signature.is_unprototyped = function.is_unprototyped();
    return signature;
}

} // namespace p4jit::dwarf
