// Functions that C declares and assembly defines: their types.
#pragma once

#include "p4jit/jit/state.hpp"

namespace p4jit::jit {

/// The signature that the C or C++ source, or a header of its, declares the
/// function with, without parameters' names; nothing if there is none. Compiles
/// the source once more, with a line that has the compiler write the declaration
/// into debug information; the cache keeps it.
std::optional<dwarf::Signature> describe(DeviceState& device, const toolchain::Source& source,
                                         const std::string& function, const LoadOptions& options);

} // namespace p4jit::jit
