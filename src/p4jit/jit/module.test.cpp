// A module's data: reading and writing globals, and making them anew.
#include "p4jit/jit/test_device.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace p4jit;
using namespace p4jit::test;

namespace {

const char* const source = R"(
    #include <stdint.h>
    float gain = 0.25f; int table[2][3] = {{1, 2, 3}, {4, 5, 6}}; uint64_t wide = 1ull << 40;
    const int fixed = 7; const char *const text = "text"; int zeros[100]; static int hidden = 3;
    volatile _Bool flag; enum color { red, green = 9 } color = green;
    float scaled(float x) { return gain * x; }
    int sum(void) { int s = hidden; for (int i = 0; i < 6; ++i) s += table[i / 3][i % 3]; return s + zeros[99]; }
    int next(void) { return ++hidden; }
)";

} // namespace

TEST_CASE("globals are read and written while they are on the device, and functions see it") {
    auto module = load(source);
    auto names = module.variables();
    std::ranges::sort(names);
    CHECK(names == std::vector<std::string>{"color", "fixed", "flag", "gain", "table", "text", "wide", "zeros"});
    auto gain = module.variable("gain");
    CHECK(gain.get<float>() == 0.25f);
    gain.set(2.0f);
    CHECK(module.function("scaled").call<float>(1.5f) == 3.0f);
    CHECK(module.variable("wide").get<std::uint64_t>() == 1ull << 40);
    CHECK(module.variable("color").get<std::uint32_t>() == 9);
    module.variable("flag").set(true);
    CHECK(module.variable("flag").get<bool>());
}

TEST_CASE("arrays are read and written whole or in part") {
    auto module = load(source);
    auto table = module.variable("table");
    CHECK(table.spelling() == "int table[2][3]");
    CHECK(table.to_vector<int>() == std::vector{1, 2, 3, 4, 5, 6});
    const std::vector<int> two{10, 20};
    table.copy_from<int>(two, 4);
    CHECK(table.to_vector<int>() == std::vector{1, 2, 3, 4, 10, 20});
    CHECK(module.function("sum").call<int>() == 3 + 40);
    CHECK(contains(message_of<AccessDenied>([&] { table.copy_from<int>(two, 5); }),
                   "bytes 20 to 28 are not inside int table[2][3], which has 24"));
    CHECK(contains(message_of<ArgumentTypeError>([&] { table.to_vector<float>(); }), "not an array of float"));
    CHECK(contains(message_of<ArgumentTypeError>([&] { table.get<int>(); }), "int table[2][3] is not a int32_t"));
}

TEST_CASE("a const variable is read but not written") {
    auto module = load(source);
    auto fixed = module.variable("fixed");
    CHECK(fixed.is_const());
    CHECK(fixed.get<int>() == 7);
    CHECK(contains(message_of<AccessDenied>([&] { fixed.set(8); }), "const int fixed is const"));
    CHECK(module.variable("text").is_const());
    CHECK_FALSE(module.variable("table").is_const());
}

TEST_CASE("what is no global is refused with what there is") {
    const auto module = load(source);
    CHECK(contains(message_of<VariableNotFound>([&] { module.variable("gian"); }), "Did you mean 'gain'?"));
    CHECK(contains(message_of<VariableNotFound>([&] { module.variable("hidden"); }), "no global variable 'hidden'"));
    CHECK(contains(message_of<VariableNotFound>([&] { load("int f(void) { return 1; }").variable("x"); }),
                   "It has none."));
}

TEST_CASE("globals in namespaces are found by qualified name, and by name if it is the only one") {
    const auto module = load("namespace a { int x = 1, y = 2; }\n"
                             "namespace b { int x = 3; namespace c { short z = 4; } }",
                             {}, "kernel.cpp");
    CHECK(module.variable("a::x").get<int>() == 1);
    CHECK(module.variable("b::x").get<int>() == 3);
    CHECK(module.variable("z").get<short>() == 4);
    CHECK(contains(message_of<VariableNotFound>([&] { module.variable("x"); }),
                   "several variables 'x' in kernel.cpp: a::x, b::x"));
}

TEST_CASE("reload makes data what they were and runs the constructors again") {
    auto module = load("int a = 1, zero[4], starts; static int hidden = 5;\n"
                       "__attribute__((constructor)) static void start(void) { ++starts; a += 10; }\n"
                       "int change(void) { zero[2] = 9; a = 99; return ++hidden + starts; }");
    auto change = module.function("change");
    for (int round = 0; round < 3; ++round) {
        CHECK(module.variable("a").get<int>() == 11);
        CHECK(module.variable("zero").to_vector<int>() == std::vector{0, 0, 0, 0});
        CHECK(change.call<int>() == 7);
        CHECK(change.call<int>() == 8);
        module.variable("starts").set(50);
        module.reload();
    }
    CHECK(module.variable("starts").get<int>() == 1);
}

TEST_CASE("data in memory of their own are written, read and reloaded there") {
    LoadOptions options;
    options.code_caps = caps::INTERNAL | caps::BITS_8;
    auto module = load(source, options);
    CHECK((module.address() >> 20) == 0x4FF);
    CHECK((module.variable("gain").address() >> 24) == 0x48);
    module.variable("gain").set(4.0f);
    CHECK(module.function("scaled").call<float>(2.0f) == 8.0f);
    module.reload();
    CHECK(module.function("scaled").call<float>(2.0f) == 0.5f);
}

TEST_CASE("a global's address is an argument, and after free() there is nothing to read") {
    auto module = load("int table[3] = {5, 6, 7}; int at(const int *p, int i) { return p[i]; }");
    auto table = module.variable("table");
    CHECK(module.function("at").call<int>(table, 2) == 7);
    auto part = table.buffer<int>().last(2);
    part.fill(9);
    CHECK(module.function("at").call<int>(part, 1) == 9);
    CHECK(table.to_vector<int>() == std::vector{5, 9, 9});
    CHECK(contains(message_of<UsageError>([&] { part.free(); }), "freed with the module"));
    const auto before = board().heap_stats().free_spiram;
    module.free();
    CHECK(board().heap_stats().free_spiram > before);
    CHECK(contains(message_of<UseAfterFree>([&] { part.to_vector(); }), "freed"));
    CHECK(contains(message_of<UseAfterFree>([&] { table.to_vector<int>(); }), "freed"));
    CHECK(contains(message_of<UseAfterFree>([&] { module.reload(); }), "freed"));
}

TEST_CASE("with the original's protocol a module is the same") {
    Device device({.port = "virtual", .console = [](std::string_view) {}, .protocol = 1});
    const auto before = device.heap_stats().free_spiram;
    auto module = device.load(Source::code(source));
    module.variable("gain").set(2.0f);
    CHECK(module.function("scaled").call<float>(1.5f) == 3.0f);
    CHECK(module.function("sum").call<int>() == 24);
    CHECK(module.function("next").call<int>() == 4);
    module.reload();
    CHECK(module.function("next").call<int>() == 4);
    CHECK(module.function("scaled").call<float>(1.5f) == 0.375f);
    CHECK(module.binary().find("call_next") != nullptr);
    module.free();
    CHECK(device.heap_stats().free_spiram == before);
}
