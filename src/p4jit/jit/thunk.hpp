// The machine code between the device's EXEC or CALL and a function with
// parameters.
#pragma once

#include "p4jit/jit/calling.hpp"

#include <optional>

namespace p4jit::jit {

/// Code that loads the arguments from the block, calls the function, stores
/// what it returned and the cycles it took in the block, and returns 0. Its
/// size does not depend on the addresses. Runs at any address. Without a block
/// it is the one whose address is in a0.
Bytes make_thunk(const CallPlan& plan, std::uint32_t function, std::optional<std::uint32_t> block);

/// Code that calls the functions at these addresses, one after the other, and
/// returns 0: constructors.
Bytes make_call_sequence(const std::vector<std::uint32_t>& functions);

} // namespace p4jit::jit
