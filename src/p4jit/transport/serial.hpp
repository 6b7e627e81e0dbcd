// Serial ports: what a board on USB looks like.
#pragma once

#include "p4jit/transport/pipe.hpp"

#include <memory>

namespace p4jit::transport {

/// Opens a serial port (or the far side of a pseudo-terminal) for this program
/// alone: raw bytes, 115200 baud, 8N1, no flow control; what it had received
/// before is thrown away. Throws ConnectError: missing, not permitted, in use,
/// or no serial port.
std::unique_ptr<Pipe> open_serial(const std::string& path);

} // namespace p4jit::transport
