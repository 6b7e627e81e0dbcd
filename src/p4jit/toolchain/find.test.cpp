#include "p4jit/toolchain/find.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/file.hpp"
#include "p4jit/base/text.hpp"
#include "p4jit/isa/assemble.hpp"
#include "p4jit/toolchain/archive.hpp"
#include "p4jit/toolchain/temporary_folder.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace p4jit;
using namespace p4jit::toolchain;
namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

const auto real_gcc = Environment::current().find_program("riscv64-unknown-elf-gcc");

void write_script(const fs::path& file, const std::string& text) {
    fs::create_directories(file.parent_path());
    write_file(file, as_bytes("#!/bin/sh\n" + text));
    fs::permissions(file, fs::perms::owner_all);
}

/// What PIE 2.1 assemblers make of the probe's sample.
std::string todays_words() {
    std::string words;
    for (const char* line :
         {"esp.zero.q q1", "esp.vadd.s8 q2, q3, q4", "esp.vldbc.8.ip q0, a0, 4", "esp.lp.counti 0, 5"})
        words += fmt::format("{}{:#x}", words.empty() ? "" : ",", isa::assemble(line, isa::chip_v1));
    return words;
}

/// A home with nothing in it, and compilers of our making.
class Home {
public:
    /// A compiler of that name that works, through the real one, and notes each
    /// start. It says it knows the extension xesppie; what it makes of the probe's
    /// instructions are those words.
    fs::path compiler(const fs::path& file, const std::string& machine = "riscv64-unknown-elf",
                      const std::string& words = todays_words()) const {
        write_script(folder.path() / file,
                     fmt::format(R"(
echo start >> {}/starts
case "$1" in
--version) echo "{} (fake) 12.2.0"; exit;;
-dumpmachine) echo {}; exit;;
esac
n=$#
while [ $n -gt 0 ]; do
    a=$1; shift; n=$((n - 1))
    case "$a" in
    *_xesppie) a=${{a%_xesppie}};;
    */pie.S) echo '.word {}' > "$a";;
    esac
    set -- "$@" "$a"
done
exec {} "$@"
)",
                                 folder.path().string(), file.filename().string(), machine, words, real_gcc.string()));
        return folder.path() / file;
    }
    Environment environment() const {
        return {{"HOME", folder.path().string()}, {"PATH", (folder.path() / "bin").string()}};
    }
    std::size_t starts() const {
        const auto log = folder.path() / "starts";
        return fs::exists(log) ? lines(read_text(log)).size() : 0;
    }

    TemporaryFolder folder;
};

std::string failure(const Environment& environment) {
    try {
        find(environment, Cache());
    } catch (const ToolchainNotFound& error) {
        return error.what();
    }
    return {};
}

bool contains(const std::string& text, const std::string& piece) { return text.find(piece) != text.npos; }

} // namespace

TEST_CASE("the compiler of this machine is found, with headers and libraries of the right kind") {
    if (real_gcc.empty()) return;
    Environment environment = Environment::current();
    environment.set("P4JIT_TOOLCHAIN", "riscv64-unknown-elf-gcc");
    const auto found = find(environment, Cache());
    CHECK(found.family == Family::gcc);
    CHECK(found.compiler == real_gcc);
    CHECK(found.why == "named by the environment variable P4JIT_TOOLCHAIN");
    CHECK(found.machine == "riscv64-unknown-elf");
    CHECK(found.v1.march == "rv32imafc_zicsr_zifencei");
    CHECK(found.v3.march.starts_with("rv32imafc_zicsr_zifencei_"));
    CHECK_FALSE(found.v1.knows_pie);
    CHECK_FALSE(found.v3.knows_pie);
    CHECK(std::isdigit(found.version.at(0)));
    CHECK(is_for_p4(found.libgcc));
    if (fs::exists("/usr/lib/picolibc/riscv64-unknown-elf")) {
        CHECK(found.has_c_headers);
        CHECK(is_for_p4(found.libc));
        // Picolibc's libm.a is a stub for another machine; libc.a has it all.
        CHECK((found.libm.empty() || is_for_p4(found.libm)));
    }
}

TEST_CASE("clang is taken when it is named, and borrows GCC's library") {
    const auto environment = [] {
        auto variables = Environment::current();
        variables.set("P4JIT_TOOLCHAIN", "clang-19");
        return variables;
    }();
    if (environment.find_program("clang-19").empty()) return;
    const auto found = find(environment, Cache());
    CHECK(found.family == Family::clang);
    CHECK(found.version.starts_with("19."));
    if (!real_gcc.empty()) CHECK(is_for_p4(found.libgcc));
}

