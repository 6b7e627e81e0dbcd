// What a module is made from: several sources, sources beside the one that is
// loaded, objects and archives.
#include "p4jit/jit/test_device.hpp"

#include "p4jit/base/file.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

using namespace p4jit;
using namespace p4jit::test;

namespace {

/// A folder of sources.
class Folder {
public:
    explicit Folder(std::vector<std::pair<std::string, std::string>> files) {
        for (const auto& [name, text] : files) write_file(path(name), as_bytes(text));
    }
    std::filesystem::path path(const std::string& name) const { return folder_.path() / name; }
    std::vector<std::string> names() const {
        std::vector<std::string> all;
        for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
            all.push_back(entry.path().filename().string());
        std::ranges::sort(all);
        return all;
    }

private:
    TempFolder folder_;
};

LoadOptions only(std::string function) {
    LoadOptions options;
    options.functions = {std::move(function)};
    return options;
}

void archive(const std::filesystem::path& file, const std::vector<std::filesystem::path>& members) {
    std::string command = "riscv64-unknown-elf-ar rcs " + file.string();
    for (const auto& member : members) command += " " + member.string();
    run(command);
}

} // namespace

TEST_CASE("a source takes what it lacks from those beside it, in every language") {
    const Folder folder(
        {{"main.c", "int half(int), twice(int), inc(int); int sum(int x) { return half(x) + twice(x) + inc(x); }"},
         {"half.cpp", "extern \"C\" int half(int x) { return x / 2; }"},
         {"twice.c", "int more(int); int twice(int x) { return more(x) + x; }"},
         {"main.S", ".globl inc\n.type inc, @function\ninc: addi a0, a0, 1\n ret\n"},
         {"more.cc", "extern \"C\" int more(int x) { return x; }"}});
    auto module = board().load(folder.path("main.c"), only("sum"));
    CHECK(module.function("sum").call<int>(10) == 5 + 20 + 11);
    CHECK(module.functions() == std::vector<std::string>{"sum"});
    CHECK(folder.names() == std::vector<std::string>{"half.cpp", "main.S", "main.c", "more.cc", "twice.c"});
}

TEST_CASE("files that a source does not need may be broken, or define the same names") {
    const Folder folder({{"a.c", "int f(void) { return 1; }"},
                         {"b.c", "int f(void) { return 2; } int main(void) { return f(); }"},
                         {"c.c", "this is no C"},
                         {"d.cpp", "int f(int"}});
    CHECK(board().load(folder.path("a.c"), only("f")).function("f").call<int>() == 1);
    CHECK(board().load(folder.path("b.c")).function("main").call<int>() == 2);
}

TEST_CASE("a file that would provide a missing name but does not compile is told") {
    const Folder folder(
        {{"a.c", "int g(int); int f(int x) { return g(x); }"}, {"b.c", "int g(int x) { return x + y; }"}});
    const auto text = message_of<LinkError>([&] { board().load(folder.path("a.c"), only("f")); });
    CHECK(contains(text, "g  (a.c:1)"));
    CHECK(contains(text, "b.c mentions it, but does not compile: "));
    CHECK(contains(text, "error: 'y' undeclared"));
}

TEST_CASE("two files that provide one name are told, and none is taken") {
    const Folder folder({{"a.c", "int g(int); int f(int x) { return g(x); }"},
                         {"v1.c", "int g(int x) { return x; }"},
                         {"v2.c", "int g(int x) { return -x; }"}});
    const auto text = message_of<LinkError>([&] { board().load(folder.path("a.c"), only("f")); });
    CHECK(contains(text, "g is needed, and defined in v1.c and again in v2.c, both beside a.c"));
    const std::vector<Source> chosen{folder.path("a.c"), folder.path("v2.c")};
    CHECK(board().load(chosen).function("f").call<int>(3) == -3);
}

