// Which protocol the far end speaks.
#pragma once

#include "p4jit/base/log.hpp"
#include "p4jit/transport/pipe.hpp"
#include "p4jit/wire/v2.hpp"

namespace p4jit::session {

enum class Protocol { unknown, v1, v2 };

struct Greeting {
    Protocol protocol = Protocol::unknown; ///< unknown: nobody answered
    wire::v2::HelloAnswer hello{};         ///< of v2
    std::string device;                    ///< what it calls itself
};

/// Asks in both protocols at once: HELLO of v2 and a PING of v1. Who answers
/// only the PING, twice, speaks v1; so does a device whose v2 is another one
/// than ours. Throws Interrupted and ConnectionLost.
Greeting greet(transport::Pipe& pipe, const Log& log, const Deadline& deadline);

} // namespace p4jit::session
