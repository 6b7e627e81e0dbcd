// What the user has set for good: ~/.config/p4jit/config.json.
#pragma once

#include "p4jit/toolchain/environment.hpp"

namespace p4jit::toolchain {

struct Config {
    /// The file, whether it exists or not; empty without a home folder.
    std::filesystem::path file;
    /// Key "toolchain", as P4JIT_TOOLCHAIN; empty if not set.
    std::string toolchain;
};

/// Reads $XDG_CONFIG_HOME/p4jit/config.json, if there is one. Throws UsageError
/// if it is no JSON object, has a key that means nothing, or a value of the
/// wrong type; SourceNotFound if it cannot be read.
Config read_config(const Environment& environment);

} // namespace p4jit::toolchain
