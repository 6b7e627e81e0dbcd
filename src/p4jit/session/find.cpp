#include "p4jit/session/find.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/transport/open.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace p4jit::session {

using namespace std::chrono_literals;
using transport::Port;

namespace {

/// The chip's built-in USB-Serial-JTAG, where the console is and our firmware
/// is not; asked last.
constexpr std::uint16_t usb_serial_jtag = 0x1001;

} // namespace

std::unique_ptr<Session> connect(const std::string& address, SessionOptions options) {
    const auto token = options.token;
    return connect(address, std::move(options),
                   [&](const auto& to, const auto& deadline) { return transport::open(to, deadline, token); });
}

std::unique_ptr<Session> connect(const std::string& address, SessionOptions options, const Opener& open) {
    auto pipe = open(address, Deadline::after(5s, options.interrupted));
    auto session = std::make_unique<Session>(std::move(pipe), std::move(options));
    if (!session->hello(1s))
        throw ConnectError(fmt::format("Device at {} did not respond to PING: is the P4-JIT firmware running there?",
                                       session->name()));
    return session;
}

std::unique_ptr<Session> find_device(SessionOptions options) {
    return find_device(std::move(options), transport::ports(),
                       [](const auto& to, const auto& deadline) { return transport::open(to, deadline); });
}

std::unique_ptr<Session> find_device(SessionOptions options, const std::vector<Port>& ports, const Opener& open) {
    auto candidates = ports;
    const auto others = std::ranges::stable_partition(
        candidates, [](const Port& port) { return port.vendor == transport::espressif_vendor; });
    std::string passed_over;
    for (const auto& port : others) passed_over += "\n  " + describe(port);
    candidates.erase(others.begin(), others.end());
    std::ranges::stable_partition(candidates, [](const Port& port) { return port.product != usb_serial_jtag; });

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
    if (!candidates.empty()) throw ConnectError("no ESP32-P4 with the P4-JIT firmware answers:" + reasons);
    if (passed_over.empty())
        throw ConnectError("no ESP32-P4 on USB: there is no serial port. Is the board plugged in?");
    throw ConnectError("no ESP32-P4 on USB. There are other serial ports; name one to use it all the same:" +
                       passed_over);
}

} // namespace p4jit::session
