// The door of a served board: who knows the token is let in.
#pragma once

#include "p4jit/transport/tcp.hpp"
#include "p4jit/transport/token.hpp"

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

namespace p4jit::transport {

/// Asks everyone who connects for the token, in a thread of its own, so that
/// nobody waits for one who does not answer. Who has not answered after five
/// seconds is sent away; of more than 16 who have not, the one that came first.
class TokenGate {
public:
    /// The listener must outlive it.
    TokenGate(TcpListener& listener, std::string token);

    /// The next client that knew the token; null at the deadline. Throws
    /// Interrupted, and SystemError if the listener fails.
    std::unique_ptr<Pipe> accept(const Deadline& deadline);

private:
    void watch(const std::stop_token& stop);
    void look_at_newcomers();
    void let_in(std::unique_ptr<Pipe> client);

    TcpListener& listener_;
    const std::string token_;
    std::deque<Newcomer> newcomers_; ///< the thread's
    std::mutex mutex_;               ///< guards what follows
    std::condition_variable changed_;
    std::deque<std::unique_ptr<Pipe>> clients_;
    std::exception_ptr failed_;
    std::jthread thread_; ///< last: it ends first
};

} // namespace p4jit::transport
