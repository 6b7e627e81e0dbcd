#include "p4jit/toolchain/compiler.hpp"

#include "tests/support/cross_compiler.hpp"
#include "tests/toolchain/bench.hpp"

using namespace p4jit;
using namespace p4jit::tests;

namespace {

/// A folder for temporary files that no other program uses.
class OwnTemporaries {
public:
    OwnTemporaries() { setenv("TMPDIR", folder_.path().c_str(), 1); }
    ~OwnTemporaries() {
        if (before_ != nullptr)
            setenv("TMPDIR", kept_.c_str(), 1);
        else
            unsetenv("TMPDIR");
    }
    bool are_gone() const { return fs::is_empty(folder_.path()); }

private:
    const p4jit::test::TempFolder folder_;
    const char* before_ = std::getenv("TMPDIR");
    const std::string kept_ = before_ != nullptr ? before_ : "";
};

} // namespace

TEST_CASE("C, C++, and both kinds of assembly become objects for the P4") {
    for_each_compiler([](const Bench& bench) {
        const auto compiler = bench.compiler();
        const auto good = [&](const Source& source) {
            const auto compiled = compiler.compile(source);
            CAPTURE(source.name.string());
            CHECK(bench.object_is_good(compiled.object));
            CHECK(compiled.warnings.empty());
            CHECK_FALSE(compiled.from_cache);
        };
        good(Source::text(
            "#include <stdint.h>\n#include <math.h>\nfloat f(float x) { return sqrtf(x) + (int32_t)x; }\n"));
        good(Source::text("struct A { virtual int f() { return 1; } }; A a; extern \"C\" int g() { return a.f(); }\n",
                          "k.cpp"));
        good(Source::text("#define R a0\n.globl f\nf: addi R, R, 1\n csrr a1, mcycle\n ret\n", "k.S"));
        good(Source::text(".globl f\nf: # addi\n addi a0, a0, 1\n ret\n", "k.s"));
        good(Source::file(bench.source("a b/ü#$'\"k.c", "int f(void) { return 1; }\n")));
        good(Source::file(bench.source("-odd.cc", "int f() { return 1; }\n")));
    });
}

TEST_CASE("C++ kernels have the standard's headers that need no system") {
    for_each_compiler([](const Bench& bench) {
        const auto compiler = bench.compiler();
        if (!compiler.toolchain().has_cxx_headers) return;
        const auto compiled = compiler.compile(
            Source::text(
                "#include <algorithm>\n#include <array>\n#include <cmath>\n#include <cstdint>\n#include <numeric>\n"
                "#include <span>\n#include <type_traits>\n#include <vector>\n"
                "extern \"C\" int f(const int* p, int n) { std::span<const int> s(p, n);\n"
                "return std::accumulate(s.begin(), s.end(), 0); }\n",
                "k.cpp"),
            {.flags = {"-std=c++20"}});
        CHECK(bench.object_is_good(compiled.object));
    });
}

TEST_CASE("a mistake is told in the compiler's words, with the name that was given, and nothing else") {
    const Bench bench;
    if (compilers.empty()) return;
    const auto compiler = bench.compiler();
    CHECK(complaint(compiler, Source::text("int f(int a) {\n    return a\n}\n", "kern.c")) ==
          "kern.c: In function 'f':\n"
          "kern.c:2:13: error: expected ';' before '}' token\n"
          "    2 |     return a\n"
          "      |             ^\n"
          "      |             ;\n"
          "    3 | }\n"
          "      | ~");
    const auto file = bench.source("sub/ö k.c", "#include \"none.h\"\n");
    const auto text = complaint(compiler, Source::file(file));
    CHECK(text.starts_with(file.string() + ":1:10: fatal error: none.h: No such file or directory"));
    CHECK_FALSE(contains(text, "compilation terminated"));
    CHECK(contains(complaint(compiler, Source::text("f: bogus a0\n", "k.S")),
                   "k.S:1: Error: unrecognized opcode `bogus a0'"));
}

