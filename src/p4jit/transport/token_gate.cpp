#include "p4jit/transport/token_gate.hpp"

#include "p4jit/base/error.hpp"

#include <utility>

namespace p4jit::transport {

using namespace std::chrono_literals;

namespace {
constexpr std::size_t most_newcomers = 16, most_clients = 16;
constexpr auto patience = 5s;
constexpr auto pace = 5ms; ///< at which newcomers are looked at
} // namespace

TokenGate::TokenGate(TcpListener& listener, std::string token)
    : listener_(listener), token_(std::move(token)), thread_([this](const std::stop_token& stop) { watch(stop); }) {}

std::unique_ptr<Pipe> TokenGate::accept(const Deadline& deadline) {
    for (;;) {
        const auto slice = deadline.slice();
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, slice, [&] { return !clients_.empty() || failed_; });
        if (!clients_.empty()) {
            auto client = std::move(clients_.front());
            clients_.pop_front();
            return client;
        }
        if (failed_) std::rethrow_exception(failed_);
        if (deadline.expired()) return nullptr;
    }
}

void TokenGate::watch(const std::stop_token& stop) try {
    const InterruptCheck ends = [&] { return stop.stop_requested(); };
    for (;;) {
        const auto wait = newcomers_.empty() ? Deadline::never(ends) : Deadline::after(pace, ends);
        if (auto client = listener_.accept(wait)) {
            try {
                newcomers_.emplace_back(std::move(client), Newcomer::Clock::now() + patience);
            } catch (const Error&) {
                // Gone already.
            }
        }
        if (newcomers_.size() > most_newcomers) newcomers_.pop_front();
        look_at_newcomers();
    }
} catch (const Interrupted&) {
    // How it ends.
} catch (...) {
    const std::lock_guard lock(mutex_);
    failed_ = std::current_exception();
    changed_.notify_all();
}

void TokenGate::look_at_newcomers() {
    for (auto newcomer = newcomers_.begin(); newcomer != newcomers_.end();) {
        const auto verdict = newcomer->look(token_);
        if (verdict == Newcomer::Verdict::accepted) let_in(newcomer->take());
        newcomer = verdict == Newcomer::Verdict::waits ? std::next(newcomer) : newcomers_.erase(newcomer);
    }
}

void TokenGate::let_in(std::unique_ptr<Pipe> client) {
    const std::lock_guard lock(mutex_);
    if (clients_.size() == most_clients) return;
    clients_.push_back(std::move(client));
    changed_.notify_all();
}

} // namespace p4jit::transport
