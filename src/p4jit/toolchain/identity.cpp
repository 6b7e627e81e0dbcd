#include "p4jit/toolchain/identity.hpp"

#include "p4jit/base/error.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace p4jit::toolchain {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr std::string_view kind = "compiler";
/// To be changed when a probe finds out other things than before.
constexpr std::string_view probe_version = "probe 3";

std::string stamp(const fs::path& file) {
    std::error_code failed;
    const auto time = fs::last_write_time(file, failed);
    if (failed) return "none";
    const auto size = fs::is_regular_file(file, failed) ? fs::file_size(file, failed) : 0;
    return fmt::format("{} {}", time.time_since_epoch().count(), size);
}

Hash key_of(const std::string& identity) { return Hasher().add(kind).add(identity).finish(); }

} // namespace

std::string identify(const fs::path& compiler) {
    std::error_code failed;
    const auto real = fs::canonical(compiler, failed);
    if (failed) throw ToolchainNotFound(fmt::format("there is no file {}", compiler.string()));
    Hasher hasher;
    hasher.add(probe_version).add(compiler.string()).add(real.string()).add(stamp(real));
    // Where a probe looks for headers, which may come later.
    for (const auto& place : {fs::path("/usr/lib/picolibc/riscv64-unknown-elf"), fs::path("/usr/include/c++"),
                              real.parent_path().parent_path() / "include"})
        hasher.add(stamp(place));
    return hex(hasher.finish());
}

std::optional<Toolchain> recall(const std::string& identity, const fs::path& compiler, const Cache& cache) {
    const auto entry = cache.load(kind, key_of(identity));
    if (!entry) return std::nullopt;
    try {
        const auto saved = json::parse(*entry);
        Toolchain known{.family = saved.at("clang").get<bool>() ? Family::clang : Family::gcc,
                        .compiler = compiler,
                        .version = saved.at("version"),
                        .machine = saved.at("machine"),
                        .v1 = {saved.at("march_v1"), saved.at("knows_pie_v1")},
                        .v3 = {saved.at("march_v3"), saved.at("knows_pie_v3")},
                        .c_header_flags = saved.at("c_header_flags"),
                        .cxx_header_flags = saved.at("cxx_header_flags"),
                        .has_c_headers = saved.at("has_c_headers"),
                        .has_cxx_headers = saved.at("has_cxx_headers"),
                        .libgcc = saved.at("libgcc").get<std::string>(),
                        .libc = saved.at("libc").get<std::string>(),
                        .libm = saved.at("libm").get<std::string>(),
                        .identity = identity};
        for (const auto& file : {known.libgcc, known.libc, known.libm})
            if (!file.empty() && !fs::exists(file)) return std::nullopt;
        return known;
    } catch (const json::exception&) {
        return std::nullopt;
    }
}

void remember(const Toolchain& toolchain, const Cache& cache) {
    if (toolchain.libgcc.empty()) return; // may come with another package
    const json saved{{"clang", toolchain.family == Family::clang},
                     {"version", toolchain.version},
                     {"machine", toolchain.machine},
                     {"march_v1", toolchain.v1.march},
                     {"knows_pie_v1", toolchain.v1.knows_pie},
                     {"march_v3", toolchain.v3.march},
                     {"knows_pie_v3", toolchain.v3.knows_pie},
                     {"c_header_flags", toolchain.c_header_flags},
                     {"cxx_header_flags", toolchain.cxx_header_flags},
                     {"has_c_headers", toolchain.has_c_headers},
                     {"has_cxx_headers", toolchain.has_cxx_headers},
                     {"libgcc", toolchain.libgcc.string()},
                     {"libc", toolchain.libc.string()},
                     {"libm", toolchain.libm.string()}};
    const auto text = saved.dump();
    cache.store(kind, key_of(toolchain.identity), as_bytes(text));
}

} // namespace p4jit::toolchain
