// From what a user typed to a pipe.
#pragma once

#include "p4jit/transport/pipe.hpp"

#include <memory>
#include <string_view>

namespace p4jit::transport {

/// "socket://host:port" is a TCP connection, anything with a slash the path of
/// a serial port. Throws ConnectError, which names cause and cure. The token is
/// for servers that ask for one (token.hpp), empty if there is none.
std::unique_ptr<Pipe> open(std::string_view address, const Deadline& deadline, const std::string& token = {});

} // namespace p4jit::transport