TEST_CASE("of a very long line that the compiler quotes, a message has the beginning") {
    for_each_compiler([](const Bench& bench) {
        std::string table = "int t[] = {0";
        for (int i = 0; i < 20'000; ++i) table += ",1";
        const auto text = complaint(bench.compiler(),
                                    Source::text(table + "};\nint f(void) { return 1 }\n" + table + "}\n", "table.c"));
        CHECK(contains(text, "return 1 }"));
        CHECK(text.size() < 3000);
    });
}

TEST_CASE("names of temporary files stay out of messages and objects") {
    for_each_compiler([](const Bench& bench) {
        const auto compiler = bench.compiler();
        const auto text =
            complaint(compiler, Source::text("void f(void) { __asm__(\"bogus a0\"); }\nint g(void) { return x; }\n",
                                             "../up/k.c"));
        CHECK(contains(text, "k.c:2:"));
        CHECK_FALSE(contains(text, "p4jit-"));
        const auto object =
            compiler.compile(Source::text("const char* f(void) { return __FILE__; }\n", "sub/k.c")).object;
        CHECK(contains(std::string(as_text(object)), "sub/k.c"));
        CHECK_FALSE(contains(std::string(as_text(object)), "p4jit-"));
    });
}

TEST_CASE("warnings of a source that compiles are returned, from the cache as well") {
    const Bench bench;
    if (compilers.empty()) return;
    const auto compiler = bench.compiler();
    const auto source = Source::text("int f(void) { return \"x\"; }\n");
    for (int i = 0; i < 2; ++i) {
        const auto compiled = compiler.compile(source);
        CHECK(compiled.from_cache == (i == 1));
        CHECK(contains(compiled.warnings, "kernel.c:1:22: warning: returning 'char *'"));
    }
}

TEST_CASE("a 64-bit sum clamped to 32 bits compiles for every chip revision") {
    for_each_compiler([](const Bench& bench) {
        const auto compiler = bench.compiler();
        const auto source =
            Source::text("#include <stdint.h>\n"
                         "static int64_t clamp(int64_t x, int64_t low, int64_t high) {\n"
                         "    return x < low ? low : x > high ? high : x;\n"
                         "}\n"
                         "int f(int a, int b) { return clamp((int64_t)a + b, INT32_MIN, INT32_MAX); }\n");
        for (const isa::ChipRevision revision : {isa::ChipRevision{1, 3}, isa::ChipRevision{3, 1}})
            for (const char* optimization : {"Os", "O1", "O2", "O3"})
                CHECK(bench.object_is_good(
                    compiler.compile(source, {.optimization = optimization, .revision = revision}).object));
    });
}

TEST_CASE("options reach the compiler") {
    for_each_compiler([](const Bench& bench) {
        const auto compiler = bench.compiler();
        bench.source("inc/n.h", "#define N 4\n");
        const auto source = Source::text(
            "#include <n.h>\n_Static_assert(N == 4 && M == 5, \"\");\n#ifdef __OPTIMIZE_SIZE__\nint f;\n#endif\n");
        const CompileOptions options{.optimization = "-Os",
                                     .defines = {"M=5"},
                                     .include_folders = {bench.folder.path() / "inc"},
                                     .flags = {"-Werror", "-Wall"}};
        const auto compiled = compiler.compile(source, options);
        CHECK(contains(compiled.command, " -Os "));
        CHECK(contains(compiled.command, " -DM=5 "));
        CHECK(contains(compiled.command, " -Wall -c kernel.c -o kernel.o"));
        CHECK_THROWS_AS(compiler.compile(source), CompileError);
    });
}

TEST_CASE("a source that is missing, a folder, or of no known language is told") {
    const Bench bench;
    const auto compiler = bench.scripted("exit 0");
    CHECK_THROWS_WITH_AS(compiler.compile(Source::file("/nonexistent/k.c")),
                         "cannot open /nonexistent/k.c: No such file or directory", SourceNotFound);
    fs::create_directory(bench.folder.path() / "k.c");
    CHECK_THROWS_AS(compiler.compile(Source::file(bench.folder.path() / "k.c")), SourceNotFound);
    CHECK_THROWS_WITH_AS(compiler.compile(Source::text("", "kernel.rs")),
                         "kernel.rs: of which language is it? Known are .c, .cpp, .cc, .cxx, .S and .s", UsageError);
}

TEST_CASE("a compiler that crashes, hangs, is mute or lies is told of") {
    Bench bench;
    const auto source = Source::text("int f;\n");
    CHECK(contains(complaint(bench.scripted("echo 'internal error' >&2; kill -SEGV $$"), source),
                   "fake-gcc crashed with signal 11 (Segmentation fault)\ninternal error"));
    CHECK(contains(complaint(bench.scripted("exit 4"), source),
                   "made no object (status 4) and did not say why. It was run as\n"));
    CHECK(contains(complaint(bench.scripted("exit 0"), source), "made no object (status 0)"));
    auto slow = bench.scripted("exec /bin/sleep 60");
    slow.time_limit = 100ms;
    CHECK(complaint(slow, source) == "kernel.c: the compiler did not end within 0.1 s and was stopped");
    CHECK_THROWS_AS(slow.compile(source, {}, Deadline::after(20ms)), Timeout);

    auto toolchain = slow.toolchain();
    toolchain.compiler = "/nonexistent/gcc";
    CHECK_THROWS_WITH_AS(Compiler(toolchain, bench.environment, Cache()).compile(source),
                         "cannot run /nonexistent/gcc: No such file or directory", SystemError);
    toolchain.compiler = "/etc/passwd";
    CHECK_THROWS_WITH_AS(Compiler(toolchain, bench.environment, Cache()).compile(source),
                         "cannot run /etc/passwd: Permission denied", SystemError);
}

TEST_CASE("headers that are missing since the compiler has none are told how to get") {
    const Bench bench;
    const auto compiler =
        bench.scripted("echo 'k.c:1:10: fatal error: stdint.h: No such file or directory' >&2; exit 1");
    CHECK(contains(complaint(compiler, Source::text("")), "sudo apt install picolibc-riscv64-unknown-elf"));
}

TEST_CASE("Ctrl-C stops the compiler, and no temporary folder stays behind") {
    const Bench bench;
    const OwnTemporaries temporaries;
    const auto slow = bench.scripted("exec /bin/sleep 60");
    const auto pressed = Deadline::Clock::now() + 50ms;
    CHECK_THROWS_AS(
        slow.compile(Source::text("int f;\n"), {}, Deadline::never([&] { return Deadline::Clock::now() > pressed; })),
        Interrupted);
    CHECK(Deadline::Clock::now() < pressed + 5s);
    CHECK_THROWS_AS(bench.scripted("exit 1").compile(Source::text("int f;\n")), CompileError);
    CHECK(temporaries.are_gone());
}

TEST_CASE("threads share a compiler") {
    const Bench bench;
    if (compilers.empty()) return;
    const auto compiler = bench.compiler();
    std::vector<std::jthread> threads;
    std::atomic<int> good{0};
    for (int number = 0; number < 4; ++number)
        threads.emplace_back([&, number] {
            for (int i = 0; i < 3; ++i) {
                const auto value = (number + i) % 5;
                const auto text = fmt::format("int f(void) {{ return {}; }}\n", value);
                good += !compiler.compile(Source::text(text)).object.empty();
            }
        });
    threads.clear();
    CHECK(good == 12);
}
