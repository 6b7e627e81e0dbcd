#include "p4jit/toolchain/flags.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace p4jit::toolchain {

namespace {

void append(std::vector<std::string>& flags, std::initializer_list<const char*> more) {
    flags.insert(flags.end(), more.begin(), more.end());
}

void append(std::vector<std::string>& flags, const std::vector<std::string>& more) {
    flags.insert(flags.end(), more.begin(), more.end());
}

std::string optimization_flag(std::string_view text) {
    auto level = text;
    if (level.starts_with('-')) level.remove_prefix(1);
    if (level.starts_with('O')) level.remove_prefix(1);
    constexpr std::array<std::string_view, 8> known{"0", "1", "2", "3", "s", "z", "g", "fast"};
    if (std::ranges::find(known, level) == known.end())
        throw UsageError(fmt::format("optimization '{}' means nothing; use O0, O1, O2, O3, Os, Oz, Og or Ofast", text));
    return "-O" + std::string(level);
}

/// Types and lines, at the least cost in compile time.
void append_debug_flags(std::vector<std::string>& flags, Family family) {
    append(flags, {"-g", "-gno-column-info"});
    if (family == Family::gcc) append(flags, {"-fno-var-tracking", "-gno-statement-frontiers"});
}

} // namespace

std::optional<Language> language_of(const std::filesystem::path& name) {
    const auto extension = name.extension();
    if (extension == ".c") return Language::c;
    if (extension == ".cpp" || extension == ".cc" || extension == ".cxx") return Language::cxx;
    if (extension == ".S") return Language::assembly;
    if (extension == ".s") return Language::plain_assembly;
    return std::nullopt;
}

std::vector<std::string> machine_flags(const Toolchain& toolchain, const isa::ChipRevision& revision) {
    std::vector<std::string> flags;
    if (toolchain.family == Family::clang) flags.push_back("--target=riscv32-unknown-elf");
    flags.push_back("-march=" + toolchain.target(revision).march);
    flags.push_back(fmt::format("-mabi={}", abi));
    append(flags, {"-mno-relax", "-mcmodel=medany"});
    return flags;
}

std::vector<std::string> compile_flags(const Toolchain& toolchain, Language language, const CompileOptions& options) {
    const bool compiled = language == Language::c || language == Language::cxx;
    auto flags = machine_flags(toolchain, options.revision);
    append_debug_flags(flags, toolchain.family);
    if (compiled) {
        flags.push_back(optimization_flag(options.optimization));
        append(flags, {"-msmall-data-limit=0", "-ffunction-sections", "-fdata-sections"});
    }
    if (language == Language::cxx) {
        append(flags, {"-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics", "-fno-use-cxa-atexit"});
        // Members of a class also where its vtable or constructor is elsewhere.
        flags.emplace_back(toolchain.family == Family::gcc ? "-femit-class-debug-always" : "-fstandalone-debug");
        append(flags, toolchain.cxx_header_flags);
    }
    // For plain assembly clang has no use for half of these, and says so.
    if (language == Language::plain_assembly && toolchain.family == Family::clang)
        flags.push_back("-Wno-unused-command-line-argument");
    if (language != Language::plain_assembly) {
        append(flags, toolchain.c_header_flags);
        for (const auto& define : options.defines) flags.push_back("-D" + define);
        for (const auto& folder : options.include_folders) flags.push_back("-I" + folder.string());
    }
    append(flags, options.flags);
    return flags;
}

Lto lto_of(const std::vector<std::string>& flags) {
    auto lto = Lto::unsaid;
    for (const auto& flag : flags) {
        if (flag == "-flto" || flag.starts_with("-flto=")) lto = Lto::on;
        if (flag == "-fno-lto") lto = Lto::off;
    }
    return lto;
}

Environment compiler_environment(Environment environment, const std::filesystem::path& temporary) {
    for (const char* name : {"CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "OBJC_INCLUDE_PATH", "COMPILER_PATH",
                             "LIBRARY_PATH", "GCC_EXEC_PREFIX", "DEPENDENCIES_OUTPUT", "SUNPRO_DEPENDENCIES",
                             "GCC_COLORS", "CCC_OVERRIDE_OPTIONS", "LANGUAGE"})
        environment.unset(name);
    // It looks for its assembler there, too.
    std::vector<std::string> folders;
    for (const auto& folder : environment.path()) folders.push_back(folder.string());
    if (!environment.get("PATH").empty()) environment.set("PATH", join(folders, ":"));
    environment.set("LC_ALL", "C");
    environment.set("TMPDIR", temporary.string());
    return environment;
}

} // namespace p4jit::toolchain
