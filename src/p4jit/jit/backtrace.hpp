// Who called whom, from registers and stack at a crash.
//
// Code is compiled without frame pointers. But every function tells in its
// first instructions how far it moves sp and where it saves ra, so they are
// read: from the function's beginning to where it stands.
#pragma once

#include "p4jit/wire/v2_call.hpp"

#include <functional>

namespace p4jit::jit {

/// A function's machine code.
struct Code {
    std::uint32_t start;
    ByteView bytes;
};
/// The function around an address; nothing if it is not known.
using FindCode = std::function<std::optional<Code>(std::uint32_t pc)>;

/// The pc, and behind it the places of the calls that led there: addresses of
/// the instructions behind the call. Ends where code or stack are not known.
std::vector<std::uint32_t> unwind(const wire::v2::FaultReport& report, const FindCode& find);

} // namespace p4jit::jit
