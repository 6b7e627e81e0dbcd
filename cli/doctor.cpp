// p4jit doctor, p4jit devices: what there is to work with.
#include "commands.hpp"
#include "common_options.hpp"

#include "p4jit/jit/doctor.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace p4jit::cli {

namespace {

int run_doctor(const InterruptCheck& interrupted, bool verbose, const isa::ChipRevision& revision) {
    const auto findings = doctor(interrupted, revision);
    std::size_t width = 0;
    for (const auto& finding : findings) width = std::max(width, finding.answer.size());
    bool good = true;
    for (const auto& finding : findings) {
        fmt::print("{:<10} {:<{}}  {}\n", finding.topic, finding.answer, width, finding.detail);
        if (verbose || !finding.good)
            for (const auto& line : finding.more) fmt::print("{:<10}   {}\n", "", line);
        good = good && finding.good;
    }
    fmt::print("{}\n", good ? "all good" : "something is missing: see above");
    return good ? 0 : 1;
}

int run_devices() {
    for (const auto& device : devices()) fmt::print("{:<14} {}\n", device.port, device.description);
    return 0;
}

} // namespace

void add_doctor(CLI::App& app, Chosen& chosen) {
    auto verbose = std::make_shared<bool>(false);
    auto revision = std::make_shared<isa::ChipRevision>();
    auto* command = app.add_subcommand("doctor", "check the compiler, the board and the virtual board");
    command->add_flag("-v,--verbose", *verbose, "also tell what else was looked at");
    add_chip_revision(*command, *revision);
    command->callback([verbose, revision, &chosen] {
        chosen.run = [verbose, revision, interrupted = chosen.interrupted] {
            return run_doctor(interrupted, *verbose, *revision);
        };
    });
}

void add_devices(CLI::App& app, Chosen& chosen) {
    auto* command = app.add_subcommand("devices", "list serial ports on USB and the virtual board; opens none");
    command->callback([&chosen] { chosen.run = run_devices; });
}

} // namespace p4jit::cli
