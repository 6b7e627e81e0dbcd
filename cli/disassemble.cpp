// p4jit disassemble: machine code as text.
#include "commands.hpp"
#include "common_options.hpp"

#include "p4jit/base/printable.hpp"
#include "p4jit/jit/disassembly.hpp"

#include <fmt/format.h>

namespace p4jit::cli {

void add_disassemble(CLI::App& app, Chosen& chosen) {
    struct Options {
        std::string file;
        bool no_aliases = false, no_source = false, assembly = false;
        isa::ChipRevision revision;
    };
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("disassemble", "print the machine code of a source, object, archive or image");
    command->add_option("FILE", options->file, ".c .cpp .S (compiled first), .o, .a or a linked ELF")
        ->required()
        ->transform(as_typed);
    command->add_flag("--no-aliases", options->no_aliases, "instructions as they are encoded: c.jr ra, not ret");
    command->add_flag("--no-source", options->no_source, "without lines of the source");
    command->add_flag("--assembly", options->assembly, "as assembly, which p4jit assemble makes the same bytes of");
    add_chip_revision(*command, options->revision);
    command->callback([options, &chosen] {
        chosen.run = [options, interrupted = chosen.interrupted] {
            const auto text = disassemble(options->file, {.aliases = !options->no_aliases,
                                                          .source = !options->no_source,
                                                          .assembly = options->assembly,
                                                          .revision = options->revision,
                                                          .interrupted = interrupted});
            fmt::print("{}", printable(text));
            return 0;
        };
    });
}

} // namespace p4jit::cli
