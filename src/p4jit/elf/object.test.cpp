#include "p4jit/elf/object.hpp"

#include "tests/support/cross_compiler.hpp"

#include <doctest/doctest.h>

using namespace p4jit;
using namespace p4jit::elf;
using test::compile;

namespace {

const std::string source = R"(
extern int missing(int);
int counter = 5;
static int hidden(int x) { return x * counter; }
__attribute__((weak)) int soft(int x) { return hidden(x) + 1; }
int twice(int x) { return missing(x) + hidden(x); }
int zeros[100];
)";

Object compiled(const std::string& flags = "-O1 -mno-relax -fno-inline") {
    return Object::parse(compile(test::gcc + ' ' + flags, source), "kernel.o");
}

const std::string assembly = R"(
    .text
first:  nop
        .option norvc
    .globl kernel
    .type kernel, @function
kernel: nop
inner:  nop
        ret
    .size kernel, . - kernel
after:  nop
        nop
    .type unsized, @function
unsized: nop
.Lskip: nop
    .section .data
table:  .word kernel, 0
)";

Object assembled() { return Object::parse(compile(test::gcc + " -mno-relax", assembly, "kernel.S"), "kernel.o"); }

} // namespace

TEST_CASE("an object tells its sections with their contents") {
    const auto object = compiled();
    CHECK(object.kind() == ObjectKind::relocatable);
    CHECK(object.float_abi() == FloatAbi::single);
    CHECK((object.flags() & header_flag::rvc) != 0);
    CHECK(object.architecture().starts_with("rv32i2p1_m2p0"));
    CHECK(object.segments().empty());

    const auto* text = object.section(".text");
    REQUIRE(text != nullptr);
    CHECK(text->executable());
    CHECK(text->contents.size() == text->size);
    CHECK(&object.sections()[text->index] == text);

    const auto* bss = object.section(".bss") ? object.section(".bss") : object.section(".sbss");
    REQUIRE(bss != nullptr);
    CHECK(bss->type == SectionType::nobits);
    CHECK(bss->size == 400);
    CHECK(bss->contents.empty());
    CHECK(object.section(".nonsense") == nullptr);
}

TEST_CASE("symbols say where they live and how they bind") {
    const auto object = compiled();
    const auto* twice = object.symbol("twice");
    REQUIRE(twice != nullptr);
    CHECK(twice->function());
    CHECK(twice->binding == SymbolBinding::global);
    CHECK(object.sections()[twice->section].name == ".text");
    CHECK(object.symbol("soft")->binding == SymbolBinding::weak);
    CHECK(object.symbol("hidden")->local());
    CHECK(object.symbol("missing")->undefined());
    CHECK_FALSE(object.symbol("missing")->placed());
    CHECK(object.symbol("counter")->size == 4);
    CHECK(object.symbol("zeros")->type == SymbolType::object);
    CHECK(object.symbol("nobody") == nullptr);
    CHECK(object.symbol("kernel.c") == nullptr); // a file symbol
}

TEST_CASE("a common symbol has an alignment and no section") {
    const auto object = Object::parse(compile(test::gcc + " -fcommon", "double shared[3];"), "kernel.o");
    const auto* shared = object.symbol("shared");
    REQUIRE(shared != nullptr);
    CHECK(shared->common());
    CHECK(shared->value == 8);
    CHECK(shared->size == 24);
    CHECK_FALSE(shared->placed());
}