TEST_CASE("a name made by a macro is found, too, and a C++ name by its last part") {
    const Folder folder({{"a.cpp", "namespace geo { int area(int); } extern \"C\" int fun_made(int);\n"
                                   "int f(int x) { return geo::area(x) + fun_made(x); }"},
                         {"b.cc", "namespace geo { int area(int x) { return x * x; } }"},
                         {"c.c", "#define FUN(name) int fun_##name(int x) { return 100 * x; }\nFUN(made)"}});
    CHECK(board().load(folder.path("a.cpp"), only("f")).function("f").call<int>(3) == 309);
}

TEST_CASE("a file's own definition wins over the firmware's, and mere calls compile nothing") {
    const Folder folder(
        {{"a.c", "int abs(int); int printf(const char *, ...); int f(int x) { printf(\"\"); return abs(x) + "
                 "printf(\"%d\", x); }"},
         {"b.c", "#include <stdio.h>\nint noise(void) { printf(\"hello\"); return 1; } #error never\n"}});
    CHECK(board().load(folder.path("a.c"), only("f")).function("f").call<int>(5) == 6);
    const Folder own({{"a.c", "int putchar(int); int f(int x) { return putchar(x); }"},
                      {"b.c", "int putchar(int c) { return c + 1000; }"}});
    CHECK(board().load(own.path("a.c"), only("f")).function("f").call<int>(65) == 1065);
}

TEST_CASE("the function may be in a file beside the one that was named") {
    const Folder folder({{"a.c", "int unrelated(void) { return 0; }"}, {"b.c", "int f(int x) { return x + 5; }"}});
    CHECK(board().load(folder.path("a.c"), only("f")).function("f").call<int>(1) == 6);
    CHECK(contains(message_of<FunctionNotFound>([&] { board().load(folder.path("a.c"), only("h")); }),
                   "no function 'h' in a.c. It defines: unrelated."));
}

TEST_CASE("text has no files beside it, and they can be left out") {
    const Folder folder({{"a.c", "int g(int); int f(int x) { return g(x); }"}, {"b.c", "int g(int x) { return x; }"}});
    auto options = only("f");
    options.use_siblings = false;
    CHECK(contains(message_of<LinkError>([&] { board().load(folder.path("a.c"), options); }), "1 symbol nobody"));
    CHECK(contains(message_of<LinkError>([&] { load("int g(int); int f(int x) { return g(x); }"); }), "nobody"));
}

TEST_CASE("constructors and data of a file that is taken in come with it") {
    const Folder folder(
        {{"a.c", "extern int counter; int f(void) { return counter; }"},
         {"b.c", "int counter = 5; __attribute__((constructor)) static void start(void) { counter *= 3; }"}});
    CHECK(board().load(folder.path("a.c"), only("f")).function("f").call<int>() == 15);
}

TEST_CASE("several sources are one module, each compiled by itself or all as a whole") {
    const Folder folder({{"a.c", "int g(int); extern float gain; float f(int x) { return gain * g(x); }"},
                         {"b.cpp", "extern \"C\" { int g(int x) { return x + 1; } float gain = 0.5f; }"},
                         {"b.S", ".globl h\n.type h, @function\nh: ret\n"}});
    const std::vector<Source> sources{folder.path("a.c"), folder.path("b.cpp"), folder.path("b.S")};
    for (const bool lto : {false, true}) {
        CAPTURE(lto);
        LoadOptions options;
        options.lto = lto;
        auto module = board().load(sources, options);
        CHECK(module.functions() == std::vector<std::string>{"f", "g"});
        CHECK(module.function("f").call<float>(3) == 2.0f);
        CHECK(contains(message_of<SignatureError>([&] { module.function("h"); }), "written in assembly"));
    }
}

TEST_CASE("optimizing as a whole inlines across the files beside the source, too") {
    const Folder folder(
        {{"a.c", "int g(int); int f(int x) { return g(x) + 1; }"}, {"b.c", "int g(int x) { return x * 8; }"}});
    auto options = only("f");
    const auto apart = board().load(folder.path("a.c"), options).binary();
    CHECK(contains(apart.disassemble({.source = false}), "jalr"));
    options.lto = true;
    auto module = board().load(folder.path("a.c"), options);
    CHECK(module.function("f").call<int>(5) == 41);
    CHECK(module.binary().find("f")->size < 12);
}

