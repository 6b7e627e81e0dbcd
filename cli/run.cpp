// p4jit run: one function of a source, once.
#include "commands.hpp"
#include "common_options.hpp"
#include "values.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/text.hpp"
#include "p4jit/jit/device.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace p4jit::cli {

namespace {

struct Options {
    std::string function; ///< FILE:FUNCTION
    std::vector<std::string> arguments;
    std::string port, firmware_elf;
    LoadOptions load;
    std::optional<isa::ChipRevision> revision;
    std::optional<double> timeout;
    bool verbose = false, time = false;
};

/// "fir.c:fir" → "fir.c" and "fir"; "fir.cpp:dsp::fir" → "fir.cpp" and "dsp::fir".
std::pair<std::string, std::string> split_function(const std::string& text) {
    const auto is_single = [&](std::size_t at) {
        return text[at] == ':' && (at == 0 || text[at - 1] != ':') && (at + 1 == text.size() || text[at + 1] != ':');
    };
    auto colon = text.size();
    while (colon-- > 0 && !is_single(colon)) {
    }
    if (colon >= text.size() || colon + 1 == text.size())
        throw UsageError(fmt::format("'{}' names no function: write FILE:FUNCTION, such as add.c:add", text));
    return {text.substr(0, colon), text.substr(colon + 1)};
}

std::chrono::nanoseconds duration(double timeout) {
    if (const auto given = duration_of_seconds(timeout)) return *given;
    throw UsageError(fmt::format("--timeout {}: give seconds, more than 0", timeout));
}

double milliseconds(std::chrono::nanoseconds duration) { return static_cast<double>(duration.count()) / 1e6; }

/// "0.01389 µs", "802.8 µs", "1.3 ms": four digits.
std::string duration_text(double seconds) {
    if (seconds >= 1) return fmt::format("{:.4g} s", seconds);
    if (seconds >= 1e-3) return fmt::format("{:.4g} ms", seconds * 1e3);
    return fmt::format("{:.4g} µs", seconds * 1e6);
}

DeviceOptions device_options(const Options& options, const InterruptCheck& interrupted) {
    const auto log = [](LogLevel level, std::string_view message) {
        fmt::print(stderr, "{}{}\n", level == LogLevel::warning ? "" : "p4jit: ", message);
    };
    return {.port = options.port,
            .firmware_elf = options.firmware_elf,
            .revision = options.revision,
            .console = {},
            .interrupted = interrupted,
            .log = Log(options.verbose ? LogLevel::info_verbose : LogLevel::warning, log)};
}

void print_time(const Function& function) {
    const auto& stats = function.last_call();
    fmt::print("{} cycles = {} at {} MHz · {} round trip{}\n", stats.cycles,
               duration_text(static_cast<double>(stats.cycles) / static_cast<double>(stats.cpu_hz)),
               stats.cpu_hz / 1'000'000, stats.round_trips, stats.round_trips == 1 ? "" : "s");
}

int run(Options options, const InterruptCheck& interrupted) {
    const auto [file, name] = split_function(options.function);
    options.load.functions = {name};
    Device device(device_options(options, interrupted));
    auto module = device.load(file, options.load);
    auto function = module.function(name);
    if (options.verbose)
        fmt::print("{:<12} {} {:.1f} ms · placed {:.1f} ms · {} bytes at {:#010x}\n",
                   std::filesystem::path(file).filename().string(), module.from_cache() ? "from the cache" : "compiled",
                   milliseconds(module.compile_time()), milliseconds(module.link_time()), module.size(),
                   module.address());

    const CommandLineArguments arguments(function.signature(), options.arguments);
    CallOptions call;
    if (options.timeout) call.timeout = duration(*options.timeout);
    const auto result = to_text(function(arguments.values(), call));
    if (!result.empty()) fmt::print("{}\n", result);
    fmt::print("{}", arguments.arrays_to_text());
    if (options.time) print_time(function);
    return 0;
}

} // namespace

void add_run(CLI::App& app, Chosen& chosen) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("run", "compile a source and call one of its functions on the device");
    command->add_option("FUNCTION", options->function, "FILE:FUNCTION, such as add.c:add")
        ->required()
        ->transform(as_typed);
    command
        ->add_option("ARGUMENTS", options->arguments,
                     "numbers, [1,2,3], zeros:1024, @array.npy, {1,2} for a structure, text, null")
        ->transform(as_typed);
    command->add_option("-p,--port", options->port,
                        "serial port, socket://host:port or virtual (default: $P4JIT_PORT, a board on USB, virtual)");
    command->add_option("--firmware-elf", options->firmware_elf,
                        "ELF of the device's firmware, whose symbols may be used");
    add_chip_revision(*command, options->revision, "the device's");
    command->add_option("-O,--optimization", options->load.optimization, "O0 to O3, Os, Oz, Og, Ofast")
        ->capture_default_str();
    add_preprocessor_options(*command, options->load.defines, options->load.include_folders);
    command->add_option("--timeout", options->timeout, "seconds after which the function is stopped");
    command->add_flag_callback(
        "--no-lint", [options] { options->load.lint = false; }, "do not look for mistakes in the machine code");
    command->add_flag("-t,--time", options->time, "print the cycles that the function took");
    command->add_flag("-v,--verbose", options->verbose, "tell what is done");
    command->footer("Shells expand brackets and braces: quote them, '[1,2,3]' and '{1,2}'.\n"
                    "Arguments that begin with '-' go behind '--': p4jit run neg.c:neg -- -5");
    command->callback([options, &chosen] {
        chosen.run = [options, interrupted = chosen.interrupted] { return run(*options, interrupted); };
    });
}

} // namespace p4jit::cli
