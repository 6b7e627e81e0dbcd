// Asks a compiler what it is and whether it can make code for the P4.
#pragma once

#include "p4jit/base/deadline.hpp"
#include "p4jit/toolchain/cache.hpp"
#include "p4jit/toolchain/toolchain.hpp"

namespace p4jit::toolchain {

/// GCCs for RISC-V by their names, the preferred first.
const std::vector<std::string>& gcc_names();

/// Everything about a compiler but `why` and `looked`. Starts it a dozen times;
/// a compiler that was probed before and has not changed is looked up in the
/// cache instead. Throws ToolchainNotFound, saying why it is of no use.
Toolchain probe(const std::filesystem::path& compiler, const Environment& environment, const Cache& cache,
                const Deadline& deadline);

} // namespace p4jit::toolchain
