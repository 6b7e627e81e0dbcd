// A pipe with both ends in one process: what tests and the virtual board use.
#pragma once

#include "p4jit/transport/pipe.hpp"

#include <memory>
#include <utility>

namespace p4jit::transport {

/// Two ends; what one writes the other reads. Each may be used by a thread of
/// its own. A direction holds `capacity` bytes, then writing waits. When one
/// end is destroyed the other reads what is left, then throws ConnectionLost.
std::pair<std::unique_ptr<Pipe>, std::unique_ptr<Pipe>> memory_pipe(std::size_t capacity = 64 * 1024);

} // namespace p4jit::transport
