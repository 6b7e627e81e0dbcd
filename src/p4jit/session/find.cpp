#include "p4jit/session/find.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/transport/open.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace p4jit::session {

using namespace std::chrono_literals;
using transport::Port;

namespace {

using transport::PortKind;

std::string list(const std::vector<Port>& ports, PortKind kind) {
    std::string text;
    for (const auto& port : ports)
        if (kind_of(port) == kind) text += "\n  " + describe(port);
    return text;
}

/// Why nobody was asked, and what to do.
std::string why_nobody(const std::vector<Port>& ports) {
    if (ports.empty()) return "no ESP32-P4 on USB: there is no serial port. Is the board plugged in?";
    std::string text = "no ESP32-P4 with the P4-JIT firmware on USB.";
    if (const auto consoles = list(ports, PortKind::jtag); !consoles.empty())
        text += " The chip's own console is there, but the firmware answers on the chip's other USB connector; is it "
                "flashed, and is that one plugged in?" +
                consoles;
    if (const auto others = list(ports, PortKind::other); !others.empty())
        text += (list(ports, PortKind::jtag).empty() ? " " : "\n") +
                std::string("There are other serial ports; name one to use it all the same:") + others;
    return text;
}

} // namespace

std::unique_ptr<Session> connect(const std::string& address, SessionOptions options) {
    const auto token = options.token;
    return connect(address, std::move(options),
                   [token](const auto& to, const auto& deadline) { return transport::open(to, deadline, token); });
}

std::unique_ptr<Session> connect(const std::string& address, SessionOptions options, const Opener& open) {
    auto pipe = open(address, Deadline::after(5s, options.interrupted));
    const bool shared = pipe->is_shared();
    auto session = std::make_unique<Session>(std::move(pipe), std::move(options));
    if (!session->hello(1s))
        throw ConnectError(fmt::format("Device at {} did not respond to PING: is the P4-JIT firmware running there{}?",
                                       session->name(), shared ? ", and does no other program use it" : ""));
    return session;
}

std::unique_ptr<Session> find_device(SessionOptions options) {
    return find_device(std::move(options), transport::ports(),
                       [](const auto& to, const auto& deadline) { return transport::open(to, deadline); });
}

std::unique_ptr<Session> find_device(SessionOptions options, const std::vector<Port>& ports, const Opener& open) {
    std::vector<Port> candidates;
    for (const auto kind : {PortKind::ours, PortKind::tinyusb})
        std::ranges::copy_if(ports, std::back_inserter(candidates),
                             [kind](const Port& port) { return kind_of(port) == kind; });
    if (candidates.empty()) throw ConnectError(why_nobody(ports));

    std::string reasons;
    for (const auto& port : candidates) {
        try {
            return connect(port.path, options, open);
        } catch (const Interrupted&) {
            throw;
        } catch (const Error& error) {
            reasons += fmt::format("\n  {}: {}", describe(port), error.what());
        }
    }
    throw ConnectError("no ESP32-P4 with the P4-JIT firmware answers:" + reasons);
}

} // namespace p4jit::session
