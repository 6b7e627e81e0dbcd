#include "p4jit/toolchain/probe.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/text.hpp"
#include "p4jit/isa/assemble.hpp"
#include "p4jit/toolchain/archive.hpp"
#include "p4jit/toolchain/identity.hpp"
#include "p4jit/toolchain/prober.hpp"

#include <fmt/format.h>

namespace p4jit::toolchain {

namespace fs = std::filesystem;

namespace {

using Flags = std::vector<std::string>;

const fs::path picolibc = "/usr/lib/picolibc/riscv64-unknown-elf";

Flags operator+(Flags flags, const Flags& more) {
    flags.insert(flags.end(), more.begin(), more.end());
    return flags;
}

/// Family and version, from the first line of --version:
///   riscv64-unknown-elf-gcc (12.2.0-14+deb12u1+11+b2) 12.2.0
///   Debian clang version 19.1.7 (3~deb12u1)
void read_version(Toolchain& toolchain, std::string_view banner) {
    const auto line = split(banner, '\n').front();
    const std::string_view mark = "clang version ";
    const auto clang = line.find(mark);
    toolchain.family = clang == line.npos ? Family::gcc : Family::clang;
    const auto version =
        clang == line.npos ? line.substr(line.rfind(' ') + 1) : split(line.substr(clang + mark.size()), ' ').front();
    toolchain.version = std::string(version);
}

/// The instruction sets to try, the best first, and whether they have PIE:
/// Espressif's compilers have it, and the hardware loops, as extensions whose
/// names have changed over the years.
std::vector<Target> targets(const Toolchain& toolchain, bool v3) {
    const std::string base = "rv32imafc_zicsr_zifencei";
    std::vector<std::string> standard{base};
    if (v3) standard = {base + "_zcb_zba_zbb_zbs", base + "_zba_zbb_zbs", base + "_zba_zbb", base};
    std::vector<std::string> extensions{"_xesploop_xespv2p2", "_xespv2p2", "_xesploop_xespv", "_xespv"};
    if (!v3) extensions = {"_xesppie", "_xesploop_xespv2p1", "_xespv2p1", "_xesploop_xespv", "_xespv"};
    std::vector<Target> list;
    if (toolchain.machine.find("esp") != std::string::npos)
        for (const auto& march : standard)
            for (const auto& extension : extensions) list.push_back({march + extension, true});
    for (const auto& march : standard) list.push_back({march, false});
    list.push_back({"rv32imafc", false}); // compilers from before Zicsr was an extension
    return list;
}

/// Instructions whose words differ between the families and the dialects.
std::pair<std::string, Bytes> pie_sample(const isa::ChipRevision& revision) {
    std::pair<std::string, Bytes> sample;
    for (const char* line :
         {"esp.zero.q q1", "esp.vadd.s8 q2, q3, q4", "esp.vldbc.8.ip q0, a0, 4", "esp.lp.counti 0, 5"}) {
        sample.first += fmt::format("{}\n", line);
        append_le(sample.second, isa::assemble(line, revision.extensions()));
    }
    return sample;
}

/// What has to compile, optimized. GCC 12 with Zbs crashes on the second one,
/// the usual way to write a sum that saturates.
constexpr std::string_view probe_source = "float f(float x) { return x + 1; }\n"
                                          "static int clamp(long long x) { return x < -2147483647 - 1 ? -2147483647 - "
                                          "1 : x > 2147483647 ? 2147483647 : x; }\n"
                                          "int g(int a, int b) { return clamp((long long)a + b); }\n";

void choose_target(Toolchain& toolchain, const isa::ChipRevision& revision, const Prober& prober) {
    auto& target = revision.is_v3() ? toolchain.v3 : toolchain.v1;
    const auto c = prober.source("probe.c", probe_source);
    const auto sample = pie_sample(revision);
    const auto pie = prober.source("pie.S", sample.first);
    for (const auto& candidate : targets(toolchain, revision.is_v3())) {
        target = candidate;
        const auto flags = machine_flags(toolchain, revision);
        if (candidate.knows_pie && !prober.assembles(pie, flags, sample.second)) continue;
        if (prober.compiles(c, flags + Flags{"-O2"})) return;
    }
    const auto last = prober.run(machine_flags(toolchain, revision) + Flags{"-c", c.string(), "-o", "/dev/null"});
    const auto reason = trim(split(trim(last.errors), '\n').front());
    throw ToolchainNotFound(fmt::format("it cannot compile for 32-bit RISC-V ({})",
                                        reason.empty() ? "its objects are of another kind" : reason));
}

void find_c_headers(Toolchain& toolchain, const Prober& prober) {
    const auto source =
        prober.source("c.c", "#include <stdint.h>\n#include <stdlib.h>\n#include <string.h>\n#include <math.h>\n");
    for (const auto& flags : {Flags{}, Flags{"-isystem", (picolibc / "include").string()}}) {
        toolchain.c_header_flags = flags;
        toolchain.has_c_headers = prober.preprocesses(source, machine_flags(toolchain) + flags);
        if (toolchain.has_c_headers) return;
    }
    toolchain.c_header_flags.clear();
}

/// libstdc++ of the host, if it is of the same version: its headers are
/// templates. What they know of the host's system is switched off.
Flags host_libstdcxx(const Toolchain& toolchain) {
    const auto major = std::string(split(toolchain.version, '.').front());
    Flags flags{"-D_GLIBCXX_OS_DEFINES=1", "-isystem", "/usr/include/c++/" + major};
    std::error_code failed;
    for (const auto& folder : fs::directory_iterator("/usr/include", failed))
        if (fs::exists(folder.path() / "c++" / major / "bits/c++config.h", failed))
            return flags + Flags{"-isystem", (folder.path() / "c++" / major).string()};
    return {};
}

/// libc++ as for a system without threads, locales, wide characters and clocks.
Flags libcxx(const Prober& prober) {
    const fs::path resources = prober.ask({"-print-resource-dir"});
    const auto headers = (resources / "../../../include/c++/v1").lexically_normal();
    return {"-D_LIBCPP_HAS_NO_THREADS",
            "-D_LIBCPP_HAS_NO_LOCALIZATION",
            "-D_LIBCPP_HAS_NO_WIDE_CHARACTERS",
            "-D_LIBCPP_HAS_NO_MONOTONIC_CLOCK",
            "-isystem",
            headers.string()};
}

void find_cxx_headers(Toolchain& toolchain, const Prober& prober) {
    const auto source =
        prober.source("c.cpp", "#include <array>\n#include <algorithm>\n#include <vector>\n#include <cmath>\n");
    const auto works = [&](const Flags& flags) {
        toolchain.cxx_header_flags = flags;
        return prober.preprocesses(source, machine_flags(toolchain) + flags + toolchain.c_header_flags);
    };
    toolchain.has_cxx_headers =
        works({}) || works(toolchain.family == Family::clang ? libcxx(prober) : host_libstdcxx(toolchain));
    if (!toolchain.has_cxx_headers) toolchain.cxx_header_flags.clear();
}

/// `file` if it is a library for the P4.
fs::path if_for_p4(const fs::path& file) { return file.is_absolute() && is_for_p4(file) ? file : fs::path(); }

/// Multilibs are matched by the letter, so each way to write our instruction
/// set is tried until a library is for it.
void find_libraries(Toolchain& toolchain, const Prober& prober) {
    const std::vector<Flags> ways{{"-march=" + toolchain.v1.march},
                                  {"-march=rv32imafc_zicsr_zifencei"},
                                  {"-march=rv32imafc", "-misa-spec=2.2"},
                                  {"-march=rv32imafc"}};
    for (const auto& way : ways) {
        const auto flags = way + Flags{fmt::format("-mabi={}", abi)};
        toolchain.libgcc = if_for_p4(prober.ask(flags + Flags{"-print-libgcc-file-name"}));
        if (toolchain.libgcc.empty()) continue;
        const auto multilib = prober.ask(flags + Flags{"-print-multi-directory"});
        const auto library = [&](const std::string& name) {
            const auto own = if_for_p4(prober.ask(flags + Flags{"-print-file-name=" + name}));
            return own.empty() ? if_for_p4(picolibc / "lib" / multilib / name) : own;
        };
        toolchain.libc = library("libc.a");
        toolchain.libm = library("libm.a");
        return;
    }
}

/// clang has its own run-time library only if compiler-rt was built for RV32;
/// the GCC beside it mostly has one.
void borrow_libraries(Toolchain& toolchain, const Prober& clang, const Environment& environment,
                      const Deadline& deadline) {
    for (const auto& name : gcc_names()) {
        const auto gcc = environment.find_program(name);
        if (gcc.empty()) continue;
        find_libraries(toolchain, Prober(gcc, environment, deadline));
        if (!toolchain.libgcc.empty()) return;
    }
    toolchain.libgcc =
        if_for_p4(clang.ask(machine_flags(toolchain) + Flags{"--rtlib=compiler-rt", "-print-libgcc-file-name"}));
}

} // namespace

const std::vector<std::string>& gcc_names() {
    static const std::vector<std::string> names{"riscv32-esp-elf-gcc", "riscv64-unknown-elf-gcc",
                                                "riscv32-unknown-elf-gcc"};
    return names;
}

Toolchain probe(const fs::path& compiler, const Environment& environment, const Cache& cache,
                const Deadline& deadline) {
    const auto identity = identify(compiler);
    if (auto known = recall(identity, compiler, cache)) return *known;

    const Prober prober(compiler, environment, deadline);
    Toolchain toolchain{.compiler = compiler, .identity = identity};
    const auto banner = prober.ask({"--version"});
    if (banner.empty()) throw ToolchainNotFound("it is no compiler: it has no --version");
    read_version(toolchain, banner);
    toolchain.machine = toolchain.family == Family::clang ? "riscv32-unknown-elf" : prober.ask({"-dumpmachine"});
    if (!toolchain.machine.starts_with("riscv"))
        throw ToolchainNotFound(toolchain.machine.empty()
                                    ? "it is no compiler: it does not say for which machine (-dumpmachine)"
                                    : fmt::format("it compiles for {}, not for RISC-V", toolchain.machine));
    choose_target(toolchain, {1, 3}, prober);
    choose_target(toolchain, {3, 1}, prober);
    find_c_headers(toolchain, prober);
    find_cxx_headers(toolchain, prober);
    if (toolchain.family == Family::clang)
        borrow_libraries(toolchain, prober, environment, deadline);
    else
        find_libraries(toolchain, prober);

    remember(toolchain, cache);
    return toolchain;
}

} // namespace p4jit::toolchain
