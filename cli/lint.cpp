// p4jit lint: mistakes in machine code.
#include "commands.hpp"
#include "common_options.hpp"

#include "p4jit/base/printable.hpp"
#include "p4jit/jit/linting.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace p4jit::cli {

void add_lint(CLI::App& app, Chosen& chosen) {
    struct Options {
        std::string file;
        isa::ChipRevision revision;
    };
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("lint", "find mistakes in the machine code of a source or object");
    command->add_option("FILE", options->file, ".c .cpp .S (compiled first) or .o")->required()->transform(as_typed);
    add_chip_revision(*command, options->revision);
    command->footer("The exit status is 1 if there are warnings. What they mean: docs/lint.md");
    command->callback([options, &chosen] {
        chosen.run = [options, interrupted = chosen.interrupted] {
            const auto findings = lint_file(options->file, {.revision = options->revision, .interrupted = interrupted});
            for (const auto& finding : findings) fmt::print("{}\n", printable(finding.text()));
            return std::ranges::any_of(findings, &lint::Finding::is_warning) ? 1 : 0;
        };
    });
}

} // namespace p4jit::cli