TEST_CASE("optimized as a whole, sources are asked for instances and static functions, too") {
    const std::string asked = "extern \"C\" int g(int); template <class T> T twice(T x) { return 2 * x; }\n"
                              "static int hidden(int x) { return g(x) + 1; }";
    const std::string other = "static int hidden(int x) { return x * 8; } int g(int x) { return hidden(x); }";
    const Folder folder({{"a.cpp", asked}, {"b.c", other}});
    LoadOptions options{.functions = {"twice<short>", "hidden", "twice<float>"}, .lto = true};
    const std::vector<Source> beside{folder.path("a.cpp")};
    const std::vector<Source> named{Source::code(asked, "a.cpp"), Source::code(other, "b.c")};
    for (const auto& sources : {beside, named}) {
        auto module = board().load(sources, options);
        CHECK(module.function("twice<short>").call<std::int16_t>(std::int16_t{4}) == 8);
        CHECK(module.function("twice<float>").call<float>(0.5f) == 1.0f);
        CHECK(module.function("hidden").call<int>(5) == 41);
        CHECK(module.variables().empty());
        CHECK(module.functions().size() == 3);
    }
    options.functions = {"twice<Point>"};
    CHECK(contains(message_of<FunctionNotFound>([&] { board().load(beside, options); }), "'Point' was not declared"));
}

TEST_CASE("a source that is asked for a function finds its own headers, and its lines are known") {
    Folder folder({{"mine.h", "#define TIMES 3\n"},
                   {"a.c", "#include \"mine.h\"\nstatic int hidden(int x) { return TIMES * x; }\n"
                           "inline int quick(int x) { return x + TIMES; }\n"
                           "static int bad(int *p) { return *p; }\n"}});
    for (const bool lto : {false, true}) {
        LoadOptions options{.functions = {"hidden", "quick", "bad"}, .lto = lto};
        auto module = board().load(folder.path("a.c"), options);
        CHECK(module.function("hidden").call<int>(5) == 15);
        CHECK(module.function("quick").call<int>(5) == 8);
        const auto fault = message_of<DeviceFault>([&] { module.function("bad").call<int>(nullptr); });
        CHECK(contains(fault, "a.c:4"));
        if (!lto) CHECK(contains(fault, "return *p;"));
    }
}

TEST_CASE("every source that does not compile is told at once") {
    const std::vector<Source> sources{Source::code("int f(void) { return x; }", "one.c"),
                                      Source::code("int ok;", "ok.c"),
                                      Source::code("int g(void) { return y; }", "two.c")};
    const auto text = message_of<CompileError>([&] { board().load(sources); });
    CHECK(contains(text, "one.c:1:"));
    CHECK(contains(text, "two.c:1:"));
    CHECK(message_of<UsageError>([&] { board().load(std::span<const Source>()); }) == "there is no source to load");
}

TEST_CASE("objects and archives are linked as they are; of an archive what is needed") {
    const Folder folder({});
    const auto object = [&](const char* name, const std::string& text, const std::string& flags = "-g") {
        write_file(folder.path(name), compile(gcc + " -O2 -mno-relax " + flags, text));
        return folder.path(name);
    };
    const auto one = object("one.o", "int one(int x) { return x + 1; }");
    const auto two = object("two.o", "int big[1000]; int two(int x) { return big[x] + 2; }");
    const auto bare = object("bare.o", "int bare(int x) { return x; }", "");
    archive(folder.path("lib.a"), {one, two});

    const std::vector<Source> linked{Source::code("int one(int); int f(int x) { return one(x) * 10; }"),
                                     folder.path("lib.a")};
    auto module = board().load(linked);
    CHECK(module.function("f").call<int>(3) == 40);
    CHECK(module.size() < 1000);
    CHECK(board().load(folder.path("lib.a"), only("two")).function("two").call<int>(3) == 2);
    CHECK(board().load(folder.path("lib.a")).functions() == std::vector<std::string>{"one", "two"});

    const std::vector<Source> plain{one, bare};
    module = board().load(plain);
    CHECK(module.function("one").call<int>(1) == 2);
    CHECK(contains(message_of<SignatureError>([&] { module.function("bare"); }), "compiled without -g"));
}