TEST_CASE("with no compiler anywhere the error tells where it looked and what helps") {
    const Home home;
    const auto text = failure(home.environment());
    for (const char* piece :
         {"no RISC-V compiler was found. Looked for:", "P4JIT_TOOLCHAIN: not set",
          "/.config/p4jit/config.json: names none", "/.espressif: none", "riscv32-esp-elf-gcc: not on PATH",
          "riscv64-unknown-elf-gcc: not on PATH", "clang: none on PATH",
          "sudo apt install gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf", "or set P4JIT_TOOLCHAIN"}) {
        CAPTURE(text);
        CHECK(contains(text, piece));
    }
}

TEST_CASE("P4JIT_TOOLCHAIN is a compiler, its bin folder, its prefix, or a name") {
    if (real_gcc.empty()) return;
    const Home home;
    const auto compiler = home.compiler("opt/tools/bin/riscv32-unknown-elf-gcc");
    const auto other = home.compiler("bin/my-compiler-gcc");
    auto environment = home.environment();
    for (const auto& value :
         {compiler, compiler.parent_path(), compiler.parent_path().parent_path(), fs::path("~/opt/tools")}) {
        environment.set("P4JIT_TOOLCHAIN", value.string());
        CHECK(find(environment, Cache()).compiler == compiler);
    }
    for (const char* value : {"my-compiler-gcc", "my-compiler"}) {
        environment.set("P4JIT_TOOLCHAIN", value);
        CHECK(find(environment, Cache()).compiler == other);
    }
}

TEST_CASE("P4JIT_TOOLCHAIN that names nothing, or nothing of use, is an error and no reason to take another") {
    const Home home;
    if (!real_gcc.empty()) home.compiler("bin/riscv64-unknown-elf-gcc");
    auto environment = home.environment();
    const auto error = [&](const std::string& value) {
        environment.set("P4JIT_TOOLCHAIN", value);
        return failure(environment);
    };
    CHECK(error("/nonexistent/gcc") ==
          "the environment variable P4JIT_TOOLCHAIN names no compiler: '/nonexistent/gcc' is no "
          "program, no folder with one, and no name of one on PATH. Correct it, or remove it and one is looked for");
    CHECK(contains(error("clang-99"), "P4JIT_TOOLCHAIN names no compiler: 'clang-99'"));
    CHECK(contains(error("/etc/passwd"), "names no compiler"));
    CHECK(contains(error("/bin/true"), "P4JIT_TOOLCHAIN names /bin/true, but"));
    if (fs::exists("/usr/bin/gcc")) CHECK(contains(error("/usr/bin/gcc"), "linux-gnu, not for RISC-V"));

    write_script(home.folder.path() / "bin/broken", "kill -SEGV $$\n");
    CHECK(contains(error("broken"), "it is no compiler: it has no --version"));
    write_script(home.folder.path() / "bin/old",
                 "case $1 in --version) echo 'gcc 4.8';; -dumpmachine) echo riscv64-elf;; "
                 "*) echo 'cc1: error: bad -march' >&2; exit 1;; esac\n");
    CHECK(contains(error("old"), "it cannot compile for 32-bit RISC-V (cc1: error: bad -march)"));
}

TEST_CASE("the config file comes after the variable and before all else") {
    if (real_gcc.empty()) return;
    const Home home;
    const auto chosen = home.compiler("opt/chosen-gcc");
    const auto variable = home.compiler("opt/variable-gcc");
    home.compiler("bin/riscv32-esp-elf-gcc");
    fs::create_directories(home.folder.path() / ".config/p4jit");
    write_file(home.folder.path() / ".config/p4jit/config.json",
               as_bytes(fmt::format(R"({{"toolchain": "{}"}})", chosen.string())));
    auto environment = home.environment();
    const auto found = find(environment, Cache());
    CHECK(found.compiler == chosen);
    CHECK(contains(found.why, "config.json"));
    environment.set("P4JIT_TOOLCHAIN", variable.string());
    CHECK(find(environment, Cache()).compiler == variable);

    write_file(home.folder.path() / ".config/p4jit/config.json", as_bytes(R"({"toolchain": "/gone"})"));
    CHECK(contains(failure(home.environment()), "config.json names no compiler: '/gone'"));
}

