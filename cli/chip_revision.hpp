// The option --chip-revision, which several commands have.
#pragma once

#include "p4jit/jit/device.hpp"

#include <CLI/CLI.hpp>

namespace p4jit::cli {

inline void add_chip_revision(CLI::App& command, isa::ChipRevision& revision) {
    command
        .add_option_function<std::string>(
            "--chip-revision",
            [&revision](const std::string& text) {
                const auto parsed = isa::parse_chip_revision(text);
                if (!parsed)
                    throw CLI::ValidationError("--chip-revision", "'" + text +
                                                                      "' is no revision of the ESP32-P4: give 0.x, "
                                                                      "1.x (such as 1.3) or 3.x (such as 3.1)");
                revision = *parsed;
            },
            "revision of the chip: below 3.0 (PIE 2.1) or from 3.0 up (PIE 2.2)")
        ->type_name("R")
        ->default_str(revision.text());
}

} // namespace p4jit::cli
