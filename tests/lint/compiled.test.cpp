// Compilers make no mistakes of these kinds, so the linter finds none in their
// code: with two compilers, at every level of optimisation.
#include "p4jit/lint/lint.hpp"
#include "tests/objects/corpus.hpp"

#include <doctest/doctest.h>

using namespace p4jit;

namespace {

/// The findings as text; empty is what we want.
std::string findings(const Bytes& file, const std::string& name, isa::ChipRevision chip) {
    std::string text;
    for (const auto& finding : lint::lint(elf::Object::parse(file, name), {.chip = chip}))
        text += finding.text() + '\n';
    return text;
}

/// Those in plain C: tests/cli/test_lint.py looks at the vector kernels.
std::vector<std::filesystem::path> programs() {
    std::vector<std::filesystem::path> files;
    for (const auto* folder : {"/examples/source", "/bench/programs"})
        for (const auto& entry : std::filesystem::directory_iterator(std::string(P4JIT_ROOT) + folder))
            if (entry.path().extension() == ".c" && read_text(entry.path()).find("/pie") == std::string::npos)
                files.push_back(entry.path());
    return files;
}

} // namespace

TEST_CASE("nothing is found in the corpus of objects, for either family of chips") {
    unsigned builds = 0;
    test::for_each_build([&](const test::Build& build) {
        CAPTURE(build.name);
        CHECK(findings(build.file, build.name, {1, 3}) == "");
        CHECK(findings(build.file, build.name, {3, 1}) == "");
        ++builds;
    });
    CHECK(builds > 50);
}

TEST_CASE("nothing is found in the examples and the benchmarks' programs") {
    CHECK(programs().size() >= 6);
    for (const auto& file : programs())
        for (const auto& command : {test::gcc, test::clang})
            for (const auto* flags : {"-O0 -g", "-O1 -g", "-O2 -g", "-O3 -g", "-Os -g -mno-relax"}) {
                const auto name = file.filename().string() + ": " + command + ' ' + flags;
                CAPTURE(name);
                const auto& object = test::compile(command + " -w " + flags, read_text(file), file.filename().string());
                CHECK(findings(object, name, {1, 3}) == "");
            }
}

TEST_CASE("functions that save registers by GCC's helpers are understood") {
    const auto source = read_text(std::string(P4JIT_ROOT) + "/bench/programs/sha256.c");
    for (const auto* flags :
         {" -Os -msave-restore -g -w", " -O2 -fno-omit-frame-pointer -g -w", " -O2 -fno-inline -g -w"})
        CHECK(findings(test::compile(test::gcc + flags, source), flags, {1, 3}) == "");
}

TEST_CASE("a register that inline assembly writes without saying so is found in C") {
    const std::string source = "int f(int a) { __asm__ volatile(\"li s5, 7\"); return a; }\n";
    CHECK(findings(test::compile(test::gcc + " -O2 -g", source), "f", {1, 3}).find("[callee-saved]") !=
          std::string::npos);
    const std::string honest = "int f(int a) { __asm__ volatile(\"li s5, 7\" ::: \"s5\"); return a; }\n";
    CHECK(findings(test::compile(test::gcc + " -O2 -g", honest), "f", {1, 3}) == "");
}
