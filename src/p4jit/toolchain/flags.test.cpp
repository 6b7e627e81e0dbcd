#include "p4jit/toolchain/flags.hpp"

#include "p4jit/base/error.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace p4jit;
using namespace p4jit::toolchain;

namespace {

const Toolchain gcc{.family = Family::gcc, .v1 = {"rv32imafc", false}, .c_header_flags = {"-isystem", "/picolibc"}};
const Toolchain clang{.family = Family::clang, .v1 = {"rv32imafc", false}};

bool has(const std::vector<std::string>& flags, const std::string& flag) { return std::ranges::count(flags, flag) > 0; }

} // namespace

TEST_CASE("the language follows from the extension, in which capitals count") {
    CHECK(language_of("a/b.c") == Language::c);
    CHECK(language_of("x.cxx") == Language::cxx);
    CHECK(language_of("x.S") == Language::assembly);
    CHECK(language_of("x.s") == Language::plain_assembly);
    for (const char* name : {"x.C", "x.h", "x", "c", ".c", "x.c.txt"}) CHECK_FALSE(language_of(name));
}

TEST_CASE("C++ goes without exceptions, assembly without what only a compiler knows") {
    const auto cxx = compile_flags(gcc, Language::cxx, {});
    CHECK(has(cxx, "-fno-exceptions"));
    CHECK(has(cxx, "-O3"));
    const auto assembly = compile_flags(gcc, Language::assembly, {});
    CHECK_FALSE(has(assembly, "-O3"));
    CHECK(has(assembly, "/picolibc"));
    CHECK_FALSE(has(compile_flags(gcc, Language::plain_assembly, {}), "/picolibc"));
}

TEST_CASE("clang is told the target and spared GCC's own flags") {
    CHECK(has(compile_flags(clang, Language::c, {}), "--target=riscv32-unknown-elf"));
    CHECK_FALSE(has(compile_flags(clang, Language::c, {}), "-gno-statement-frontiers"));
    CHECK(has(compile_flags(gcc, Language::c, {}), "-gno-statement-frontiers"));
}

TEST_CASE("the user's options come last") {
    const CompileOptions options{
        .optimization = "-Os", .defines = {"N=4"}, .include_folders = {"inc"}, .flags = {"-O0"}};
    const auto flags = compile_flags(gcc, Language::c, options);
    CHECK(has(flags, "-Os"));
    CHECK(has(flags, "-DN=4"));
    CHECK(has(flags, "-Iinc"));
    CHECK(flags.back() == "-O0");
}

TEST_CASE("an optimization that is none is refused") {
    for (const char* bad : {"", "-", "O", "O9", "9", "-O3 -g", "--O3"}) {
        CAPTURE(bad);
        CHECK_THROWS_AS(compile_flags(gcc, Language::c, {.optimization = bad}), UsageError);
    }
}

TEST_CASE("variables that would change what is compiled are kept from the compiler") {
    const auto environment =
        compiler_environment(Environment{{"CPATH", "/usr/include"}, {"LC_ALL", "de_DE"}, {"HOME", "/h"}}, "/tmp/x");
    CHECK(environment.entries() == std::vector<std::string>{"HOME=/h", "LC_ALL=C", "TMPDIR=/tmp/x"});
    CHECK(compiler_environment(Environment{{"PATH", ".:/bin::here:/usr/bin"}}, "/tmp/x").get("PATH") ==
          "/bin:/usr/bin");
}
