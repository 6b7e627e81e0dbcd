// Options that several commands have.
#pragma once

#include "p4jit/jit/device.hpp"

#include <CLI/CLI.hpp>

namespace p4jit::cli {

/// Into a ChipRevision, or an optional one where the device may tell its own.
template <typename Revision>
void add_chip_revision(CLI::App& command, Revision& revision, const std::string& otherwise = "1.3") {
    command
        .add_option_function<std::string>(
            "--chip-revision",
            [&revision](const std::string& text) {
                try {
                    revision = isa::chip_revision_from(text);
                } catch (const UsageError& error) {
                    throw CLI::ValidationError("--chip-revision", error.what());
                }
            },
            "revision of the chip: below 3.0 (PIE 2.1) or from 3.0 up (PIE 2.2)")
        ->type_name("R")
        ->default_str(otherwise);
}

/// -D and -I of the compiler. One value each: what follows is the next argument.
inline void add_preprocessor_options(CLI::App& command, std::vector<std::string>& defines,
                                     std::vector<std::filesystem::path>& folders) {
    command.add_option("-D,--define", defines, "NAME or NAME=value")->allow_extra_args(false);
    command.add_option("-I,--include", folders, "folder to search for headers")->allow_extra_args(false);
}

} // namespace p4jit::cli
