// Loading code on the in-process board: what can go wrong, what is freed.
#include "p4jit/jit/test_device.hpp"

#include <doctest/doctest.h>

using namespace p4jit;
using namespace p4jit::test;
using namespace std::chrono_literals;

namespace {

std::uint32_t free_memory() {
    const auto stats = board().heap_stats();
    return stats.free_spiram + stats.free_internal;
}

} // namespace

TEST_CASE("code is compiled, placed and called") {
    const auto module = load("int add(int a, int b) { return a + b; }\n");
    CHECK(module.functions() == std::vector<std::string>{"add"});
    CHECK(module.size() > 0);
    CHECK(module.warnings().empty());
    auto add = module.function("add").as<int(int, int)>();
    CHECK(add(10, 20) == 30);
    CHECK(add.untyped().last_call().cycles > 0);
    CHECK(board().is_virtual());
}

TEST_CASE("every way to fail says what and where, and leaves the device as it was") {
    board().load(Source::code("int warm(void) { return 1; }"));
    const auto before = free_memory();
    CHECK(contains(message_of<CompileError>([] { load("int f(void) { return x; }"); }), "kernel.c:1:22: error: 'x'"));
    CHECK(contains(message_of<SourceNotFound>([] { board().load("nowhere/kern.c"); }), "nowhere/kern.c"));

    const auto missing = message_of<LinkError>([] {
        load("int prinft(const char *); int other(int);\nint f(int x) {\n  return prinft(\"\") +\n   other(x);\n}\n");
    });
    CHECK(contains(missing, "kernel.c needs 2 symbols nobody provides:"));
    CHECK(contains(missing, "other   (kernel.c:4)"));
    CHECK(contains(missing, "prinft  (kernel.c:3) — the firmware has printf"));

    LoadOptions wrong;
    wrong.functions = {"ad"};
    const auto near = message_of<FunctionNotFound>([&] { load("int add(int a) { return a; }", wrong); });
    CHECK(near == "no function 'ad' in kernel.c. It defines: add. Did you mean 'add'?");
    CHECK(message_of<FunctionNotFound>([&] { load("int x;", wrong); }) ==
          "no function 'ad' in kernel.c. It defines no function.");
    std::string many;
    for (int i = 0; i < 40; ++i) many += fmt::format("int f{0}(void) {{ return {0}; }}\n", i);
    wrong.functions = {"f3x"};
    const auto cut = message_of<FunctionNotFound>([&] { load(many, wrong); });
    CHECK(contains(cut, "It defines: f0, f1, "));
    CHECK(contains(cut, "f23, … and 16 more. Did you mean 'f3'?"));

    const auto large = message_of<OutOfMemory>([] { load("char room[1 << 30]; char *f(void) { return room; }"); });
    CHECK(large != "(nothing was thrown)");
    CHECK(message_of<DeviceFault>([] {
              load("__attribute__((constructor)) static void start(void) { __builtin_trap(); }\n"
                   "int f(void) { return 1; }");
          }) != "(nothing was thrown)");
    CHECK(free_memory() == before);
    CHECK(load("int f(void) { return 3; }").function("f").call<int>() == 3);
}

