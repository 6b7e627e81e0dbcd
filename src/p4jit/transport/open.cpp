#include "p4jit/transport/open.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/transport/serial.hpp"
#include "p4jit/transport/tcp.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace p4jit::transport {

std::unique_ptr<Pipe> open(std::string_view address, const Deadline& deadline) {
    if (address.find("://") != address.npos) return connect_tcp(parse_tcp_address(address), deadline);
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
