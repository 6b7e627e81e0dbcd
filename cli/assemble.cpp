// p4jit assemble: a source to an object file.
#include "commands.hpp"
#include "common_options.hpp"

#include "p4jit/base/file.hpp"
#include "p4jit/jit/assembly.hpp"

#include <fmt/format.h>

namespace p4jit::cli {

void add_assemble(CLI::App& app, Chosen& chosen) {
    struct Options {
        std::string file, output;
        AssembleOptions assemble;
    };
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("assemble", "make an object of an assembly (or C, C++) source");
    command->add_option("FILE", options->file, ".S .s .c .cpp; may hold esp.* instructions")
        ->required()
        ->transform(as_typed);
    command->add_option("-o,--output", options->output, "object file to write")->required();
    add_chip_revision(*command, options->assemble.revision);
    add_preprocessor_options(*command, options->assemble.defines, options->assemble.include_folders);
    command->callback([options, &chosen] {
        chosen.run = [options, interrupted = chosen.interrupted] {
            options->assemble.interrupted = interrupted;
            const auto assembled = assemble(options->file, options->assemble);
            if (!assembled.warnings.empty()) fmt::print(stderr, "{}\n", assembled.warnings);
            write_file(options->output, assembled.object);
            return 0;
        };
    });
}

} // namespace p4jit::cli
