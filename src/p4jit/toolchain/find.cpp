#include "p4jit/toolchain/find.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/text.hpp"
#include "p4jit/toolchain/config.hpp"
#include "p4jit/toolchain/probe.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace p4jit::toolchain {

namespace fs = std::filesystem;

namespace {

constexpr const char* cure = "Install one:\n"
                             "  sudo apt install gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf\n"
                             "or install ESP-IDF, whose tools are found by themselves, or set P4JIT_TOOLCHAIN to a "
                             "compiler, its bin folder or its install prefix.";

/// The numbers in a name, to compare versions by: esp-14.2.0_20241119.
std::vector<long long> numbers(std::string_view name) {
    std::vector<long long> result;
    for (std::size_t at = 0; (at = name.find_first_of("0123456789", at)) != name.npos;) {
        const auto end = std::min(name.find_first_not_of("0123456789", at), name.size());
        long long number = 0;
        if (parse_integer(name.substr(at, end - at), number)) result.push_back(number);
        at = end;
    }
    return result;
}

/// Puts the newest first.
void sort_by_version(std::vector<fs::path>& paths) {
    std::ranges::stable_sort(
        paths, [](const fs::path& a, const fs::path& b) { return numbers(a.string()) > numbers(b.string()); });
}

/// clang, clang-19, clang-18, … in a folder; the newest first.
std::vector<fs::path> clangs_in(const fs::path& folder) {
    std::vector<fs::path> found;
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(folder, failed)) {
        const auto name = entry.path().filename().string();
        const std::string_view number = name.starts_with("clang-") ? std::string_view(name).substr(6) : "";
        const bool numbered = !number.empty() && number.find_first_not_of("0123456789") == number.npos;
        if (numbered && is_program(entry.path())) found.push_back(entry.path());
    }
    sort_by_version(found);
    if (is_program(folder / "clang")) found.insert(found.begin(), folder / "clang");
    return found;
}

/// The first compiler in an install prefix or its bin folder; empty if none.
fs::path compiler_in(const fs::path& prefix) {
    for (const auto& folder : {prefix, prefix / "bin"}) {
        for (const auto& name : gcc_names())
            if (is_program(folder / name)) return folder / name;
        const auto clangs = clangs_in(folder);
        if (!clangs.empty()) return clangs.front();
    }
    return {};
}

/// ESP-IDF's: <tools>/tools/riscv32-esp-elf/<version>/riscv32-esp-elf/bin.
std::vector<fs::path> idf_compilers(const fs::path& tools) {
    std::vector<fs::path> versions, found;
    if (tools.empty()) return {};
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(tools / "tools/riscv32-esp-elf", failed))
        versions.push_back(entry.path());
    sort_by_version(versions);
    for (const auto& version : versions) {
        const auto compiler = version / "riscv32-esp-elf/bin/riscv32-esp-elf-gcc";
        if (is_program(compiler)) found.push_back(compiler);
    }
    return found;
}

class Search {
public:
    Search(const Environment& environment, const Cache& cache, const Deadline& deadline)
        : environment_(environment), cache_(cache), deadline_(deadline) {}

    /// What a user has named: a path, or a name on PATH. Throws if it is not
    /// there or does not work.
    Toolchain named(const std::string& value, const std::string& where) {
        const auto path = resolve(value);
        if (path.empty())
            throw ToolchainNotFound(fmt::format("{} names no compiler: '{}' is no program, no folder with one, and no "
                                                "name of one on PATH. Correct it, or remove it and one is looked for",
                                                where, value));
        try {
            return chosen(probe(path, environment_, cache_, deadline_), "named by " + where);
        } catch (const ToolchainNotFound& error) {
            throw ToolchainNotFound(fmt::format("{} names {}, but {}", where, path.string(), error.what()));
        }
    }

    /// The first of some compilers that works.
    std::optional<Toolchain> first(const std::vector<fs::path>& compilers, const std::string& why) {
        for (const auto& compiler : compilers) {
            try {
                return chosen(probe(compiler, environment_, cache_, deadline_), why);
            } catch (const Interrupted&) {
                throw;
            } catch (const Error& error) {
                looked(fmt::format("{}: {}", compiler.string(), error.what()));
            }
        }
        return std::nullopt;
    }

    void looked(std::string line) { looked_.push_back(std::move(line)); }

    [[noreturn]] void fail() const {
        throw ToolchainNotFound(
            fmt::format("no RISC-V compiler was found. Looked for:\n  {}\n{}", join(looked_, "\n  "), cure));
    }

private:
    fs::path resolve(const std::string& value) const {
        if (value.find('/') == value.npos) {
            const auto program = environment_.find_program(value);
            return program.empty() ? environment_.find_program(value + "-gcc") : program;
        }
        const auto path = value.starts_with("~/") ? environment_.home() / value.substr(2) : fs::absolute(value);
        return is_program(path) ? path : compiler_in(path);
    }

    Toolchain chosen(Toolchain toolchain, std::string why) const {
        toolchain.why = std::move(why);
        toolchain.looked = looked_;
        return toolchain;
    }

    const Environment& environment_;
    const Cache& cache_;
    const Deadline& deadline_;
    std::vector<std::string> looked_;
};

} // namespace

Toolchain find(const Environment& environment, const Cache& cache, const Deadline& deadline) {
    Search search(environment, cache, deadline);

    const auto variable = environment.get("P4JIT_TOOLCHAIN");
    if (!variable.empty()) return search.named(variable, "the environment variable P4JIT_TOOLCHAIN");
    search.looked("P4JIT_TOOLCHAIN: not set");

    const auto config = read_config(environment);
    if (!config.toolchain.empty()) return search.named(config.toolchain, config.file.string());
    search.looked(fmt::format("{}: names none", config.file.empty() ? "config file" : config.file.string()));

    fs::path tools = environment.get("IDF_TOOLS_PATH");
    if (tools.empty() && !environment.home().empty()) tools = environment.home() / ".espressif";
    if (auto found = search.first(idf_compilers(tools), "from ESP-IDF's tools")) return *found;
    search.looked(tools.empty() ? "ESP-IDF's tools: neither IDF_TOOLS_PATH nor HOME is set"
                                : fmt::format("ESP-IDF's tools in {}: none", tools.string()));

    for (const auto& name : gcc_names()) {
        const auto program = environment.find_program(name);
        if (program.empty())
            search.looked(name + ": not on PATH");
        else if (auto found = search.first({program}, "found on PATH"))
            return *found;
    }
    for (const auto& folder : environment.path())
        if (auto found = search.first(clangs_in(folder), "found on PATH")) return *found;
    search.looked("clang: none on PATH that compiles for RISC-V");
    search.fail();
}

} // namespace p4jit::toolchain
