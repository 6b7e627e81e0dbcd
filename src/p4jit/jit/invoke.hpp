// One call of a loaded function: arguments to the device, results back.
#pragma once

#include "p4jit/jit/marshal.hpp"
#include "p4jit/jit/state.hpp"

namespace p4jit::jit {

/// What a call that returned left: the block from CallPlan::result_offset on,
/// and the stack it used if that was measured.
struct Invoked {
    Bytes block;
    std::uint32_t stack = 0;
};

/// Runs the function; then, and only then, changes the arrays of the caller.
/// With protocol v2 this is one round trip, unless arrays are longer than a
/// frame takes. Throws what Function::operator() does.
Invoked invoke(ModuleState& module, const LoadedFunction& function, Marshalled call, const CallOptions& options);

} // namespace p4jit::jit
