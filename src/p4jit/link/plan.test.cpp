#include "p4jit/link/plan.hpp"

#include "p4jit/link/test_objects.hpp"
#include "tests/objects/readelf.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace p4jit;
using namespace p4jit::link;
using namespace p4jit::link::test;

namespace {

std::string place_error(const Input& input) {
    return link_error([&] { place(input); });
}

Input with_libgcc(elf::Object object) {
    auto input = input_of({std::move(object)});
    const auto path = p4jit::test::libgcc();
    input.archives = {elf::Archive::parse(read_file(path), "libgcc.a")};
    return input;
}

} // namespace

TEST_CASE("symbols that nobody provides are listed all at once, with who needs them and near names") {
    auto input = input_of({c_object(R"(
        extern int prinft(int), nothing_like_it(int);
        extern int data_elsewhere;
        int one(int x) { return prinft(x) + data_elsewhere; }
        int two(int x) { return prinft(x) + nothing_like_it(x) + 1; }
    )")});
    input.name = "kernel.c";
    input.external_names = [] { return std::vector<std::string>{"printf", "puts"}; };
    CHECK(place_error(input) == "kernel.c needs 3 symbols nobody provides:\n"
                                "    data_elsewhere   (in one of kernel.c)\n"
                                "    nothing_like_it  (in two of kernel.c)\n"
                                "    prinft           (in two of kernel.c and 1 more) — the firmware has printf");

    input.describe = [](const Place& place) { return fmt::format("line {:#x}", place.offset); };
    CHECK(contains(place_error(input), "(line 0x"));
}

TEST_CASE("a single missing symbol is told in the singular") {
    CHECK(place_error(input_of({c_object("int f(int); int g(int x) { return f(x) + 1; }")})) ==
          "the code needs 1 symbol nobody provides:\n    f  (in g of kernel.c)");
}

TEST_CASE("strong definitions of one name clash, and every clash is told") {
    const auto one = c_object("int same(void) { return 1; } int also = 1;", "one.c");
    const auto two = c_object("int same(void) { return 2; } int also = 2;", "two.c");
    const auto error = place_error(input_of({one, two}));
    CHECK(contains(error, "same is defined in one.c and again in two.c"));
    CHECK(contains(error, "also is defined in one.c and again in two.c"));
}

TEST_CASE("a strong definition wins over a weak one, wherever it stands, and over a common one") {
    const auto weak = c_object("__attribute__((weak)) int value = 1;", "weak.c");
    const auto strong = c_object("int value = 2;", "strong.c");
    const auto common = c_object("int value;", "common.c", "-fcommon");
    for (const auto& objects : {std::vector{weak, strong}, std::vector{strong, weak}, std::vector{common, strong},
                                std::vector{strong, common}, std::vector{common, weak, strong}}) {
        const auto plan = place(input_of(objects));
        CHECK(word_at(relocate(plan, 0), *plan.find("value")) == 2);
    }
}

TEST_CASE("of common symbols the largest gets the room, aligned and zero") {
    const auto small = c_object("char room[3]; char other;", "small.c", "-fcommon");
    const auto large = c_object("char room[100] __attribute__((aligned(64)));", "large.c", "-fcommon");
    const auto plan = place(input_of({small, large, c_object("extern char room[]; char *p = room;")}));
    const auto room = *plan.find("room");
    CHECK(room % 64 == 0);
    CHECK(plan.part(Part::bss).size >= 101);
    CHECK(plan.alignment() == 64);
    const auto image = relocate(plan, 0x4800'0000);
    CHECK(word_at(image, *plan.find("p")) == 0x4800'0000 + room);
    CHECK(word_at(image, room) == 0);
}

TEST_CASE("a common symbol with a crooked alignment is refused") {
    const auto object = assembled(".comm room, 8, 4\n.data\n.word room\n");
    CHECK(place(input_of({object})).size() >= 12);
    auto file =
        p4jit::test::compile(p4jit::test::gcc + " -mno-relax", ".comm room, 8, 4\n.data\n.word room\n", "kernel.S");
    const auto* symbol = object.symbol("room");
    REQUIRE(symbol != nullptr);
    for (const auto& section : object.sections())
        if (section.type == elf::SectionType::symtab) {
            const auto headers = load_le<std::uint32_t>(&file[32]);
            const auto table = load_le<std::uint32_t>(&file[headers + 40 * section.index + 16]);
            store_le(&file[table + 16 * symbol->index + 4], std::uint32_t{12});
        }
    CHECK(place_error(input_of({elf::Object::parse(file, "crooked.o")})) ==
          "crooked.o: the common symbol room is aligned to 12, not a power of two");
}

TEST_CASE("only what the kept functions reach is in the image") {
    const auto object = c_object(R"(
        int unused_table[1000] = {1};
        int table[10] = {7};
        static __attribute__((noinline)) int inner(int x) { return x + table[x]; }
        int kept(int x) { return inner(x) + 1; }
        int unused(int x) { return unused_table[x] + nobody(x); }
    )",
                                 "kernel.c", "-O2 -mno-relax -ffunction-sections -fdata-sections -w");
    const auto plan = place(input_of({object}, {"kept"}));
    CHECK(plan.find("kept").has_value());
    CHECK(plan.find("table").has_value());
    CHECK_FALSE(plan.find("unused").has_value());
    CHECK_FALSE(plan.find("unused_table").has_value());
    CHECK(plan.size() < 200);
    CHECK(place_error(input_of({object}, {"kept", "not_there"})) == "the code does not define not_there");
    // Kept, it needs what it refers to.
    CHECK(contains(place_error(input_of({object}, {"unused"})), "nobody"));
}

TEST_CASE("every section lies at its alignment and in its part") {
    const auto plan = place(input_of({c_object(R"(
        __attribute__((aligned(256))) int big[3] = {1};
        __attribute__((aligned(128))) int zeros[3];
        __attribute__((aligned(32))) const int fixed[3] = {2};
        __attribute__((aligned(64))) int f(int x) { return big[x] + zeros[x] + fixed[x]; }
        char byte = 1; char other_byte; const char third = 3;
    )")}));
    CHECK(plan.alignment() == 256);
    const std::tuple<const char*, unsigned, Part> expected[] = {{"big", 256, Part::data},
                                                                {"zeros", 128, Part::bss},
                                                                {"fixed", 32, Part::rodata},
                                                                {"f", 64, Part::text},
                                                                {"byte", 1, Part::data}};
    for (const auto& [name, alignment, part] : expected) {
        INFO(name);
        const auto at = *plan.find(name);
        CHECK(at % alignment == 0);
        CHECK(at - plan.part(part).offset < plan.part(part).size);
    }
    CHECK(plan.part(Part::bss).offset + plan.part(Part::bss).size == plan.size());
}

TEST_CASE("code for a linker that relaxes has its alignments made true") {
    const auto object = assembled(R"(
        .text
        .globl start, aligned, end
    start:
        c.nop
        .balign 16
    aligned:
        nop
        .balign 8
    end:
        ret
        .word end - start
    )",
                                  "kernel.S", "-mrelax");
    const auto plan = place(input_of({object}));
    const auto image = relocate(plan, 0x1000);
    CHECK(*plan.find("aligned") == 16);
    CHECK(*plan.find("end") == 24);
    CHECK(word_at(image, 26) == 24);
    // Back to the object's own offsets, for messages.
    const auto place_of_end = plan.source(24);
    REQUIRE(place_of_end.has_value());
    CHECK(place_of_end->offset == object.symbol("end")->value);
}

TEST_CASE("members of an archive are taken in as they are needed") {
    const auto plan = place(with_libgcc(c_object("long long f(long long a, long long b) { return a / b; }")));
    CHECK(plan.objects().size() >= 2);
    CHECK(plan.objects().size() < 6);
    CHECK(plan.objects()[1].name().starts_with("libgcc.a("));
    CHECK(place(with_libgcc(c_object("int f(int a) { return a + 1; }"))).objects().size() == 1);
}

TEST_CASE("a weak reference takes no member in, but sees one that somebody else takes in") {
    const auto weak = c_object("__attribute__((weak)) long long __divdi3(long long, long long);\n"
                               "void *where(void) { return (void *)__divdi3; }",
                               "weak.c");
    const auto alone = place(with_libgcc(weak));
    CHECK(alone.objects().size() == 1);

    auto input = with_libgcc(weak);
    input.objects.push_back(c_object("long long f(long long a, long long b) { return a / b; }", "user.c"));
    std::reverse(input.objects.begin(), input.objects.end());
    for (int order = 0; order < 2; ++order, std::reverse(input.objects.begin(), input.objects.end())) {
        const auto plan = place(input);
        CHECK(plan.find("__divdi3").has_value());
    }
}

TEST_CASE("constructors run by priority, those without one last, in the order of the objects") {
    const auto object = c_object(R"(
        int log_[8];
        __attribute__((constructor)) void plain(void) { log_[0]++; }
        __attribute__((constructor(2000))) void later(void) { log_[1]++; }
        __attribute__((constructor(300))) void sooner(void) { log_[2]++; }
    )");
    const auto plan = place(
        input_of({object, c_object("int x; __attribute__((constructor)) void second(void) { x = 1; }", "second.c")}));
    const auto image = relocate(plan, 0);
    std::vector<std::uint32_t> order;
    for (const auto at : plan.initializers()) order.push_back(word_at(image, at));
    CHECK(order == std::vector<std::uint32_t>{*plan.find("sooner"), *plan.find("later"), *plan.find("plain"),
                                              *plan.find("second")});
}

TEST_CASE("a template that two objects have is in the image once") {
    const auto source = [](const char* name) {
        return elf::Object::parse(
            p4jit::test::compile(
                p4jit::test::gxx + " -O2 -mno-relax",
                fmt::format("template <typename T> __attribute__((noinline)) T twice(T x) {{ return x + x; }}\n"
                            "int {}(int x) {{ return twice(x) + 1; }}\n",
                            name),
                "unit.cpp"),
            name);
    };
    const auto plan = place(input_of({source("one"), source("two")}));
    std::size_t copies = 0;
    for (const auto& chunk : plan.chunks())
        copies += chunk.section != 0 &&
                  plan.objects()[chunk.object].sections()[chunk.section].name.starts_with(".text._Z5twice");
    CHECK(copies == 1);
    CHECK(link_error([&] { relocate(plan, 0x4800'0000); }).empty());
}

TEST_CASE("thread-local variables are refused with their section and a cure") {
    const auto error = place_error(input_of({c_object("_Thread_local int mine = 3; int f(void) { return mine; }")}));
    CHECK(contains(error, "kernel.c: section .tdata.mine is thread-local storage, which kernels cannot have; make the "
                          "variable plain or static"));
}

TEST_CASE("an image larger than the address space is refused") {
    const auto half = assembled(".bss\n.zero 0x7fffff00\n.section .bss.more, \"aw\", @nobits\n.zero 0x7fffff00\n");
    CHECK(contains(place_error(input_of({half, half})), "more than there are addresses"));
}

TEST_CASE("room behind .text moves what comes after it, by whole alignments") {
    const auto object = c_object("int many[3] = {1, 2, 3}; __attribute__((aligned(64))) int wide = 4; int zero[5];\n"
                                 "const char *text(void) { return \"text\"; } int f(int i) { return many[i] + wide; }");
    const auto before = place(input_of({object}));
    auto plan = before;
    const auto room = plan.make_room(100);
    CHECK(room % 4 == 0);
    CHECK(room == align_up(before.part(Part::text).end(), 4u));
    CHECK(plan.part(Part::text).end() == room + 100);
    const auto moved = plan.part(Part::rodata).offset - before.part(Part::rodata).offset;
    CHECK(moved % 64 == 0);
    CHECK(plan.part(Part::rodata).offset >= room + 100);
    for (const char* name : {"many", "wide", "zero"}) CHECK(*plan.find(name) == *before.find(name) + moved);
    CHECK(*plan.find("f") == *before.find("f"));
    CHECK(plan.size() == before.size() + moved);
    const auto image = relocate(plan, 0x4800'0000);
    CHECK(word_at(image, *plan.find("wide")) == 4);

    auto code_alone = place(input_of({c_object("int f(void) { return 1; }")}));
    const auto end = code_alone.make_room(10) + 10;
    CHECK(code_alone.size() == end);
    CHECK(code_alone.part(Part::data).offset == end);
}

TEST_CASE("room in front moves everything by whole alignments, and the image stays right") {
    const auto object = c_object("int many[3] = {1, 2, 3}; __attribute__((aligned(64))) int wide = 4; int *p = &wide;\n"
                                 "int zero[5]; int g(int); int (*q)(int) = g; int f(int i) { return many[i] + wide; }\n"
                                 "int g(int i) { return f(i) + zero[i] + *p; }");
    const auto before = place(input_of({object}));
    auto plan = before;
    plan.make_room_in_front(20);
    for (const char* name : {"many", "wide", "zero", "f", "g", "p"}) CHECK(*plan.find(name) == *before.find(name) + 64);
    CHECK(plan.part(Part::text).offset == 0);
    CHECK(plan.part(Part::text).end() == before.part(Part::text).end() + 64);
    CHECK(plan.part(Part::data).offset == before.part(Part::data).offset + 64);
    CHECK(plan.size() == before.size() + 64);
    const auto image = relocate(plan, 0x4800'0000), same = relocate(before, 0x4800'0040);
    for (std::size_t i = 0; i < 64; ++i) CHECK(image[i] == 0);
    CHECK(std::ranges::equal(ByteView(image).subspan(64), same));
}

TEST_CASE("code and data may be at addresses of their own") {
    auto plan = place(input_of({c_object("int x = 1, *p = &x; int f(void); int (*q)(void) = f;\n"
                                         "const int c = 5; int zero[3]; int f(void) { return *p + c + zero[1]; }")}));
    const Addresses addresses{0x4FF0'0000, 0x4800'0040};
    const auto image = relocate(plan, addresses);
    const auto at = [&](const char* name) { return plan.address(*plan.find(name), addresses); };
    CHECK((at("f") >> 20) == 0x4FF);
    CHECK((at("c") >> 20) == 0x4FF);
    CHECK((at("x") >> 20) == 0x480);
    CHECK((at("zero") >> 20) == 0x480);
    CHECK(word_at(image, *plan.find("p")) == at("x"));
    CHECK(word_at(image, *plan.find("q")) == at("f"));
    for (const char* name : {"f", "c", "x", "zero"}) CHECK(plan.offset(at(name), addresses) == plan.find(name).value());
    CHECK_FALSE(plan.offset(addresses.code + plan.part(Part::data).offset, addresses).has_value());
    CHECK_FALSE(plan.offset(0x4800'0000 - 4, addresses).has_value());
    CHECK(at("x") % 4 == 0);
    // As one block it is what it always was.
    CHECK(relocate(plan, plan.together(0x4FF0'0000)) == relocate(plan, 0x4FF0'0000));
    CHECK(link_error([&] { relocate(plan, {0x4FF0'0000, 0x4800'0004}); }) ==
          "the image's address 0x48000004 is not aligned to 16");
}

TEST_CASE("libraries are only opened when a name is missing") {
    int opened = 0;
    const auto with_libraries = [&](const std::string& source) {
        auto input = input_of({c_object(source)});
        input.libraries = [&] {
            ++opened;
            return std::vector{elf::Archive::parse(read_file(p4jit::test::libgcc()), "libgcc.a")};
        };
        return place(input);
    };
    with_libraries("int f(int x) { return x + 1; }");
    CHECK(opened == 0);
    const auto plan = with_libraries("long long f(long long a, long long b) { return a / b + a % b; }");
    CHECK(opened == 1);
    CHECK(plan.find("__divdi3").has_value());
}

TEST_CASE("who provides objects is asked once a name, before the firmware, or last of all") {
    std::vector<std::string> asked;
    auto input = input_of({c_object("int one(void), two(void), three(void); extern int kept;\n"
                                    "int f(void) { return one() + two() + three() + one(); }")});
    input.external = [](std::string_view name) { return name == "two" ? std::optional(0x4000'0000u) : std::nullopt; };
    input.provide = [&](std::string_view name) -> std::optional<elf::Object> {
        asked.emplace_back(name);
        if (name != "one") return std::nullopt;
        return c_object("int started; __attribute__((constructor)) static void start(void) { started = 1; }\n"
                        "int one(void) { return started; } int unused(void) { return 9; }");
    };
    input.provide_at_last = [&](std::string_view name) -> std::optional<elf::Object> {
        asked.push_back("at last: " + std::string(name));
        return c_object("int three(void) { return 3; }");
    };
    const auto plan = place(input);
    std::ranges::sort(asked);
    CHECK(asked == std::vector<std::string>{"at last: three", "one", "three", "two"});
    CHECK(plan.find("one").has_value());
    CHECK(plan.initializers().size() == 1);
    CHECK_FALSE(plan.find("unused").has_value());

    input.provide_at_last = {};
    input.blame = [](std::string_view name) { return std::string(name) + " is in a broken file"; };
    CHECK(contains(place_error(input), "three  (in f of kernel.c) — three is in a broken file"));
}