TEST_CASE("the newest of ESP-IDF's compilers goes before PATH, and is asked for PIE") {
    if (real_gcc.empty()) return;
    const Home home;
    home.compiler("bin/riscv64-unknown-elf-gcc");
    const std::string tools = "idf/tools/riscv32-esp-elf/";
    home.compiler(tools + "esp-9.3.0_20240530/riscv32-esp-elf/bin/riscv32-esp-elf-gcc", "riscv32-esp-elf");
    const auto newest =
        home.compiler(tools + "esp-14.2.0_20241119/riscv32-esp-elf/bin/riscv32-esp-elf-gcc", "riscv32-esp-elf");
    home.compiler(tools + "esp-14.2.0_20240906/riscv32-esp-elf/bin/riscv32-esp-elf-gcc", "riscv32-esp-elf");
    auto environment = home.environment();
    CHECK(find(environment, Cache()).why == "found on PATH");
    environment.set("IDF_TOOLS_PATH", (home.folder.path() / "idf").string());
    const auto found = find(environment, Cache());
    CHECK(found.compiler == newest);
    CHECK(found.why == "from ESP-IDF's tools");
    CHECK(found.v1.march == "rv32imafc_zicsr_zifencei_xesppie");
    CHECK(found.v1.knows_pie);
    // It knows the extension of neither name for chips from 3.0 up.
    CHECK_FALSE(found.v3.knows_pie);
    CHECK(found.v3.march.find("xesp") == std::string::npos);
}

TEST_CASE("an assembler that knows another dialect of PIE counts as one that knows none") {
    if (real_gcc.empty()) return;
    const Home home;
    // Before ESP-IDF 5.5.2 esp.vldbc.8.ip's immediate counted in steps of 4.
    const auto now = fmt::format("{:#x}", isa::assemble("esp.vldbc.8.ip q0,a0,4", isa::chip_v1));
    const auto then = fmt::format("{:#x}", isa::assemble("esp.vldbc.8.ip q0,a0,1", isa::chip_v1));
    auto words = todays_words();
    words.replace(words.find(now), now.size(), then);
    home.compiler("bin/riscv32-esp-elf-gcc", "riscv32-esp-elf", words);
    const auto found = find(home.environment(), Cache());
    CHECK(found.v1.march == "rv32imafc_zicsr_zifencei");
    CHECK_FALSE(found.v1.knows_pie);
}

TEST_CASE("a compiler on PATH that is of no use is passed over, and told of") {
    if (real_gcc.empty()) return;
    const Home home;
    write_script(home.folder.path() / "bin/riscv32-esp-elf-gcc", "exit 1\n");
    const auto good = home.compiler("bin/riscv64-unknown-elf-gcc");
    const auto found = find(home.environment(), Cache());
    CHECK(found.compiler == good);
    REQUIRE_FALSE(found.looked.empty());
    CHECK(contains(found.looked.back(), "bin/riscv32-esp-elf-gcc: it is no compiler"));
}

TEST_CASE("the highest clang on PATH is tried first") {
    const Home home;
    for (const char* name : {"clang-9", "clang-19", "clang-15", "clang-format", "clang-tidy-19"})
        write_script(home.folder.path() / "bin" / name, "exit 1\n");
    const auto text = failure(home.environment());
    CHECK(contains(text, "clang-19: it is no compiler"));
    CHECK(text.find("clang-19") < text.find("clang-15"));
    CHECK(text.find("clang-15") < text.find("clang-9"));
    CHECK_FALSE(contains(text, "clang-format"));
}

TEST_CASE("a compiler that was probed is known again without a start, until it changes") {
    if (real_gcc.empty()) return;
    const Home home;
    const auto compiler = home.compiler("bin/riscv64-unknown-elf-gcc");
    const Cache cache(home.folder.path() / "cache");
    const auto first = find(home.environment(), cache);
    const auto starts = home.starts();
    CHECK(starts > 3);

    const auto start = Deadline::Clock::now();
    const auto second = find(home.environment(), cache);
    const auto took = Deadline::Clock::now() - start;
    CHECK(home.starts() == starts);
    CHECK(took < 50ms);
    CHECK(second.identity == first.identity);
    CHECK(second.version == first.version);
    CHECK(second.libgcc == first.libgcc);
    CHECK(second.c_header_flags == first.c_header_flags);
    CHECK(second.why == first.why);

    auto changed = read_file(compiler);
    changed.push_back('\n');
    write_file(compiler, changed);
    fs::permissions(compiler, fs::perms::owner_all);
    CHECK(find(home.environment(), cache).identity != first.identity);
    CHECK(home.starts() > starts);
}

TEST_CASE("a compiler that hangs while it is asked can be interrupted") {
    const Home home;
    write_script(home.folder.path() / "bin/slow", "exec /bin/sleep 60\n");
    auto environment = home.environment();
    environment.set("P4JIT_TOOLCHAIN", "slow");
    const auto pressed = Deadline::Clock::now() + 50ms;
    CHECK_THROWS_AS(find(environment, Cache(), Deadline::never([&] { return Deadline::Clock::now() > pressed; })),
                    Interrupted);
    CHECK(Deadline::Clock::now() < pressed + 5s);
}
