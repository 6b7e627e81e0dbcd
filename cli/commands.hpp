// The subcommands of p4jit, one file each. A command adds itself to the parser
// and, when chosen, sets `run`, which returns the exit status.
#pragma once

#include "p4jit/base/deadline.hpp"

#include <CLI/CLI.hpp>

#include <functional>

namespace p4jit::cli {

struct Chosen {
    std::function<int()> run;
    /// True, one time, when Ctrl-C was pressed.
    InterruptCheck interrupted;
};

/// A positional word as the user typed it: without the blank that main() puts
/// in front of some. For CLI::Option::transform.
inline std::string as_typed(std::string word) {
    if (word.starts_with(' ')) word.erase(0, 1);
    return word;
}

void add_run(CLI::App& app, Chosen& chosen);
void add_doctor(CLI::App& app, Chosen& chosen);
void add_devices(CLI::App& app, Chosen& chosen);
void add_disassemble(CLI::App& app, Chosen& chosen);
void add_assemble(CLI::App& app, Chosen& chosen);
void add_lint(CLI::App& app, Chosen& chosen);
void add_emulate(CLI::App& app, Chosen& chosen);
void add_serve(CLI::App& app, Chosen& chosen);

} // namespace p4jit::cli
