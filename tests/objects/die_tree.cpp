#include "tests/objects/die_tree.hpp"

#include <algorithm>

namespace p4jit::test {

namespace {

/// The value alone: "(strp) (offset: 0x8): x" is "x".
std::string plain(std::string_view value) {
    value = trim(value);
    if (value.starts_with('(')) value = trim(value.substr(std::min(value.find(')') + 1, value.size())));
    if (value.starts_with("(offset:") || value.starts_with("(index:"))
        value = trim(value.substr(value.find("): ") + 3));
    return std::string(value);
}

/// C's shortest name of an arithmetic type, from the words a compiler uses.
std::string shortest(const std::string& name) {
    const auto w = words(name);
    const auto count = [&](std::string_view word) { return std::count(w.begin(), w.end(), word); };
    if (name == "_Bool") return "bool";
    if (name.starts_with("complex ")) return "_Complex " + name.substr(8);
    if (count("char") != 0 || count("double") != 0) return name;
    const std::string sign = count("unsigned") != 0 ? "unsigned " : "";
    if (count("long") == 2) return sign + "long long";
    if (count("long") == 1) return sign + "long";
    if (count("short") == 1) return sign + "short";
    return name;
}

bool is_one_of(const std::string& text, std::initializer_list<const char*> all) {
    return std::find(all.begin(), all.end(), text) != all.end();
}

} // namespace

DieTree::DieTree(std::string_view output) {
    std::vector<Die*> path; // the last entry of each depth
    Die* current = nullptr;
    for (const auto line : lines(output)) {
        if (line.starts_with(" <") && line.find("Abbrev Number: ") != line.npos) {
            const auto depth = std::stoul(std::string(line.substr(2)), nullptr);
            const auto from = line.find("><") + 2;
            const auto offset = hex(line.substr(from, line.find('>', from) - from));
            const auto tag = line.find("(DW_TAG_");
            path.resize(std::min<std::size_t>(path.size(), depth));
            current = nullptr;
            if (tag == line.npos) continue; // the end of a list
            current = &dies_[offset];
            current->offset = offset;
            current->tag = line.substr(tag + 8, line.find(')', tag) - tag - 8);
            if (!path.empty()) {
                current->parent = path.back();
                path.back()->children.push_back(current);
            }
            path.push_back(current);
        } else if (current && line.starts_with("    <")) {
            const auto from = line.find("DW_AT_");
            const auto colon = line.find(':', from);
            if (from == line.npos || colon == line.npos) continue;
            const auto name = std::string(trim(line.substr(from + 6, colon - from - 6)));
            current->attributes[name] = plain(line.substr(colon + 1));
            if (name == "language" && line.find("(C++") != line.npos) cxx_ = true;
            if (name == "language" && line.find("assembler)") != line.npos) assembler_ = true;
        }
    }
}

const Die* DieTree::reference(const Die& die, const std::string& attribute) const {
    const auto value = die.get(attribute);
    if (!value.starts_with('<')) return nullptr;
    const auto found = dies_.find(hex(std::string_view(value).substr(1, value.find('>') - 1)));
    return found == dies_.end() ? nullptr : &found->second;
}

const Die* DieTree::owner(const Die& die, const std::string& attribute) const {
    for (const auto* at = &die; at;) {
        if (at->has(attribute)) return at;
        const auto* origin = reference(*at, "abstract_origin");
        at = origin ? origin : reference(*at, "specification");
    }
    return nullptr;
}

std::string DieTree::get(const Die& die, const std::string& attribute) const {
    const auto* found = owner(die, attribute);
    return found ? found->get(attribute) : "";
}

const Die& DieTree::root(const Die& die) const {
    const auto* origin = reference(die, "abstract_origin");
    return origin ? root(*origin) : die;
}

std::string DieTree::qualified_name(const Die& die) const {
    auto name = get(die, "name");
    if (!cxx_ || name.empty()) return name;
    const auto* declaration = &die;
    for (const auto* next = declaration; next; next = reference(*declaration, "specification")) declaration = next;
    for (const auto* scope = declaration->parent; scope; scope = scope->parent)
        if (scope->tag == "subprogram" || scope->tag == "lexical_block") return name;
    for (const auto* scope = declaration->parent; scope; scope = scope->parent) {
        if (!is_one_of(scope->tag, {"namespace", "structure_type", "class_type", "union_type"})) continue;
        const auto outer = get(*scope, "name");
        const auto nameless = scope->tag == "namespace" ? "(anonymous namespace)" : "(unnamed type)";
        name = (outer.empty() ? nameless : outer) + "::" + name;
    }
    return name;
}

std::string DieTree::specifier(const Die& type) const {
    auto name = qualified_name(type);
    if (name == "complex") name = type.get("byte_size") == "8" ? "complex float" : "complex double";
    if (type.tag == "base_type") return shortest(name);
    const bool tagged = !cxx_ || name.empty();
    if (name.empty()) name = "(unnamed)";
    for (const auto& [tag, keyword] : {std::pair("structure_type", "struct "), std::pair("union_type", "union "),
                                       std::pair("class_type", "class "), std::pair("enumeration_type", "enum ")})
        if (type.tag == tag && tagged) return keyword + name;
    return name;
}

std::string DieTree::array_bounds(const Die& type) const {
    std::string bounds;
    for (const auto* child : type.children) {
        if (child->tag != "subrange_type") continue;
        if (child->has("count"))
            bounds += "[" + std::to_string(std::stoll(child->get("count"), nullptr, 0)) + "]";
        else if (child->has("upper_bound"))
            bounds += "[" + std::to_string(std::stoll(child->get("upper_bound"), nullptr, 0) + 1) + "]";
        else
            bounds += "[]";
    }
    return bounds.empty() ? "[]" : bounds;
}

std::string DieTree::declaration(const Die* type, const std::string& declarator) const {
    if (type == nullptr) return declarator.empty() ? "void" : "void " + declarator;
    const auto* target = reference(*type, "type");
    const auto& tag = type->tag;
    std::string mark;
    if (tag == "pointer_type") mark = "*";
    if (tag == "reference_type") mark = "&";
    if (tag == "rvalue_reference_type") mark = "&&";
    if (tag == "ptr_to_member_type") mark = qualified_name(*reference(*type, "containing_type")) + "::*";
    if (!mark.empty()) {
        const bool brackets = target && is_one_of(target->tag, {"array_type", "subroutine_type"});
        return declaration(target, brackets ? "(" + mark + declarator + ")" : mark + declarator);
    }
    if (tag == "array_type") return declaration(target, declarator + array_bounds(*type));
    if (tag == "subroutine_type") return declaration(target, declarator + "(" + parameters(*type, false) + ")");
    if (tag == "const_type" && target && target->tag == "array_type") {
        // GCC says of both, the array and its elements, that they are const.
        const auto* element = target;
        while (element && element->tag == "array_type") element = reference(*element, "type");
        if (element && element->tag == "const_type") return declaration(target, declarator);
    }
    for (const auto& [qualifier, word] :
         {std::pair("const_type", "const"), std::pair("volatile_type", "volatile"),
          std::pair("restrict_type", "restrict"), std::pair("atomic_type", "_Atomic")}) {
        if (tag != qualifier) continue;
        const auto* inner = target;
        while (inner && is_one_of(inner->tag, {"const_type", "volatile_type", "restrict_type", "atomic_type"}))
            inner = reference(*inner, "type");
        if (inner && is_one_of(inner->tag, {"pointer_type", "reference_type", "ptr_to_member_type"}))
            return declaration(target, declarator.empty() ? word : word + (" " + declarator));
        return word + (" " + declaration(target, declarator));
    }
    return specifier(*type) + (declarator.empty() ? "" : " " + declarator);
}

std::string DieTree::parameters(const Die& function, bool with_names) const {
    std::string text;
    const auto add = [&](const std::string& one) { text += (text.empty() ? "" : ", ") + one; };
    for (const auto* child : function.children) {
        if (child->tag == "unspecified_parameters") add("...");
        if (child->tag == "GNU_formal_parameter_pack" && with_names) add(parameters(*child, true));
        if (child->tag != "formal_parameter" || (with_names && get(*child, "artificial") != "")) continue;
        const auto* typed = owner(*child, "type");
        add(declaration(typed ? reference(*typed, "type") : nullptr, with_names ? get(*child, "name") : ""));
    }
    const bool prototyped = get(function, "prototyped") != "";
    return text.empty() && prototyped && !cxx_ ? "void" : text;
}

std::string DieTree::signature(const Die& function) const {
    const auto& described = root(function);
    const auto* typed = owner(described, "type");
    return declaration(typed ? reference(*typed, "type") : nullptr,
                       qualified_name(described) + "(" + parameters(described, true) + ")");
}

} // namespace p4jit::test
