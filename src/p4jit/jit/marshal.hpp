// From a caller's arguments to the bytes a call needs, and back.
#pragma once

#include "p4jit/jit/argument.hpp"
#include "p4jit/jit/calling.hpp"

#include <list>

namespace p4jit::jit {

/// Host memory that the device needs a copy of during a call.
struct Transfer {
    std::uint32_t slot; ///< where in the block its address goes
    ArrayView array;
    bool comes_back;       ///< copied to the host again after the call
    std::size_t parameter; ///< which one it is for
};

struct Marshalled {
    Bytes block; ///< up to the end of the arguments; slots of transfers are open
    std::vector<Transfer> transfers;
    /// Values that the device gets a pointer to; transfers point into them.
    std::list<Bytes> values{};
};

/// Checks every argument against its parameter. Throws ArgumentCountError,
/// ArgumentTypeError or ArgumentValueError, which name the function, the
/// argument and what to pass instead.
Marshalled marshal(const dwarf::Signature& signature, const CallPlan& plan, std::span<const Argument> arguments);

/// What the function returned, from the bytes at CallPlan::result_offset.
Result unmarshal(const CallPlan& plan, ByteView result);

} // namespace p4jit::jit
