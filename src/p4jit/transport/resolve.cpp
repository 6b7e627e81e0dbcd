#include "p4jit/transport/resolve.hpp"

#include "p4jit/base/error.hpp"

#include <fmt/format.h>

#include <future>
#include <thread>

#include <netdb.h>
#include <netinet/in.h>

namespace p4jit::transport {

bool Endpoint::is_loopback() const {
    constexpr in_addr_t loopback_net = 127;
    if (family() == AF_INET) {
        const auto* v4 = reinterpret_cast<const sockaddr_in*>(&storage_);
        return ntohl(v4->sin_addr.s_addr) >> 24 == loopback_net;
    }
    if (family() != AF_INET6) return false;
    const auto& v6 = reinterpret_cast<const sockaddr_in6*>(&storage_)->sin6_addr;
    return IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == loopback_net);
}

namespace {

struct Looked {
    int error = 0;
    std::vector<Endpoint> endpoints;
};

Looked look_up(const TcpAddress& address, int flags) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags | AI_NUMERICSERV;
    addrinfo* list = nullptr;
    Looked looked;
    looked.error = ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &list);
    if (looked.error != 0) return looked;
    for (const auto* info = list; info; info = info->ai_next)
        looked.endpoints.emplace_back(info->ai_addr, info->ai_addrlen);
    ::freeaddrinfo(list);
    return looked;
}

/// getaddrinfo() cannot be interrupted and may ask a silent server for half a
/// minute, so it runs in a thread that is left alone when nobody wants the
/// answer any more.
Looked look_up_within(const TcpAddress& address, const Deadline& deadline) {
    std::packaged_task<Looked()> task([address] { return look_up(address, 0); });
    auto answer = task.get_future();
    std::thread(std::move(task)).detach();
    while (answer.wait_for(deadline.slice()) != std::future_status::ready)
        if (deadline.expired())
            throw ConnectError(fmt::format("looking up the host '{}' took too long: is the network up?", address.host));
    return answer.get();
}

} // namespace

std::vector<Endpoint> resolve(const TcpAddress& address, const Deadline& deadline) {
    auto looked = look_up(address, AI_NUMERICHOST);
    if (looked.error != 0) looked = look_up_within(address, deadline);
    if (looked.error != 0 || looked.endpoints.empty())
        throw ConnectError(fmt::format("unknown host '{}' in {}: {}", address.host, address.text(),
                                       looked.error ? ::gai_strerror(looked.error) : "it has no address"));
    return looked.endpoints;
}

} // namespace p4jit::transport
