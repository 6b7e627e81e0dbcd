// From what a user typed to a pipe.
#pragma once

#include "p4jit/transport/pipe.hpp"

#include <memory>
#include <string_view>

namespace p4jit::transport {

/// "socket://host:port" is a TCP connection, anything with a slash the path of
/// a serial port. Throws ConnectError, which names cause and cure.
std::unique_ptr<Pipe> open(std::string_view address, const Deadline& deadline);

} // namespace p4jit::transport
