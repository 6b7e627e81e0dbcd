// Requests and answers over a pipe, kept in step.
//
// Protocol v1 has no sequence numbers: an answer that comes late would be
// taken for the answer to the next request, for ever after. So a link knows
// whether it may have answers outstanding: it is in step only while every
// request so far got its whole answer and nothing else has arrived. Out of
// step it asks nothing but PINGs with a payload never used before, and throws
// away all that comes until that echo; answers come in order, so nothing old
// can follow.
#pragma once

#include "p4jit/base/log.hpp"
#include "p4jit/transport/pipe.hpp"
#include "p4jit/wire/messages.hpp"

#include <memory>
#include <optional>

namespace p4jit::session {

/// An answer: the payload, or why the device refused.
struct Answer {
    std::optional<wire::ErrorCode> refused;
    Bytes payload;
};

class Link {
public:
    Link(std::unique_ptr<transport::Pipe> pipe, Log log);

    /// Gets in step if it is not; at first it is not. False if no echo came
    /// until the deadline. Throws Interrupted and ConnectionLost.
    bool synchronise(const Deadline& deadline);

    /// One request and its answer. Needs to be in step, and stays so unless
    /// this throws Timeout, Interrupted, ConnectionLost or ProtocolError. A
    /// request that the device received damaged is sent again, twice at most.
    Answer ask(wire::Command command, std::initializer_list<ByteView> payload, const Deadline& deadline);

    std::string name() const { return pipe_->name(); }
    bool is_serial() const { return pipe_->is_serial(); }
    transport::Pipe& pipe() { return *pipe_; }

private:
    bool silent();
    std::size_t padding(int attempt) const;
    void send(ByteView frame, const Deadline& deadline);
    wire::Frame receive(wire::Command command, const Deadline& deadline);
    bool echoes(std::size_t zeros, const Deadline& deadline);

    std::unique_ptr<transport::Pipe> pipe_;
    Log log_;
    wire::FrameParser parser_;
    Bytes received_;
    bool in_step_ = false;
    bool met_ = false;             ///< a device has answered, ever
    std::size_t last_request_ = 0; ///< bytes of the longest frame sent since the link was in step
    std::uint64_t salt_;           ///< makes the payloads of our PINGs differ from those of others
    std::uint32_t pings_ = 0;
};

} // namespace p4jit::session
