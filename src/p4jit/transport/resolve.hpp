// Host names to socket addresses. Private to this part.
#pragma once

#include "p4jit/transport/tcp.hpp"

#include <vector>

#include <sys/socket.h>

namespace p4jit::transport {

/// A socket address of any family.
class Endpoint {
public:
    Endpoint(const sockaddr* address, socklen_t size) : size_(size) { std::memcpy(&storage_, address, size); }

    int family() const { return storage_.ss_family; }
    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage_); }
    socklen_t size() const { return size_; }
    /// 127.0.0.0/8 and ::1.
    bool is_loopback() const;

private:
    sockaddr_storage storage_{};
    socklen_t size_;
};

/// At least one. Throws ConnectError if the host is unknown or the resolver
/// does not answer until the deadline.
std::vector<Endpoint> resolve(const TcpAddress& address, const Deadline& deadline);

} // namespace p4jit::transport