TEST_CASE("an absolute symbol keeps its value") {
    const auto object = Object::parse(compile(test::gcc, ".globl base\n.set base, 0x4ff00000\n", "base.S"), "base.o");
    REQUIRE(object.symbol("base") != nullptr);
    CHECK(object.symbol("base")->absolute());
    CHECK(object.symbol("base")->value == 0x4FF0'0000);
}

TEST_CASE("relocations stand with the section they change") {
    const auto object = assembled();
    const auto* data = object.section(".data");
    REQUIRE(data != nullptr);
    REQUIRE(data->relocations.size() == 1);
    const auto& relocation = data->relocations[0];
    CHECK(relocation.type == RelocationType::R_32);
    CHECK(name(relocation.type) == "R_RISCV_32");
    CHECK(relocation.offset == 0);
    CHECK(relocation.addend == 0);
    CHECK(object.symbols()[relocation.symbol].name == "kernel");
}

TEST_CASE("unknown relocation types have a name too") {
    CHECK(name(RelocationType{200}) == "R_RISCV_200");
    CHECK(name(RelocationType::R_CALL_PLT) == "R_RISCV_CALL_PLT");
}

TEST_CASE("the function at a place is found from its first byte to its last") {
    const auto object = assembled();
    const auto* kernel = object.symbol("kernel");
    REQUIRE(kernel != nullptr);
    REQUIRE(kernel->size == 12);
    const auto at = [&](std::uint32_t value) {
        const auto* symbol = object.function_at(kernel->section, value);
        return symbol ? std::string(symbol->name) : "nothing";
    };
    CHECK(at(kernel->value - 2) == "first");
    CHECK(at(kernel->value) == "kernel");
    CHECK(at(kernel->value + 4) == "kernel"); // not "inner", a label inside it
    CHECK(at(kernel->value + 11) == "kernel");
    CHECK(at(kernel->value + 12) == "after");
    CHECK(at(kernel->value + 16) == "after");
    CHECK(at(kernel->value + 20) == "unsized");
    CHECK(at(kernel->value + 24) == "unsized"); // .L labels do not count
    CHECK(at(kernel->value + 28) == "nothing"); // the section's end
    CHECK(object.function_at(999, 0) == nullptr);
    CHECK(object.function_at(0x4FF0'0000) == nullptr); // an object has no addresses
}

TEST_CASE("of two names at one place the global one is told") {
    const auto text = ".text\n.type a,@function\n.type b,@function\n.globl b\na: b: ret\n.size a,.-a\n.size b,.-b\n";
    const auto object = Object::parse(compile(test::gcc, text, "alias.S"), "alias.o");
    CHECK(object.function_at(object.symbol("a")->section, 0)->name == "b");
}

TEST_CASE("COMDAT groups are told with their members") {
    const auto code = "inline int twice(int x) { return 2 * x; } int (*keep)(int) = twice;";
    const auto object = Object::parse(compile(test::gxx + " -O0", code, "kernel.cpp"), "kernel.o");
    REQUIRE(object.groups().size() == 1);
    const auto& group = object.groups()[0];
    CHECK(group.comdat);
    CHECK(group.signature == "_Z5twicei");
    REQUIRE_FALSE(group.sections.empty());
    CHECK(object.sections()[group.sections[0]].name == ".text._Z5twicei");
}

TEST_CASE("an image has addresses, segments, an entry and a build ID") {
    const test::TempFolder folder;
    const auto path = (folder.path() / "image.elf").string();
    write_file(folder.path() / "k.c", as_bytes(source + "int missing(int x) { return x; } void _start(void) {}"));
    test::run(fmt::format("{} -O1 -nostdlib -Wl,--build-id=sha1,-Ttext=0x4ff00000 {}/k.c -o {}", test::gcc,
                          folder.path().string(), path));
    const auto image = Object::parse(read_file(path), "image.elf");
    CHECK(image.kind() == ObjectKind::image);
    CHECK(image.build_id().size() == 20);
    CHECK_FALSE(image.segments().empty());
    const auto* start = image.symbol("_start");
    REQUIRE(start != nullptr);
    CHECK(image.entry() == start->value);
    CHECK(image.function_at(start->value) == start);
    CHECK(image.section_at(start->value)->name == ".text");
    CHECK(image.section_at(0x1000'0000) == nullptr);
    CHECK(image.function_at(0x1000'0000) == nullptr);
    CHECK(image.section(".text")->relocations.empty());
}

TEST_CASE("views outlive the object they came from, as long as a copy lives") {
    Object copy = compiled();
    std::string_view name;
    {
        const auto object = assembled();
        copy = object;
        name = object.symbol("kernel")->name;
    }
    CHECK(name == "kernel");
    CHECK(copy.symbol("kernel")->name == "kernel");
}
