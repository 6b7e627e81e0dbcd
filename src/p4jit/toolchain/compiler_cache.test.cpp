// When an object is taken from the cache, and when it must not be.
#include "p4jit/toolchain/compiler.hpp"

#include "tests/toolchain/bench.hpp"

using namespace p4jit;
using namespace p4jit::tests;

TEST_CASE("the same source is compiled once, and its object is the same each time") {
    for_each_compiler([](const Bench& bench) {
        const auto compiler = bench.compiler();
        for (const auto& source :
             {Source::text("#include <stdint.h>\nint32_t f(void) { return 1; }\n"),
              Source::text("#include <stdint.h>\nint f() { return 1; }\n", "k.cpp"), Source::text("f: ret\n", "k.S"),
              Source::text("f: ret\n", "k.s"), Source::file(bench.source("k.c", "int f(void) { return 1; }\n"))}) {
            CAPTURE(source.name.string());
            const auto first = compiler.compile(source);
            CHECK_FALSE(first.from_cache);
            const auto second = compiler.compile(source);
            CHECK(second.from_cache);
            CHECK(second.object == first.object);
            CHECK(second.command == first.command);
            // Without a cache, in another temporary folder, it is still the same.
            const Compiler uncached(compiler.toolchain(), bench.environment, Cache());
            CHECK(uncached.compile(source).object == first.object);
        }
    });
}

TEST_CASE("all that matters for an object makes another entry") {
    const Bench bench;
    if (compilers.empty()) return;
    const auto compiler = bench.compiler();
    const auto source = Source::text("int f(void) { return 1; }\n");
    compiler.compile(source);
    CHECK_FALSE(compiler.compile(Source::text("int f(void) { return 2; }\n")).from_cache);
    CHECK_FALSE(compiler.compile(Source::text("int f(void) { return 1; }\n", "other.c")).from_cache);
    CHECK_FALSE(compiler.compile(source, {.optimization = "O2"}).from_cache);
    CHECK_FALSE(compiler.compile(source, {.defines = {"X"}}).from_cache);
    auto toolchain = compiler.toolchain();
    toolchain.identity += "newer";
    CHECK_FALSE(
        Compiler(toolchain, bench.environment, Cache(bench.folder.path() / "cache")).compile(source).from_cache);
    CHECK(compiler.compile(source).from_cache);
}

TEST_CASE("a header that changes, goes, or appears in front of another is noticed") {
    for_each_compiler([](const Bench& bench) {
        const auto compiler = bench.compiler();
        const auto source =
            Source::file(bench.source("src/k.c", "#include \"n.h\"\n#include <math.h>\nint f(void) { return N; }\n"));
        const CompileOptions options{.include_folders = {bench.folder.path() / "inc"}};
        const auto header = bench.source("inc/n.h", "#define N 1\n");
        const auto compile = [&] { return compiler.compile(source, options); };
        const auto one = compile();
        CHECK(compile().from_cache);

        bench.source("inc/n.h", "#define N 2\n");
        const auto two = compile();
        CHECK_FALSE(two.from_cache);
        CHECK(two.object != one.object);
        CHECK(compile().object == two.object);

        // Back again: the object of before is still there.
        bench.source("inc/n.h", "#define N 1\n");
        const auto again = compile();
        CHECK(again.from_cache);
        CHECK(again.object == one.object);

        const auto shadow = bench.source("src/n.h", "#define N 3\n");
        CHECK_FALSE(compile().from_cache);
        fs::remove(shadow);
        CHECK(compile().object == one.object);

        const auto own_math = bench.source("inc/math.h", "#error own\n");
        CHECK_THROWS_AS(compile(), CompileError);
        fs::remove(own_math);

        fs::remove(header);
        CHECK_THROWS_AS(compile(), CompileError);
    });
}

TEST_CASE("what depends on the time of day or on files that no list tells is compiled each time") {
    const Bench bench;
    if (compilers.empty()) return;
    const auto compiler = bench.compiler();
    const auto blob = bench.source("blob.bin", "data");
    for (const auto& source : {Source::text("const char* f(void) { return __TIME__; }\n"),
                               Source::text(fmt::format("__asm__(\".incbin \\\"{}\\\"\");\n", blob.string())),
                               Source::text(fmt::format("f: .incbin \"{}\"\n", blob.string()), "k.s")}) {
        compiler.compile(source);
        CHECK_FALSE(compiler.compile(source).from_cache);
    }
    const auto source = Source::text("int f;\n");
    const auto flags = bench.source("flags", "-DX");
    const CompileOptions options{.flags = {"@" + flags.string()}};
    compiler.compile(source, options);
    CHECK_FALSE(compiler.compile(source, options).from_cache);
}

TEST_CASE("a source that is edited while it is compiled is not kept under what it was before") {
    const Bench bench;
    const auto file = bench.source("k.c", "int before;\n");
    const auto compiler = bench.scripted(R"(
while [ $# -gt 0 ]; do
    case $1 in -o) object=$2;; -MF) rule=$2;; -c) source=$2;; esac
    shift
done
echo "x: $source" > "$rule"
cat "$source" > "$object"
echo "int after;" > "$source"
)",
                                         Cache(bench.folder.path() / "cache"));
    compiler.compile(Source::file(file));
    bench.source("k.c", "int before;\n");
    CHECK_FALSE(compiler.compile(Source::file(file)).from_cache);
    // It is "int after;" now, and so it stays.
    compiler.compile(Source::file(file));
    CHECK(compiler.compile(Source::file(file)).from_cache);
}

TEST_CASE("damaged entries are compiled anew, and replaced") {
    const Bench bench;
    if (compilers.empty()) return;
    const auto compiler = bench.compiler();
    const auto source = Source::text("#include <stdint.h>\nint f(void) { return 1; }\n");
    const auto good = compiler.compile(source);
    const auto spoil = [&](const std::string& kind, auto change) {
        for (const auto& entry : fs::directory_iterator(bench.folder.path() / "cache"))
            if (entry.path().extension() == "." + kind) {
                auto bytes = read_file(entry.path());
                change(bytes);
                write_file(entry.path(), bytes);
            }
    };
    for (const char* kind : {"object", "depends"}) {
        const auto check = [&](auto change) {
            spoil(kind, change);
            const auto compiled = compiler.compile(source);
            CHECK_FALSE(compiled.from_cache);
            CHECK(compiled.object == good.object);
            CHECK(compiler.compile(source).from_cache);
        };
        CAPTURE(kind);
        check([](Bytes& bytes) { bytes[bytes.size() / 2] ^= 1; });
        check([](Bytes& bytes) { bytes.pop_back(); });
        check([](Bytes& bytes) { bytes.clear(); });
        check([](Bytes& bytes) { bytes.assign(bytes.size(), 0xFF); });
    }
}

TEST_CASE("a cache that cannot be used costs time and nothing else") {
    const Bench bench;
    if (compilers.empty()) return;
    const auto found = bench.compiler().toolchain();
    const auto source = Source::text("int f(void) { return 1; }\n");
    const Compiler off(found, bench.environment, Cache("/proc/none"));
    CHECK_FALSE(off.compile(source).from_cache);
    CHECK_FALSE(off.compile(source).from_cache);
}
