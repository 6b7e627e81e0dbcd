// TCP: a device on another machine, or another program's virtual board.
// Addresses are written socket://host:port, an IPv6 host in brackets.
#pragma once

#include "p4jit/transport/fd_pipe.hpp"

#include <cstdint>
#include <memory>

namespace p4jit::transport {

struct TcpAddress {
    std::string host;
    std::uint16_t port;

    /// "socket://host:port".
    std::string text() const;
};

/// Throws ConnectError if the text is no such address.
TcpAddress parse_tcp_address(std::string_view text);

/// Throws ConnectError: unknown host, refused, or no answer until the deadline.
std::unique_ptr<Pipe> connect_tcp(const TcpAddress& address, const Deadline& deadline);

/// Who may connect.
enum class Reach {
    this_machine, ///< programs on it, through a loopback address
    anyone,
};

/// Waits for others to connect.
class TcpListener {
public:
    /// Port 0 takes any free one. Throws ConnectError if the port is taken, and
    /// UsageError if the address reaches further than allowed.
    TcpListener(const TcpAddress& address, const Deadline& deadline, Reach allowed = Reach::anyone);

    /// With the port that was taken.
    const TcpAddress& address() const { return address_; }

    /// The next connection; null at the deadline.
    std::unique_ptr<Pipe> accept(const Deadline& deadline);

private:
    TcpAddress address_;
    Fd fd_;
};

} // namespace p4jit::transport
