// p4jit serve: a virtual board for other programs.
#include "commands.hpp"
#include "common_options.hpp"

#include "p4jit/jit/serve.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace p4jit::cli {

void add_serve(CLI::App& app, Chosen& chosen) {
    struct Options {
        std::string tcp, token, token_file;
        bool pty = false;
        isa::ChipRevision revision;
    };
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("serve", "offer a virtual board to other programs, until Ctrl-C");
    auto* pty = command->add_flag("--pty", options->pty, "as a serial port of its own (the default)");
    command
        ->add_option("--tcp", options->tcp, "HOST:PORT to listen on, such as localhost:3333; port 0 takes a free one")
        ->excludes(pty)
        ->transform(as_typed);
    auto* file = command->add_option("--token-file", options->token_file,
                                     "file with the token that clients must know (default: $P4JIT_TOKEN); needed for "
                                     "addresses beyond this computer");
    file->transform(as_typed);
    command->add_option("--token", options->token, "the token itself, which other users of this computer can see then")
        ->excludes(file)
        ->transform(as_typed);
    add_chip_revision(*command, options->revision);
    command->callback([options, &chosen] {
        chosen.run = [options, interrupted = chosen.interrupted] {
            ServeOptions serving{.revision = options->revision,
                                 .tcp = options->tcp,
                                 .token = options->token,
                                 .token_file = options->token_file,
                                 .console = {},
                                 .ready = {},
                                 .interrupted = interrupted};
            serving.ready = [](const std::string& address) {
                fmt::print("serving a virtual ESP32-P4 at {}\nopen it with P4JIT(port=\"{}\") or p4jit run --port {}; "
                           "Ctrl-C ends\n",
                           address, address, address);
                std::fflush(stdout);
            };
            serve(serving);
            return 0;
        };
    });
}

} // namespace p4jit::cli
