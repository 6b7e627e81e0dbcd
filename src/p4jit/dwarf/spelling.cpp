// Types as C and C++ write them: declarators grow from the name outwards.
#include "p4jit/dwarf/type.hpp"

#include <fmt/format.h>

namespace p4jit::dwarf {

namespace {

// A crafted table of function types would otherwise spell out for ever.
constexpr unsigned most_steps = 500;
constexpr std::size_t longest = 4096;

class Speller {
public:
    /// The declaration of `declarator`, which may be empty, as of that type.
    std::string spell(const Type& type, std::string declarator) {
        if (++steps_ > most_steps || declarator.size() > longest) return "…";
        switch (type.kind()) {
        case TypeKind::pointer: return spell_pointer(type, "*" + declarator);
        case TypeKind::reference: return spell_pointer(type, "&" + declarator);
        case TypeKind::rvalue_reference: return spell_pointer(type, "&&" + declarator);
        case TypeKind::member_pointer:
            return spell_pointer(type, fmt::format("{}::*{}", type.containing().name(), declarator));
        case TypeKind::array:
            return spell(type.target(), declarator + (type.count() ? fmt::format("[{}]", *type.count()) : "[]"));
        case TypeKind::function: return spell(type.target(), declarator + spell_parameters(type));
        case TypeKind::const_: return qualify("const", type.target(), std::move(declarator));
        case TypeKind::volatile_: return qualify("volatile", type.target(), std::move(declarator));
        case TypeKind::restrict_: return qualify("restrict", type.target(), std::move(declarator));
        case TypeKind::atomic: return qualify("_Atomic", type.target(), std::move(declarator));
        default: return join(specifier(type), declarator);
        }
    }

private:
    static std::string join(std::string_view specifier, std::string_view declarator) {
        return fmt::format("{}{}{}", specifier, declarator.empty() ? "" : " ", declarator);
    }

    static std::string specifier(const Type& type) {
        if (type.is_void()) return "void";
        const auto name = type.name().empty() ? "(unnamed)" : type.name();
        const bool tagged = !type.is_cxx() || type.name().empty();
        switch (type.kind()) {
        case TypeKind::structure: return fmt::format("{}{}", tagged ? "struct " : "", name);
        case TypeKind::union_: return fmt::format("{}{}", tagged ? "union " : "", name);
        case TypeKind::class_: return fmt::format("{}{}", tagged ? "class " : "", name);
        case TypeKind::enumeration: return fmt::format("{}{}", tagged ? "enum " : "", name);
        default: return std::string(name);
        }
    }

    /// A pointer or reference whose own part of the declarator is there.
    std::string spell_pointer(const Type& type, std::string declarator) {
        const auto kind = type.target().kind();
        if (kind == TypeKind::array || kind == TypeKind::function) declarator = "(" + declarator + ")";
        return spell(type.target(), std::move(declarator));
    }

    /// "const float", but "float *const".
    std::string qualify(std::string_view qualifier, const Type& type, std::string declarator) {
        if (is_declarator(type)) return spell(type, join(qualifier, declarator));
        // An array that is const has elements that are, and DWARF tells both.
        if (qualifier == "const" && has_const_elements(type)) return spell(type, std::move(declarator));
        return fmt::format("{} {}", qualifier, spell(type, std::move(declarator)));
    }

    static bool has_const_elements(Type type) {
        if (type.kind() != TypeKind::array) return false;
        while (type.kind() == TypeKind::array) type = type.target();
        return type.kind() == TypeKind::const_;
    }

    static bool is_declarator(Type type) {
        while (type.kind() == TypeKind::const_ || type.kind() == TypeKind::volatile_ ||
               type.kind() == TypeKind::restrict_ || type.kind() == TypeKind::atomic)
            type = type.target();
        const auto kind = type.kind();
        return kind == TypeKind::pointer || kind == TypeKind::reference || kind == TypeKind::rvalue_reference ||
               kind == TypeKind::member_pointer;
    }

    std::string spell_parameters(const Type& function) {
        std::string text;
        for (const auto& parameter : function.parameters()) {
            if (text.size() > longest) return "(…)";
            text += (text.empty() ? "" : ", ") + spell(parameter, "");
        }
        if (function.is_variadic()) text += text.empty() ? "..." : ", ...";
        if (text.empty() && !function.is_unprototyped() && !function.is_cxx()) text = "void";
        return "(" + text + ")";
    }

    unsigned steps_ = 0;
};

} // namespace

std::string Type::spelling() const { return declaration(""); }
std::string Type::declaration(std::string_view name) const { return Speller().spell(*this, std::string(name)); }

} // namespace p4jit::dwarf
