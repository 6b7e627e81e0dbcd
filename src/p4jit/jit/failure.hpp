// A call that did not return, as the error that tells why and where.
#pragma once

#include "p4jit/jit/state.hpp"

namespace p4jit::jit {

/// Throws DeviceFault, Timeout, Interrupted or DeviceError. `took` is how long
/// the call ran, by the host's clock, and `timeout` how long it might have.
[[noreturn]] void throw_failure(DeviceState& device, const std::string& function, const session::Called& called,
                                std::chrono::nanoseconds took, std::optional<std::chrono::nanoseconds> timeout);

} // namespace p4jit::jit
