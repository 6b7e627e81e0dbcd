// p4jit: native functions on a running ESP32-P4, from the shell.
#include "commands.hpp"

#include "p4jit/base/error.hpp"

#include <fmt/format.h>

#include <csignal>

using namespace p4jit;

int main(int argc, char** argv) {
    CLI::App app("P4-JIT: native functions on a running ESP32-P4, real or virtual", "p4jit");
    app.set_version_flag("--version", P4JIT_VERSION);
    app.require_subcommand(1);
    app.failure_message(CLI::FailureMessage::help);

    cli::Chosen chosen;
    cli::add_emulate(app, chosen);
    CLI11_PARSE(app, argc, argv);

    try {
        return chosen.run();
    } catch (const Interrupted&) {
        fmt::print(stderr, "interrupted\n");
        return 128 + SIGINT;
    } catch (const Error& error) {
        fmt::print(stderr, "{}: {}\n", name(error.kind()), error.what());
        return 1;
    }
}
