// From an edited source to its result, beside the compiler process that no
// tool can do without: load() and the first call of a changed add.c, and
// `gcc -O3 -g -c add.c` by the same compiler on the same text, in turn.
//
//   bench_edit_to_result [ROUNDS]
#include "median.hpp"

#include "p4jit/base/bytes.hpp"
#include "p4jit/base/file.hpp"
#include "p4jit/jit/device.hpp"
#include "p4jit/toolchain/find.hpp"
#include "p4jit/toolchain/process.hpp"
#include "p4jit/toolchain/temporary_folder.hpp"

#include <fmt/format.h>

#include <stdexcept>

using namespace p4jit;
using namespace p4jit::bench;

namespace {

/// The time and process make every text a new one, for every cache.
std::string edited_source(int round) {
    const auto now = std::chrono::system_clock::now().time_since_epoch().count();
    return fmt::format("// edit {} at {}\nint add(int a, int b) {{ return a + b + {}; }}\n", round, now, round);
}

void expect(bool right, const std::string& what) {
    if (!right) throw std::runtime_error(what);
}

} // namespace

int main(int argc, char** argv) {
    const auto count = rounds(argc, argv, 50);
    const auto environment = toolchain::Environment::current();
    const auto compiler = toolchain::find(environment, toolchain::Cache()).compiler.string();
    const toolchain::TemporaryFolder folder;
    const auto source = folder.path() / "add.c";
    const toolchain::Process bare{{compiler, "-O3", "-g", "-c", "add.c", "-o", "add.o"}, environment.entries(), folder.path()};

    Device device({.port = "virtual"});
    std::vector<double> ours, theirs, ratios, compiling, linking;
    for (int round = -2; round < count; ++round) { // the first two warm caches
        const auto text = edited_source(round);
        write_file(source, as_bytes(text));
        const auto one = microseconds([&] {
            auto module = device.load(source);
            expect(module.function("add").call<int>(1, 2) == 3 + round, "add() gave a wrong sum");
            expect(!module.from_cache(), "the object came from the cache");
            compiling.push_back(std::chrono::duration<double, std::micro>(module.compile_time()).count());
            linking.push_back(std::chrono::duration<double, std::micro>(module.link_time()).count());
        });
        const auto other = microseconds([&] {
            expect(toolchain::run(bare, Deadline::after(std::chrono::minutes(1))).succeeded(), "the compiler failed");
        });
        if (round < 0) continue;
        ours.push_back(one);
        theirs.push_back(other);
        ratios.push_back(one / other);
    }
    fmt::print("edit to result, {} rounds        median   fastest\n", count);
    fmt::print("  load() and first call        {:8.2f}  {:8.2f} ms\n", median(ours) / 1e3, quantile(ours, 0) / 1e3);
    fmt::print("    of which compiling         {:8.2f}  {:8.2f} ms\n", median(compiling) / 1e3, quantile(compiling, 0) / 1e3);
    fmt::print("    of which linking, placing  {:8.2f}  {:8.2f} ms\n", median(linking) / 1e3, quantile(linking, 0) / 1e3);
    fmt::print("  gcc -O3 -g -c add.c          {:8.2f}  {:8.2f} ms\n", median(theirs) / 1e3, quantile(theirs, 0) / 1e3);
    fmt::print("  ratio                        {:8.3f}  {:8.3f}\n", median(ratios), quantile(ours, 0) / quantile(theirs, 0));
}
