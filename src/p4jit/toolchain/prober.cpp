#include "p4jit/toolchain/prober.hpp"

#include "p4jit/base/file.hpp"
#include "p4jit/base/text.hpp"
#include "p4jit/toolchain/archive.hpp"

#include <algorithm>

namespace p4jit::toolchain {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

Outcome Prober::run(const std::vector<std::string>& arguments) const {
    Process process{.arguments = {compiler_.string()}, .environment = environment_, .folder = folder_.path()};
    process.arguments.insert(process.arguments.end(), arguments.begin(), arguments.end());
    return toolchain::run(process, deadline_.at_most(20s));
}

std::string Prober::ask(const std::vector<std::string>& arguments) const {
    const auto outcome = run(arguments);
    return outcome.succeeded() ? std::string(trim(outcome.output)) : std::string();
}

fs::path Prober::source(const std::string& name, std::string_view text) const {
    write_file(folder_.path() / name, as_bytes(text));
    return folder_.path() / name;
}

bool Prober::compiles(const fs::path& source, const std::vector<std::string>& flags) const {
    const auto object = folder_.path() / "probe.o";
    std::error_code ignored;
    fs::remove(object, ignored);
    auto arguments = flags;
    arguments.insert(arguments.end(), {"-c", source.string(), "-o", object.string()});
    return run(arguments).succeeded() && is_for_p4(object);
}

bool Prober::assembles(const fs::path& source, const std::vector<std::string>& flags, ByteView bytes) const {
    if (!compiles(source, flags)) return false;
    const auto object = read_file(folder_.path() / "probe.o");
    return !std::ranges::search(object, bytes).empty();
}

bool Prober::preprocesses(const fs::path& source, const std::vector<std::string>& flags) const {
    auto arguments = flags;
    arguments.insert(arguments.end(), {"-E", source.string(), "-o", "/dev/null"});
    return run(arguments).succeeded();
}

} // namespace p4jit::toolchain
