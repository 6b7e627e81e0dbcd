// p4jit emulate: a bare-metal program on the virtual chip.
#include "commands.hpp"
#include "common_options.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/file.hpp"
#include "p4jit/board/emulate.hpp"

#include <fmt/format.h>
#include <unistd.h>

namespace p4jit::cli {

namespace {

struct Options {
    std::string program;
    board::EmulateOptions emulate;
    bool statistics = false;
};

int run(Options& options) {
    const auto image = elf::Object::parse(read_file(options.program), options.program);
    options.emulate.terminal = isatty(STDOUT_FILENO);
    const auto result = board::emulate(image, options.emulate);
    if (!result.message.empty()) fmt::print(stderr, "p4jit emulate: {}\n", result.message);
    if (options.statistics) fmt::print(stderr, "{} instructions\n", result.instructions);
    return result.exit_status;
}

} // namespace

void add_emulate(CLI::App& app, Chosen& chosen) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("emulate", "run a bare-metal ELF program on the virtual chip");
    command->add_option("PROGRAM", options->program, "linked ELF file for RV32IMAFC, ilp32f")
        ->required()
        ->transform(as_typed);
    command->add_option("ARGUMENTS", options->emulate.arguments, "the program's command line; options behind '--'")
        ->transform(as_typed);
    // The parser itself takes -5 for a large number.
    const auto is_count = [](const std::string& text) {
        return text.find_first_not_of("0123456789") == text.npos ? "" : fmt::format("'{}' is no number", text);
    };
    command->add_option("--max-instructions", options->emulate.max_instructions, "stop after so many instructions")
        ->check(CLI::Validator(is_count, ""))
        ->type_name("N");
    command->add_option("--harts", options->emulate.harts, "how many harts start at the entry")
        ->check(CLI::IsMember({1, 2}))
        ->type_name("N");
    add_chip_revision(*command, options->emulate.revision);
    command->add_flag("--trace", options->emulate.trace, "print every instruction and what it changed, to stderr");
    command->add_flag("--statistics", options->statistics, "print the number of instructions, to stderr");
    command->footer("The program talks through RISC-V semihosting or `tohost`, and its exit status is p4jit's.\n"
                    "Link it to flash (0x40000000), PSRAM (0x48000000) or L2MEM (0x4ff00000).");
    options->emulate.interrupted = chosen.interrupted;
    command->callback([options, &chosen] { chosen.run = [options] { return run(*options); }; });
}

} // namespace p4jit::cli
