// From an address, or from nothing, to a session with a device that answers.
#pragma once

#include "p4jit/session/session.hpp"
#include "p4jit/transport/ports.hpp"

namespace p4jit::session {

using Opener = std::function<std::unique_ptr<transport::Pipe>(const std::string& address, const Deadline&)>;

/// A session with the device at `address` (as in transport/open.hpp). Throws
/// ConnectError if it cannot be opened or nobody answers within a second.
std::unique_ptr<Session> connect(const std::string& address, SessionOptions options);
std::unique_ptr<Session> connect(const std::string& address, SessionOptions options, const Opener& open);

/// A session with the first device that answers: of the USB ports that say they
/// are ours, and then those of firmware that leaves its name at esp_tinyusb's
/// default, as the original's does. Others are never opened: a byte may move a
/// machine. Throws ConnectError, which tells of every port why not.
std::unique_ptr<Session> find_device(SessionOptions options);
std::unique_ptr<Session> find_device(SessionOptions options, const std::vector<transport::Port>& ports,
                                     const Opener& open);

} // namespace p4jit::session