TEST_CASE("a function written in assembly is called as C declares it") {
    const Folder folder(
        {{"kern.h", "float mix(const float *x, int n, float gain);\n"},
         {"main.c", "#include \"kern.h\"\nint inc(int), plain(int); int f(int x) { return inc(x) + 1; }"},
         {"kern.S", ".globl inc, mix, lost\n.type inc, @function\n.type mix, @function\n"
                    ".type lost, @function\n"
                    "inc: addi a0, a0, 1\n ret\nmix: flw fa1, 0(a0)\n fmul.s fa0, fa0, fa1\n ret\n"
                    "lost: ret\n"},
         {"untyped.S", ".globl plain\nplain: ret\n"}});
    const std::vector<float> x{3.0f};
    auto inc = board().load(folder.path("main.c"), only("inc")).function("inc");
    CHECK(inc.signature().spelling() == "int inc(int)");
    CHECK(inc.call<int>(4) == 5);
    auto options = only("mix"); // declared in the header alone
    for (const bool lto : {false, true}) {
        options.lto = lto;
        auto mix = board()
                       .load(folder.path("main.c"), options)
                       .function("mix")
                       .as<float(std::span<const float>, int, float)>();
        CHECK(mix(x, 1, 0.5f) == 1.5f);
    }
    CHECK_THROWS_AS(board().load(folder.path("main.c"), only("lost")).function("lost"), SignatureError);
    CHECK(board().load(folder.path("main.c"), only("plain")).function("plain").call<int>(4) == 4);

    const std::vector<Source> sources{folder.path("kern.S"),
                                      Source::code("#include \"" + folder.path("kern.h").string() +
                                                   "\"\n"
                                                   "float twice(const float *x) { return mix(x, 1, 2); }")};
    auto module = board().load(sources);
    CHECK(module.function("twice").call<float>(x) == 6.0f);
}

TEST_CASE("a module has the functions in assembly that one of its C sources declares") {
    const std::vector<Source> sources{
        Source::code("extern \"C\" int three(void); extern \"C\" unsigned char low(unsigned); int zero() { return 0; }",
                     "a.cpp"),
        Source::code(".globl three, low, other\n.type three, @function\n.type low, @function\n.type other, @function\n"
                     "three: li a0, 3\n ret\nlow: andi a0, a0, 255\n ret\nother: ret\n",
                     "b.S")};
    auto module = board().load(sources);
    CHECK(module.function("three").call<int>() == 3);
    CHECK(module.function("low").call<std::uint8_t>(0x1234u) == 0x34);
    CHECK(contains(message_of<SignatureError>([&] { module.function("other"); }), "Declare it in"));
}

TEST_CASE("Ctrl-C stops all compilers at once") {
    bool pressed = false;
    Device device({.port = "virtual", .console = [](std::string_view) {}, .interrupted = [&] { return pressed; }});
    device.load(Source::code("int warm;"));
    const auto before = device.heap_stats().free_spiram;
    std::vector<Source> sources;
    for (int i = 0; i < 4; ++i)
        sources.push_back(Source::code(fmt::format("__attribute__((used)) static int never_seen_{};", i), "part.c"));
    pressed = true;
    CHECK_THROWS_AS(device.load(sources), Interrupted);
    pressed = false;
    CHECK(device.heap_stats().free_spiram == before);
    CHECK_NOTHROW(device.load(sources));
}
