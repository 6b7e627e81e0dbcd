// The machine code between the device's EXEC, which calls int f(void), and a
// function with parameters.
#pragma once

#include "p4jit/jit/calling.hpp"

namespace p4jit::jit {

/// Code that loads the arguments from the block, calls the function, stores
/// what it returned and the cycles it took in the block, and returns 0. Its
/// size does not depend on the addresses. Runs at any address.
Bytes make_thunk(const CallPlan& plan, std::uint32_t function, std::uint32_t block);

/// Code that calls the functions at these addresses, one after the other, and
/// returns 0: constructors.
Bytes make_call_sequence(const std::vector<std::uint32_t>& functions);

} // namespace p4jit::jit
