// Is a library of the right kind? Compilers that have none for a machine name
// that of another one without a word.
#pragma once

#include <filesystem>

namespace p4jit::toolchain {

/// Is it an object file, or an archive of them, for 32-bit RISC-V with the
/// single-float ABI? False for files that do not exist or are damaged.
bool is_for_p4(const std::filesystem::path& file);

} // namespace p4jit::toolchain
