#include "p4jit/transport/open.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/transport/serial.hpp"
#include "p4jit/transport/tcp.hpp"
#include "p4jit/transport/token.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace p4jit::transport {

using namespace std::chrono_literals;

namespace {

std::unique_ptr<Pipe> open_socket(std::string_view address, const Deadline& deadline, const std::string& token) {
    auto pipe = std::make_unique<TokenPipe>(connect_tcp(parse_tcp_address(address), deadline), token);
    // A server that wants one asks at once.
    if (!token.empty()) pipe->meet(deadline.at_most(250ms), deadline);
    return pipe;
}

} // namespace

std::unique_ptr<Pipe> open(std::string_view address, const Deadline& deadline, const std::string& token) {
    if (address.find("://") != address.npos) return open_socket(address, deadline, token);
    if (address.find('/') != address.npos) return open_serial(std::string(address));

    const auto device = fmt::format("/dev/{}", address);
    std::error_code failed;
    const bool meant = !address.empty() && std::filesystem::exists(device, failed);
    throw ConnectError(meant ? fmt::format("bad address '{}': did you mean {}?", address, device)
                             : fmt::format("bad address '{}': it is neither a serial port (/dev/ttyACM0) nor "
                                           "socket://host:port",
                                           address));
}

} // namespace p4jit::transport
