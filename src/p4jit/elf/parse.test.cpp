#include "p4jit/base/error.hpp"
#include "p4jit/elf/object.hpp"

#include "tests/support/cross_compiler.hpp"

#include <doctest/doctest.h>
#include <random>

using namespace p4jit;
using namespace p4jit::elf;

namespace {

// Offsets in the file header and in a section header (gABI 4-3, 4-10).
constexpr std::size_t e_type = 16, e_machine = 18, e_shoff = 32, e_flags = 36, e_shentsize = 46, e_shnum = 48,
                      e_shstrndx = 50;
constexpr std::size_t sh_type = 4, sh_offset = 16, sh_size = 20, sh_link = 24, sh_info = 28, sh_align = 32,
                      sh_entsize = 36;

const Bytes& sample() {
    return test::compile(test::gcc + " -O1", "extern int g; int f(int a) { return a + g; } int t = 3;");
}

std::string message(const Bytes& file) {
    try {
        Object::parse(file, "add.o");
    } catch (const BadObject& error) {
        return error.what();
    }
    return "no error";
}

/// Where the header of the section is in the sample.
std::size_t header_of(const std::string& name) {
    const auto object = Object::parse(sample(), "add.o");
    return load_le<std::uint32_t>(&sample()[e_shoff]) + 40 * object.section(name)->index;
}

template <typename T>
Bytes patched(std::size_t at, T value) {
    auto file = sample();
    store_le(&file[at], value);
    return file;
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

} // namespace

TEST_CASE("a file that is no object is called by its name") {
    CHECK(message({}) == "add.o: the file is empty; give an object compiled for the ESP32-P4");
    CHECK(contains(message({'i', 'n', 't'}), "not an ELF file"));
    CHECK(contains(message({'B', 'C', 0xC0, 0xDE}), "LLVM bitcode (clang -flto)"));
    CHECK(contains(message(Bytes{'!', '<', 'a', 'r', 'c', 'h', '>', '\n'}), "an ar archive"));
    CHECK(contains(message({'M', 'Z', 0, 0}), "a Windows program"));
    CHECK(contains(message({0x7F, 'E', 'L', 'F'}), "the ELF header is cut off"));
}

TEST_CASE("an object for another machine is called by its name") {
    CHECK(message(patched<std::uint16_t>(e_machine, 62)) ==
          "add.o: x86-64 object, expected RISC-V 32-bit: was it compiled with the host's compiler?");
    CHECK(contains(message(patched<std::uint16_t>(e_machine, 94)), "Xtensa (ESP32"));
    CHECK(contains(message(patched<std::uint8_t>(5, 2)), "big-endian object"));
    CHECK(message(patched<std::uint8_t>(4, 2)) ==
          "add.o: RISC-V 64-bit object, expected RISC-V 32-bit: compile it with -march=rv32imafc -mabi=ilp32f");
    CHECK(contains(message(patched<std::uint32_t>(e_flags, 0xA)), "RV32E"));
    CHECK(message(patched<std::uint32_t>(e_flags, 1)) == "add.o: compiled for the soft-float (ilp32) ABI, expected "
                                                         "single-float (ilp32f): compile it with -march=rv32imafc "
                                                         "-mabi=ilp32f");
    CHECK(contains(message(patched<std::uint32_t>(e_flags, 5)), "double-float (ilp32d)"));
    CHECK(contains(message(patched<std::uint16_t>(e_type, 3)), "shared library"));
    CHECK(contains(message(patched<std::uint16_t>(e_type, 4)), "type 4"));
}

TEST_CASE("real objects of the wrong kind are refused by name") {
    const auto object = [](const std::string& command) {
        return message(test::compile(command, "int f() {return 1;}"));
    };
    CHECK(contains(object("cc"), "was it compiled with the host's compiler?"));
    CHECK(contains(object("riscv64-unknown-elf-gcc"), "RISC-V 64-bit object"));
    CHECK(contains(object("riscv64-unknown-elf-gcc -march=rv32imac -mabi=ilp32"), "soft-float"));
    CHECK(contains(object(test::clang + " -flto"), "LLVM bitcode"));
    CHECK(object(test::gcc) == "no error");
}

TEST_CASE("data without code needs no float ABI") {
    const auto file = test::compile(test::gcc, ".data\n.word 1\n", "data.S");
    auto soft = file;
    store_le<std::uint32_t>(&soft[e_flags], 0);
    CHECK(message(soft) == "no error");
}

TEST_CASE("a table that lies about its place or size is named") {
    const auto text = header_of(".text"), symtab = header_of(".symtab"), rela = header_of(".rela.text");
    CHECK(message(patched<std::uint32_t>(text + sh_offset, 0x7FFFFFFF)) ==
          "add.o: section 1 (.text) lies outside the file; the file is truncated or corrupted, compile it again");
    CHECK(contains(message(patched<std::uint32_t>(text + sh_size, 0xFFFFFFFF)), "section 1 (.text)"));
    CHECK(contains(message(patched<std::uint32_t>(text + sh_align, 3)), "aligned to 3"));
    CHECK(contains(message(patched<std::uint32_t>(e_shoff, 0xFFFFFFF0)), "lie outside the file"));
    CHECK(contains(message(patched<std::uint32_t>(e_shoff, 0)), "no sections"));
    CHECK(contains(message(patched<std::uint16_t>(e_shnum, 0xFEFF)), "the headers of 65279 sections"));
    CHECK(contains(message(patched<std::uint16_t>(e_shentsize, 64)), "64 bytes instead of 40"));
    CHECK(contains(message(patched<std::uint16_t>(e_shstrndx, 1)), "no string table"));
    CHECK(contains(message(patched<std::uint32_t>(symtab + sh_link, 1)), "wrong type"));
    CHECK(contains(message(patched<std::uint32_t>(symtab + sh_entsize, 24)), "symbols of 16 bytes"));
    CHECK(contains(message(patched<std::uint32_t>(text + sh_type, 2)), "second symbol table"));
    CHECK(contains(message(patched<std::uint32_t>(rela + sh_info, 1000)), "section 1000"));
    CHECK(contains(message(patched<std::uint32_t>(rela + sh_entsize, 8)), "relocations of 12 bytes"));
    CHECK(contains(message(patched<std::uint32_t>(rela + sh_type, 9)), "type REL"));
}

TEST_CASE("a symbol or relocation that points nowhere is named") {
    const auto object = Object::parse(sample(), "add.o");
    const auto offset = [&](const std::string& name) {
        return load_le<std::uint32_t>(&sample()[header_of(name) + sh_offset]);
    };
    const auto f = offset(".symtab") + 16 * object.symbol("f")->index;
    CHECK(contains(message(patched<std::uint16_t>(f + 14, 500)), "(f) is in section 500, which does not exist"));
    CHECK(contains(message(patched<std::uint16_t>(f + 14, 0xFF12)), "does not exist"));
    CHECK(contains(message(patched<std::uint16_t>(f + 14, 0xFFFF)), "no error")); // XINDEX, but no table: undefined
    CHECK(contains(message(patched<std::uint32_t>(f, 0x7FFFFFFF)), "a name lies outside"));
    CHECK(contains(message(patched<std::uint32_t>(offset(".rela.text"), 0x10000)), "relocation 0 of"));
    CHECK(contains(message(patched<std::uint32_t>(offset(".rela.text") + 4, 0xFFFFFF00)), "symbol 16777215"));
}

TEST_CASE("sections that share their bytes are refused, for they make a small file a huge one") {
    auto file = sample();
    const auto shstrtab = header_of(".shstrtab"), text = header_of(".text");
    store_le(&file[text + sh_offset], load_le<std::uint32_t>(&file[shstrtab + sh_offset]) - 0x200);
    store_le<std::uint32_t>(&file[text + sh_size], static_cast<std::uint32_t>(file.size() / 2));
    store_le<std::uint32_t>(&file[text + sh_offset], 0);
    store_le<std::uint32_t>(&file[header_of(".data") + sh_offset], 0);
    store_le<std::uint32_t>(&file[header_of(".data") + sh_size], static_cast<std::uint32_t>(file.size() / 2));
    CHECK(contains(message(file), "its sections overlap"));
}

TEST_CASE("more than 65279 sections are counted in the null section and reached through XINDEX") {
    std::string text;
    for (int i = 0; i < 65500; ++i) text += fmt::format(".section .t{},\"a\"\n.byte 1\n", i);
    text += ".section .last,\"ax\"\n.globl last\n.type last,@function\nlast: ret\n.size last,.-last\n";
    const auto object = Object::parse(test::compile(test::gcc, text, "many.S"), "many.o");
    CHECK(object.sections().size() > 65500);
    REQUIRE(object.symbol("last") != nullptr);
    CHECK(object.sections()[object.symbol("last")->section].name == ".last");
    CHECK(object.function_at(object.symbol("last")->section, 0) == object.symbol("last"));
}

TEST_CASE("an object cut off at any length is refused or read, never more") {
    int refused = 0;
    for (std::size_t length = 0; length < sample().size(); ++length)
        refused += message(Bytes(sample().begin(), sample().begin() + length)) != "no error";
    CHECK(refused == static_cast<int>(sample().size())); // the section headers stand last
}

TEST_CASE("an object with random wrong bytes is refused or read, never more") {
    constexpr unsigned seed = 20240601;
    MESSAGE("seed ", seed);
    std::mt19937 random(seed);
    int refused = 0;
    for (int round = 0; round < 20000; ++round) {
        auto file = sample();
        for (auto flips = 1 + random() % 4; flips > 0; --flips)
            file[random() % file.size()] = static_cast<std::uint8_t>(random());
        refused += message(file) != "no error";
    }
    CHECK(refused > 2000);
}
