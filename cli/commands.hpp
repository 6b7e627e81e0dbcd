// The subcommands of p4jit, one file each. A command adds itself to the parser
// and, when chosen, sets `run`, which returns the exit status.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>

namespace p4jit::cli {

struct Chosen {
    std::function<int()> run;
};

void add_emulate(CLI::App& app, Chosen& chosen);

} // namespace p4jit::cli
