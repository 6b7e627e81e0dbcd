// Which compiler to use.
//
// In this order: what P4JIT_TOOLCHAIN names, what the config file names, the
// newest compiler among ESP-IDF's tools, and what PATH has. What a user has
// named must be there and work; of the rest the first that works is taken.
#pragma once

#include "p4jit/base/deadline.hpp"
#include "p4jit/toolchain/cache.hpp"
#include "p4jit/toolchain/toolchain.hpp"

namespace p4jit::toolchain {

/// Throws ToolchainNotFound, which tells where it has looked and what helps,
/// and UsageError if the config file has a mistake.
Toolchain find(const Environment& environment, const Cache& cache, const Deadline& deadline = Deadline::never());

} // namespace p4jit::toolchain
