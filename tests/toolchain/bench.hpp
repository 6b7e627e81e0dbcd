// What tests of the compiler share: a folder with sources and a cache of its
// own, and every cross compiler that this machine has.
#pragma once

#include "p4jit/base/error.hpp"
#include "p4jit/base/file.hpp"
#include "p4jit/toolchain/archive.hpp"
#include "p4jit/toolchain/compiler.hpp"
#include "p4jit/toolchain/find.hpp"
#include "p4jit/toolchain/temporary_folder.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <thread>

namespace p4jit::tests {

using namespace p4jit::toolchain;
namespace fs = std::filesystem;
using namespace std::chrono_literals;

inline void write(const fs::path& file, std::string_view text) {
    fs::create_directories(file.parent_path());
    write_file(file, as_bytes(text));
}

/// A folder for sources, a cache of its own, and a compiler.
struct Bench {
    explicit Bench(const std::string& name = "riscv64-unknown-elf-gcc") {
        environment.set("P4JIT_TOOLCHAIN", name);
        environment.set("CPATH", "/usr/include"); // must not matter
    }
    Compiler compiler() const {
        static const TemporaryFolder probes;
        return Compiler(find(environment, Cache(probes.path() / "p4jit")), environment, Cache(folder.path() / "cache"));
    }
    /// A compiler that does what a shell script says.
    Compiler scripted(const std::string& script, Cache cache = Cache()) const {
        const auto file = folder.path() / "fake-gcc";
        write(file, "#!/bin/sh\n" + script);
        fs::permissions(file, fs::perms::owner_all);
        return Compiler({.compiler = file, .v1 = {"rv32imafc", false}, .v3 = {"rv32imafc", false}}, environment, std::move(cache));
    }
    fs::path source(const std::string& name, std::string_view text) const {
        write(folder.path() / name, text);
        // What is older than the clock's tick may be cached.
        std::this_thread::sleep_for(15ms);
        return folder.path() / name;
    }
    bool object_is_good(const Bytes& object) const {
        write_file(folder.path() / "check.o", object);
        return is_for_p4(folder.path() / "check.o");
    }

    TemporaryFolder folder;
    Environment environment = Environment::current();
};

inline const std::vector<std::string> compilers = [] {
    std::vector<std::string> there;
    for (const char* name : {"riscv64-unknown-elf-gcc", "clang-19"})
        if (!Environment::current().find_program(name).empty()) there.push_back(name);
    return there;
}();

template <typename Test>
void for_each_compiler(Test test) {
    for (const auto& name : compilers) {
        SUBCASE(name.c_str()) { test(Bench(name)); }
    }
}

inline std::string complaint(const Compiler& compiler, const Source& source, const CompileOptions& options = {}) {
    try {
        compiler.compile(source, options);
    } catch (const CompileError& error) {
        return error.what();
    }
    return {};
}

inline bool contains(const std::string& text, const std::string& piece) { return text.find(piece) != text.npos; }

} // namespace p4jit::tests