TEST_CASE("a module's memory comes back when it is freed, and its functions then say so") {
    load("int f(void) { return 1; }");
    const auto before = free_memory();
    {
        auto module = load("int table[5000] = {1}; int f(int i) { return table[i]; }");
        auto f = module.function("f");
        CHECK(free_memory() + 20'000 < before);
        CHECK(f.call<int>(0) == 1);
        module.free();
        CHECK(free_memory() == before);
        module.free(); // twice is as good as once
        const auto gone = "kernel.c has been freed and is no longer on the device; load it again";
        CHECK(message_of<UseAfterFree>([&] { f.call<int>(0); }) == gone);
        CHECK(message_of<UseAfterFree>([&] { module.function("f"); }) == gone);
        CHECK(message_of<UseAfterFree>([&] { module.address(); }) == gone);
    }
    {
        auto f = load("int table[5000] = {2}; int f(int i) { return table[i]; }").function("f");
        CHECK(f.call<int>(0) == 2); // a function keeps its module alive
    }
    CHECK(free_memory() == before);
}

TEST_CASE("only the functions that were asked for are loaded, with what they need") {
    const std::string source = "int table[4] = {4, 3, 2, 1}; int unused_table[9000] = {1};\n"
                               "int wanted(int i) { return table[i]; }\n"
                               "int unwanted(int i) { return unused_table[i]; }\n";
    LoadOptions options;
    options.functions = {"wanted"};
    auto module = load(source, options);
    CHECK(module.functions() == std::vector<std::string>{"wanted"});
    CHECK(module.size() < 1000);
    CHECK(module.function("wanted").call<int>(1) == 3);
    CHECK(load(source).size() > 36'000);
}

TEST_CASE("a module keeps its variables between calls, and another load begins anew") {
    const std::string source = "static int count = 7; int next(void) { return ++count; }";
    auto first = load(source).function("next"), second = load(source).function("next");
    CHECK(first.call<int>() == 8);
    CHECK(first.call<int>() == 9);
    CHECK(second.call<int>() == 8);
}

TEST_CASE("constructors have run before the first call, by priority") {
    const auto module = load(R"(
        static int order[4], count;
        __attribute__((constructor)) static void plain(void) { order[count++] = 3; }
        __attribute__((constructor(900))) static void later(void) { order[count++] = 2; }
        __attribute__((constructor(200))) static void sooner(void) { order[count++] = 1; }
        int at(int i) { return order[i]; }
    )");
    auto at = module.function("at");
    for (int i = 0; i < 3; ++i) CHECK(at.call<int>(i) == i + 1);
}

TEST_CASE("C++ functions are asked for by plain, qualified or symbol name") {
    const auto source = "namespace geo { int area(int a) { return a * a; } }\n"
                        "int twice(int a) { return 2 * a; }\nint twice(double) { return 0; }\n";
    auto module = load(source, {}, "kernel.cpp");
    CHECK(module.function("geo::area").call<int>(5) == 25);
    CHECK(module.function("_ZN3geo4areaEi").call<int>(6) == 36);
    CHECK(module.function("area").call<int>(7) == 49);
    CHECK(module.function("_Z5twicei").call<int>(4) == 8);
    CHECK(contains(message_of<FunctionNotFound>([&] { module.function("twice"); }),
                   "several functions 'twice' in kernel.cpp: twice(int); twice(double). Ask"));

    LoadOptions options;
    options.functions = {"area"};
    CHECK(load(source, options, "kernel.cpp").function("area").call<int>(3) == 9);
}

TEST_CASE("a crash or an endless loop ends the call alone") {
    const auto module = load("int crash(int *p) { return *(volatile int *)p; }\n"
                             "int endless(void) { for (;;) __asm__ volatile(\"\"); }\n"
                             "int fine(int a) { return a; }\n");
    auto fine = module.function("fine");
    CHECK(message_of<DeviceFault>([&] { module.function("crash").call<int>(nullptr); }) != "(nothing was thrown)");
    CHECK(fine.call<int>(1) == 1);
    CallOptions quick;
    quick.timeout = 20ms;
    CHECK(message_of<Error>([&] { module.function("endless")({}, quick); }) != "(nothing was thrown)");
    CHECK(fine.call<int>(2) == 2);
}

TEST_CASE("functions that call each other through every kind of jump and table work where they are placed") {
    const auto module = load(R"(
        #include <string.h>
        static int one(int x) { return x + 1; } static int two(int x) { return x * 2; }
        static int (*const table[])(int) = {one, two};
        static const char *const words[] = {"alpha", "beta", "gamma"};
        int through_table(int i, int x) { return table[i & 1](x); }
        int letter(int i, int j) { return words[i][j]; }
        int choose(int k) { switch (k) { case 0: return 5; case 1: return 77; case 2: return -4; case 3: return 12; case 4: return 9; case 5: return 1000; } return -1; }
        int length(int i) { char copy[8]; strcpy(copy, words[i]); return strlen(copy); }
    )");
    auto through_table = module.function("through_table");
    CHECK(through_table.call<int>(0, 9) == 10);
    CHECK(through_table.call<int>(1, 9) == 18);
    CHECK(module.function("letter").call<int>(2, 1) == 'a');
    const int chosen[] = {5, 77, -4, 12, 9, 1000, -1};
    for (int k = 0; k < 7; ++k) CHECK(module.function("choose").call<int>(k) == chosen[k]);
    CHECK(module.function("length").call<int>(1) == 4);
}
