// Every function and variable of the corpus and of the target's libraries:
// spelled by us, and spelled from readelf's picture of the same entries.
#include "p4jit/dwarf/signature.hpp"
#include "p4jit/elf/archive.hpp"
#include "tests/objects/corpus.hpp"
#include "tests/objects/die_tree.hpp"

#include <doctest/doctest.h>
#include <set>

using namespace p4jit;

namespace {

struct Compared {
    std::size_t objects = 0, functions = 0, variables = 0, clones = 0, assembly = 0;
};

/// readelf prints addresses with 0x and without.
std::uint32_t address(const std::string& text) { return test::hex(text); }

void compare_functions(const elf::Object& object, const dwarf::Interface& ours, const test::DieTree& tree,
                       Compared& compared) {
    // By spelling, line and address: "int add(int a, int b) 12 @1a".
    std::multiset<std::string> described;
    for (const auto& [offset, die] : tree.dies()) {
        if (die.tag != "subprogram" || !die.has("low_pc")) continue;
        const auto text =
            fmt::format("{} {} @{:x}", tree.signature(die), tree.get(die, "decl_line"), address(die.get("low_pc")));
        described.insert(text);
    }
    std::multiset<std::string> found;
    for (const auto& function : ours.functions) {
        REQUIRE(function.place.has_value());
        const auto text = fmt::format("{} {} @{:x}", function.spelling(), function.line, function.place->value);
        CAPTURE(text);
        const auto known = described.find(text);
        const bool is_described = known != described.end();
        if (is_described) {
            described.erase(known);
        } else {
            // Folded or split functions have no low_pc: look for the spelling.
            bool is_spelled = false;
            for (const auto& [offset, die] : tree.dies())
                is_spelled = is_spelled || (die.tag == "subprogram" && tree.signature(die) == function.spelling());
            CHECK(is_spelled);
        }
        ++compared.functions;
    }
    // What readelf knows beyond that are clones: no symbol of their name is there.
    for (const auto& text : described) {
        CAPTURE(text);
        const auto place = address(text.substr(text.rfind('@') + 1));
        bool has_clone = false;
        for (const auto& symbol : object.symbols())
            has_clone =
                has_clone || (symbol.function() && symbol.value == place && symbol.name.find('.') != symbol.name.npos);
        CHECK(has_clone);
        ++compared.clones;
    }
}

void compare_variables(const dwarf::Interface& ours, const test::DieTree& tree, Compared& compared) {
    for (const auto& variable : ours.variables) {
        const auto text = variable.type.declaration(variable.qualified_name);
        CAPTURE(text);
        bool is_spelled = false;
        for (const auto& [offset, die] : tree.dies()) {
            if (die.tag != "variable" || tree.get(die, "name") != variable.name) continue;
            const auto* typed = tree.owner(die, "type");
            is_spelled = is_spelled ||
                         (typed && tree.declaration(tree.reference(*typed, "type"), tree.qualified_name(die)) == text);
        }
        CHECK(is_spelled);
        ++compared.variables;
    }
}

/// The assembler describes functions without their types: they are not offered.
void compare_assembly(const dwarf::Interface& ours, const test::DieTree& tree, Compared& compared) {
    CHECK(ours.functions.empty());
    const std::set<std::string> undescribed(ours.undescribed.begin(), ours.undescribed.end());
    for (const auto& [offset, die] : tree.dies()) {
        if (die.tag != "subprogram") continue;
        CHECK(undescribed.contains(die.get("name")));
        ++compared.assembly;
    }
}

/// Every variable that readelf sees at an address is among ours.
void find_variables(const dwarf::Interface& ours, const test::DieTree& tree) {
    for (const auto& [offset, die] : tree.dies()) {
        if (die.tag != "variable" || die.get("location").find("DW_OP_addr") == std::string::npos) continue;
        if (die.parent->tag != "compile_unit" && die.parent->tag != "namespace") continue; // local to a function
        const auto name = tree.qualified_name(die);
        CAPTURE(name);
        bool is_found = false;
        for (const auto& variable : ours.variables) is_found = is_found || variable.qualified_name == name;
        CHECK(is_found);
    }
}

void compare(const elf::Object& object, std::string_view output, Compared& compared) {
    CAPTURE(object.name());
    const test::DieTree tree(output);
    const auto ours = dwarf::read_interface(object);
    if (tree.assembler())
        compare_assembly(ours, tree, compared);
    else
        compare_functions(object, ours, tree, compared);
    compare_variables(ours, tree, compared);
    find_variables(ours, tree);
    ++compared.objects;
}

void report(const std::string& what, const Compared& compared) {
    MESSAGE(what, ": ", compared.objects, " objects, ", compared.functions, " functions, ", compared.variables,
            " variables compared; ", compared.clones, " clones and ", compared.assembly,
            " assembly functions rightly not offered");
}

} // namespace

TEST_CASE("signatures of every build of the corpus are what readelf's entries spell") {
    Compared compared;
    test::for_each_build([&](const test::Build& build) {
        const test::ObjectFile file(build.file);
        compare(elf::Object::parse(build.file, build.name),
                test::run(test::readelf + "--debug-dump=info " + file.path() + " 2>/dev/null"), compared);
    });
    CHECK(compared.functions > 800);
    report("corpus", compared);
}

TEST_CASE("signatures of the target's libraries are what readelf's entries spell") {
    for (const auto& path : {test::libc, test::libgcc()}) {
        const auto archive = elf::Archive::parse(read_file(path), path);
        const auto output = test::run(test::readelf + "--debug-dump=info " + path + " 2>/dev/null");
        // Members without debug information are not in the output.
        std::map<std::string, std::string_view> members;
        for (const auto member : test::cut_members(output))
            members[std::string(lines(member.substr(1))[0].substr(6))] = member;
        Compared compared;
        for (const auto& member : archive.members()) {
            const auto object = archive.object(member);
            if (!dwarf::has_debug_info(object)) continue;
            REQUIRE(members.contains(object.name()));
            compare(object, members[object.name()], compared);
        }
        CHECK(compared.functions > 100);
        report(path, compared);
    }
}
