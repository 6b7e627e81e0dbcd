// Knowing a compiler again without asking it. Private to probe.
#pragma once

#include "p4jit/toolchain/cache.hpp"
#include "p4jit/toolchain/toolchain.hpp"

namespace p4jit::toolchain {

/// Changes with the compiler's path, size and date, and with what else a probe
/// depends on. Throws ToolchainNotFound if there is no such file.
std::string identify(const std::filesystem::path& compiler);

/// What a probe of the same compiler found; nothing if there was none or a file
/// that it found is gone.
std::optional<Toolchain> recall(const std::string& identity, const std::filesystem::path& compiler, const Cache& cache);
/// Keeps what a probe found, if that was all there can be.
void remember(const Toolchain& toolchain, const Cache& cache);

} // namespace p4jit::toolchain
