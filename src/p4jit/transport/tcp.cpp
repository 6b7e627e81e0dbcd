#include "p4jit/transport/tcp.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/text.hpp"
#include "p4jit/transport/resolve.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

namespace p4jit::transport {

namespace {

constexpr std::string_view scheme = "socket://";

Fd tcp_socket(const Endpoint& endpoint) {
    Fd fd(::socket(endpoint.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd) throw SystemError(fmt::format("cannot make a socket: {}", std::strerror(errno)));
    return fd;
}

std::unique_ptr<Pipe> make_pipe(Fd fd, const TcpAddress& address) {
    // Requests are small and each waits for its answer.
    const int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return std::make_unique<FdPipe>(std::move(fd), FdPipe::Kind::socket, address.text());
}

/// 0, or why there is no connection.
int connect_one(const Fd& fd, const Endpoint& endpoint, const Deadline& deadline) {
    if (::connect(fd.get(), endpoint.get(), endpoint.size()) == 0) return 0;
    if (errno != EINPROGRESS) return errno;
    while (!wait(fd, POLLOUT, deadline))
        if (deadline.expired()) return ETIMEDOUT;
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

TcpAddress address_of(const sockaddr_storage& from, socklen_t size) {
    char host[NI_MAXHOST] = "?", port[NI_MAXSERV] = "0";
    ::getnameinfo(reinterpret_cast<const sockaddr*>(&from), size, host, sizeof host, port, sizeof port,
                  NI_NUMERICHOST | NI_NUMERICSERV);
    return {host, static_cast<std::uint16_t>(std::atoi(port))};
}

} // namespace

std::string TcpAddress::text() const {
    const bool brackets = host.find(':') != host.npos;
    return fmt::format("{}{}{}{}:{}", scheme, brackets ? "[" : "", host, brackets ? "]" : "", port);
}

TcpAddress parse_tcp_address(std::string_view text) {
    const auto bad = [&](std::string_view why) {
        return ConnectError(fmt::format("bad address '{}': {}; write socket://host:port", text, why));
    };
    if (!text.starts_with(scheme)) throw bad("it does not start with socket://");
    auto rest = text.substr(scheme.size());
    const auto colon = rest.rfind(':');
    if (colon == rest.npos || rest.ends_with(']')) throw bad("it names no port");

    auto host = rest.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    } else if (host.find_first_of("[]:") != host.npos) {
        throw bad("an IPv6 host stands in brackets");
    }
    if (host.empty()) throw bad("it names no host");
    if (host.find_first_of(" /@") != host.npos) throw bad("that is no host name");

    long long port = 0;
    if (!parse_integer(rest.substr(colon + 1), port) || port < 0 || port > 65535)
        throw bad("the port is not a number up to 65535");
    return {std::string(host), static_cast<std::uint16_t>(port)};
}

std::unique_ptr<Pipe> connect_tcp(const TcpAddress& address, const Deadline& deadline) {
    int error = ENOENT;
    for (const auto& endpoint : resolve(address, deadline)) {
        auto fd = tcp_socket(endpoint);
        error = connect_one(fd, endpoint, deadline);
        if (error == 0) return make_pipe(std::move(fd), address);
    }
    switch (error) {
    case ECONNREFUSED:
        throw ConnectError(fmt::format("nobody listens at {}: is `p4jit serve` running there?", address.text()));
    case ETIMEDOUT:
        throw ConnectError(fmt::format("no answer from {}: is the host on, is a firewall between?", address.text()));
    default: throw ConnectError(fmt::format("cannot connect to {}: {}", address.text(), std::strerror(error)));
    }
}

TcpListener::TcpListener(const TcpAddress& address, const Deadline& deadline, Reach allowed) : address_(address) {
    const auto endpoint = resolve(address, deadline).front();
    if (allowed == Reach::this_machine && !endpoint.is_loopback())
        throw UsageError(
            fmt::format("{} can be reached from other computers, and who reaches a board runs code on it: "
                        "listen at localhost, or ask for a token: P4JIT_TOKEN, or --token-file in the shell",
                        address.text()));
    fd_ = tcp_socket(endpoint);
    const int on = 1;
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(fd_.get(), endpoint.get(), endpoint.size()) != 0 || ::listen(fd_.get(), 4) != 0)
        throw ConnectError(
            errno == EADDRINUSE
                ? fmt::format("port {} is in use by another program; choose another, or 0 for any", address.port)
                : fmt::format("cannot listen at {}: {}", address.text(), std::strerror(errno)));
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    if (::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&bound), &size) == 0)
        address_.port = address_of(bound, size).port;
}

std::unique_ptr<Pipe> TcpListener::accept(const Deadline& deadline) {
    for (;;) {
        sockaddr_storage from{};
        socklen_t size = sizeof from;
        Fd fd(::accept4(fd_.get(), reinterpret_cast<sockaddr*>(&from), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (fd) return make_pipe(std::move(fd), address_of(from, size));
        // ECONNABORTED: who wanted to connect has changed its mind.
        if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR && errno != ECONNABORTED)
            throw SystemError(fmt::format("cannot accept at {}: {}", address_.text(), std::strerror(errno)));
        if (deadline.expired()) return nullptr;
        wait(fd_, POLLIN, deadline);
    }
}

} // namespace p4jit::transport
