// From a plan to running code: memory, thunks, addresses, constructors.
#pragma once

#include "p4jit/jit/state.hpp"

namespace p4jit::jit {

/// Gives the module's plan its memory on the device, in one block, or in two if
/// code and data ask for different memory; writes the image there; runs its
/// constructors. Throws OutOfMemory, DeviceFault.
void place(ModuleState& module, const LoadOptions& options);

/// Writes the image again, .bss as zeros, and runs the constructors again.
void place_again(ModuleState& module);

} // namespace p4jit::jit
