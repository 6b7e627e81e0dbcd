// p4jit: native functions on a running ESP32-P4, from the shell.
#include "commands.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/jit/doctor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <csignal>

using namespace p4jit;

namespace {

std::atomic<bool> ctrl_c = false;

/// The words of the command line, last one first, as the parser wants them. It
/// would take [1,2,3] apart if it began with the bracket.
std::vector<std::string> words(int argc, char** argv) {
    std::vector<std::string> words(argv + 1, argv + argc);
    for (auto& word : words)
        if (word.starts_with('[')) word.insert(0, " ");
    std::ranges::reverse(words);
    return words;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app("P4-JIT: native functions on a running ESP32-P4, real or virtual", "p4jit");
    app.set_version_flag("--version", "p4jit " + version());
    app.require_subcommand(1);
    app.set_help_all_flag("--help-all", "print the help of every command");

    cli::Chosen chosen;
    chosen.interrupted = [] { return ctrl_c.load(); };
    cli::add_run(app, chosen);
    cli::add_doctor(app, chosen);
    cli::add_devices(app, chosen);
    cli::add_disassemble(app, chosen);
    cli::add_emulate(app, chosen);
    cli::add_serve(app, chosen);
    try {
        app.parse(words(argc, argv));
    } catch (const CLI::ParseError& error) {
        return app.exit(error);
    }

    // The second Ctrl-C ends the process, whatever it is waiting for.
    std::signal(SIGINT, [](int) {
        ctrl_c = true;
        std::signal(SIGINT, SIG_DFL);
    });
    try {
        return chosen.run();
    } catch (const Interrupted&) {
        fmt::print(stderr, "interrupted\n");
        return 128 + SIGINT;
    } catch (const Error& error) {
        fmt::print(stderr, "{}: {}\n", name(error.kind()), error.what());
        return 1;
    } catch (const std::exception& error) {
        fmt::print(stderr, "internal error: {}\n", error.what());
        return 70; // EX_SOFTWARE
    }
}
