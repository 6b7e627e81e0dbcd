// A new session with the same device, over a line that is opened again.
#include "p4jit/session/session.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/transport/closed_pipe.hpp"

#include <fmt/format.h>

namespace p4jit::session {

using namespace std::chrono_literals;

namespace {

constexpr auto last_words = SessionOptions::Duration(300ms);

} // namespace

void Session::close() {
    const auto guard = lock();
    if (is_closed_) return;
    leave();
    link_ = Link(std::make_unique<transport::ClosedPipe>(name()), options_.log);
    is_closed_ = true;
}

std::vector<Block> Session::reconnect(const std::function<std::unique_ptr<transport::Pipe>()>& open) {
    const auto guard = lock();
    const auto gone = allocations_.all();
    leave();
    is_closed_ = false;
    const auto address = name();
    // Beyond this point nothing of the old session is left. The port is closed
    // first: it is ours alone while it is open.
    link_ = Link(std::make_unique<transport::ClosedPipe>(address), options_.log);
    link_ = Link(open(), options_.log);
    if (!meet(options_.recovery))
        throw ConnectError(fmt::format("{} does not answer: is the P4-JIT firmware running there?", name()));
    return gone;
}

/// Gives everything back, if the device can still be reached.
void Session::leave() {
    if (dialog_)
        end(Deadline::after(last_words));
    else
        free_all_v1();
    dialog_.reset();
    protocol_ = Protocol::unknown;
    allocations_ = {};
    const std::lock_guard guard(aside_mutex_);
    aside_.clear();
}

void Session::free_all_v1() {
    try {
        if (protocol_ != Protocol::v1 || !link_.synchronise(Deadline::after(last_words))) return;
        for (const auto& block : allocations_.all()) {
            const wire::FreeRequest request{block.address};
            ask_for<wire::FreeAnswer>(wire::Command::FREE, {wire::payload(request)});
        }
    } catch (const Error& error) {
        // The line is what is being mended.
        options_.log(LogLevel::debug, "blocks on {} were not freed: {}", name(), error.what());
    }
}

} // namespace p4jit::session
