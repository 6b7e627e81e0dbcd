#include "p4jit/jit/wanted.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace p4jit::jit {

namespace {

bool is_of_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Where the list of parameters begins: "area" and "const Point &".
std::size_t parameters_at(const std::string& expression) {
    return expression.ends_with(')') ? expression.find('(') : expression.npos;
}

constexpr std::string_view pointer_prefix = "p4jit_wanted_";

} // namespace

std::string pointer_name(std::size_t n) { return fmt::format("{}{}", pointer_prefix, n); }
bool is_pointer_name(std::string_view symbol) { return symbol.starts_with(pointer_prefix); }

bool is_expression(const std::string& text) {
    const auto is_allowed = [](char c) {
        return is_of_name(c) || std::string_view(" :<>(),&*-[]").find(c) != std::string_view::npos;
    };
    return !text.empty() && !std::isdigit(static_cast<unsigned char>(text[0])) && std::ranges::all_of(text, is_allowed);
}

std::string identifier_of(const std::string& expression) {
    const auto end = std::min(expression.find('<'), expression.find('('));
    const auto name = expression.substr(0, end);
    const auto last = name.find_last_not_of(' ');
    if (last == name.npos) return {};
    auto first = last + 1;
    while (first > 0 && is_of_name(name[first - 1])) --first;
    return name.substr(first, last + 1 - first);
}

std::string with_parameters(const dwarf::Signature& signature) {
    std::vector<std::string> types;
    for (const auto& parameter : signature.parameters) types.push_back(parameter.type.spelling());
    return fmt::format("{}({})", signature.qualified_name, join(types, ", "));
}

void several_functions(const std::string& name, const std::string& where,
                       const std::vector<const dwarf::Signature*>& which) {
    std::vector<std::string> candidates;
    for (const auto* signature : which) candidates.push_back(with_parameters(*signature));
    throw FunctionNotFound(fmt::format("there are several functions '{}' in {}: {}. Ask for one with its parameters.",
                                       name, where, join(candidates, "; ")));
}

std::string listed(const std::vector<std::string>& names) {
    constexpr std::size_t most = 24;
    if (names.size() <= most) return join(names, ", ");
    const std::vector<std::string> first(names.begin(), names.begin() + most);
    return fmt::format("{}, … and {} more", join(first, ", "), names.size() - most);
}

std::string without_spaces(const std::string& text) {
    std::string result;
    std::ranges::copy_if(text, std::back_inserter(result), [](char c) { return c != ' '; });
    return result;
}

std::string lines_for(const std::vector<Wanted>& functions, bool is_cxx) {
    std::string lines = "\n#line 1 \"the function that was asked for\"\n";
    if (is_cxx)
        lines += "template <class... A> struct p4jit_takes "
                 "{ template <class R> static constexpr auto of(R (*f)(A...)) { return f; } };\n";
    for (const auto& wanted : functions) {
        const auto& expression = wanted.expression;
        const auto at = parameters_at(expression);
        if (!is_cxx) // "extern" gives an inline function code of its own
            lines += fmt::format("extern __typeof__({0}) {0};\n__typeof__({0}) *{1} __attribute__((used)) = {0};\n",
                                 expression, wanted.pointer);
        else if (at == expression.npos)
            lines += fmt::format("auto *{} __attribute__((used)) = &{};\n", wanted.pointer, expression);
        else
            lines += fmt::format("auto *{} __attribute__((used)) = p4jit_takes<{}>::of(&{});\n", wanted.pointer,
                                 expression.substr(at + 1, expression.size() - at - 2), expression.substr(0, at));
    }
    return lines;
}

} // namespace p4jit::jit
