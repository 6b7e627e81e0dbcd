// What a module is made of, compared with what GNU's tools read of it.
#include "p4jit/jit/test_device.hpp"

#include "p4jit/base/file.hpp"
#include "p4jit/dwarf/line_table.hpp"
#include "p4jit/dwarf/signature.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace p4jit;
using namespace p4jit::test;

namespace {

const std::string source = "#include <stdio.h>\n"
                           "int table[4] = {1, 2, 3, 4}; static long zeros[9]; const short constants[3] = {7, 8, 9};\n"
                           "__attribute__((noinline)) static int helper(int x) { return x * table[x & 3]; }\n"
                           "int unused(int x) { return x; }\n"
                           "int f(int a) { printf(\"%d\", a); return helper(a) + constants[a] + zeros[a]++; }\n";

Module loaded() {
    LoadOptions options;
    options.functions = {"f"};
    return load(source, options);
}

std::vector<std::string> names(const Binary& binary) {
    std::vector<std::string> all;
    for (const auto& symbol : binary.symbols()) all.push_back(symbol.name);
    return all;
}

} // namespace

TEST_CASE("sections and symbols tell all that was loaded, and nothing else") {
    const auto binary = loaded().binary();
    std::vector<std::string> sections;
    for (const auto& section : binary.sections()) sections.push_back(section.name);
    CHECK(sections == std::vector<std::string>{".text", ".rodata", ".data", ".bss"});
    auto all = names(binary);
    std::ranges::sort(all);
    CHECK(all == std::vector<std::string>{"call_remote", "constants", "f", "helper", "table", "zeros"});
    CHECK(binary.find("table")->kind == BinarySymbol::Kind::object);
    CHECK(binary.find("table")->size == 16);
    CHECK_FALSE(binary.find("helper")->is_global);
    CHECK(binary.find("nothing") == nullptr);
    CHECK(binary.find("call_remote")->address == binary.entry_address());
}

TEST_CASE("the bytes are those on the device") {
    const auto module = loaded();
    const auto binary = module.binary();
    CHECK(binary.address() == module.address());
    CHECK(binary.bytes().size() == module.size());
    for (const auto& section : binary.sections())
        if (section.name == ".data") CHECK(load_le<std::uint32_t>(binary.bytes(section).data() + 8) == 3);
}

TEST_CASE("assembly labels without a size extend to the next symbol") {
    const auto object = compile(gcc, ".globl one, two\none: nop\n nop\ntwo: ret\n", "labels.S");
    const TempFolder folder;
    write_file(folder.path() / "labels.o", object);
    const auto binary = board().load((folder.path() / "labels.o").string(), {.lint = false}).binary();
    CHECK(binary.find("one")->size == 4);
    CHECK(binary.find("two")->kind == BinarySymbol::Kind::label);
}

TEST_CASE("the ELF file has symbols, lines and types at the addresses on the device") {
    for (const char* compiler : {"riscv64-unknown-elf-gcc", "clang-19"}) {
        CAPTURE(compiler);
        setenv("P4JIT_TOOLCHAIN", compiler, 1);
        Device device({.port = "virtual"});
        unsetenv("P4JIT_TOOLCHAIN");
        const auto module = device.load(Source::code(source), {.functions = {"f"}});
        const auto binary = module.binary();
        const auto image = elf::Object::parse(binary.elf(), "module.elf");
        CHECK(image.entry() == binary.entry_address());
        CHECK(image.symbol("printf")->absolute());
        const auto f = binary.find("f")->address;
        CHECK(image.function_at(f)->name == "f");
        const auto lines = dwarf::LineTable::read(image);
        CHECK(lines.find(f)->line == 5);
        CHECK(lines.function(f) == "f");
        CHECK(lines.find(binary.find("helper")->address)->line == 3);
        const auto interface = dwarf::read_interface(image);
        CHECK(interface.function("f")->place->value == f);
        CHECK(interface.variable("table")->place->value == binary.find("table")->address);
        CHECK(contains(binary.disassemble(), "kernel.c:5  int f(int a) { printf"));
        CHECK(contains(binary.disassemble(), "<printf>"));
        CHECK(contains(binary.disassemble(), "<table>"));
        CHECK_FALSE(contains(binary.disassemble({.source = false}), "kernel.c"));
    }
}

TEST_CASE("readelf and objdump have nothing to complain of") {
    const TempFolder folder;
    const auto module = load("template <typename T> T twice(T x) { return x + x; }\n"
                             "namespace geo { struct P { int x, y; }; int area(P *p) { return twice(p->x) * p->y; } }\n"
                             "long long big(long long a, long long b) { return a / b; }\n",
                             {}, "kernel.cpp");
    const auto file = folder.path() / "module.elf";
    write_file(file, module.binary().elf());
    for (const char* tool : {"readelf -aW --debug-dump=info,line,ranges", "objdump -dS"}) {
        const auto command = std::string("riscv64-unknown-elf-") + tool + " " + file.string();
        const auto text = run(command + " 2>" + (folder.path() / "errors").string());
        CHECK(contains(text, "geo"));
        CHECK(read_text(folder.path() / "errors").empty());
    }
}

TEST_CASE("a module's binary outlives it, and keeps nothing on the device") {
    load("int warm;");
    const auto free = board().heap_stats().free_spiram;
    const auto binary = loaded().binary();
    CHECK(board().heap_stats().free_spiram == free);
    CHECK(contains(binary.disassemble(), "<call_remote>:"));
}
