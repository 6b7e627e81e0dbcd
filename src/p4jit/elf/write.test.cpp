#include "p4jit/elf/write.hpp"

#include <doctest/doctest.h>

using namespace p4jit;
using namespace p4jit::elf;

namespace {

OutputImage small_image() {
    OutputImage image{.entry = 0x4800'0004, .flags = 3};
    image.sections = {
        {.name = ".text",
         .flags = section_flag::alloc | section_flag::execute,
         .address = 0x4800'0000,
         .alignment = 4,
         .contents = {1, 0, 2, 0, 3}},
        {.name = ".bss",
         .type = SectionType::nobits,
         .flags = section_flag::alloc | section_flag::write,
         .address = 0x4800'1000,
         .alignment = 16,
         .size = 64},
        {.name = ".debug_str", .contents = {'x', 0}},
    };
    image.symbols = {
        {.name = "global", .value = 0x4800'0004, .size = 1, .type = SymbolType::function, .section = 0},
        {.name = "local",
         .value = 0x4800'1010,
         .size = 4,
         .binding = SymbolBinding::local,
         .type = SymbolType::object,
         .section = 1},
        {.name = "elsewhere", .value = 0x4000'9710, .section = {}},
    };
    return image;
}

} // namespace

TEST_CASE("what is written is what the parser reads back") {
    const auto object = Object::parse(write(small_image()), "written");
    CHECK(object.kind() == ObjectKind::image);
    CHECK(object.entry() == 0x4800'0004);
    CHECK(object.flags() == 3);

    const auto* text = object.section(".text");
    REQUIRE(text != nullptr);
    CHECK(text->address == 0x4800'0000);
    CHECK(text->contents.size() == 5);
    CHECK(text->executable());
    const auto* bss = object.section(".bss");
    REQUIRE(bss != nullptr);
    CHECK(bss->type == SectionType::nobits);
    CHECK(bss->size == 64);
    CHECK(bss->alignment == 16);
    CHECK(as_text(object.section(".debug_str")->contents) == std::string_view("x\0", 2));

    const auto* global = object.symbol("global");
    REQUIRE(global != nullptr);
    CHECK(global->function());
    CHECK(global->section == text->index);
    const auto* local = object.symbol("local");
    REQUIRE(local != nullptr);
    CHECK(local->local());
    CHECK(local->value == 0x4800'1010);
    CHECK(object.symbol("elsewhere")->absolute());
}

TEST_CASE("each loaded section is a segment, zeros without bytes in the file") {
    const auto object = Object::parse(write(small_image()), "written");
    REQUIRE(object.segments().size() == 2);
    const auto& text = object.segments()[0];
    const auto& bss = object.segments()[1];
    CHECK(text.address == 0x4800'0000);
    CHECK(text.contents.size() == 5);
    CHECK(text.flags == (segment_flag::read | segment_flag::execute));
    CHECK(bss.memory_size == 64);
    CHECK(bss.contents.empty());
    CHECK(bss.flags == (segment_flag::read | segment_flag::write));
}

TEST_CASE("an image of nothing is a file, too") {
    const auto object = Object::parse(write({.flags = 2}), "written");
    CHECK(object.segments().empty());
    CHECK(object.symbols().size() == 1);
}
