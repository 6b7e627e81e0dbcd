// Numbered requests and their answers over a pipe: protocol v2.
//
// Each request is carried out once, and what the line loses is sent again, so
// that callers see a line that is slow at worst. When an answer does not come,
// PING tells where the device stands: the request was lost (send it again), is
// worked on (wait), or its answer was lost (REPEAT). docs/protocol-v2.md has
// the rules.
#pragma once

#include "p4jit/base/log.hpp"
#include "p4jit/session/moved.hpp"
#include "p4jit/transport/pipe.hpp"
#include "p4jit/wire/v2.hpp"

#include <atomic>
#include <functional>
#include <optional>
#include <variant>

namespace p4jit::session {

struct DialogOptions {
    using Duration = Deadline::Duration;

    std::string name;                                   ///< what others are told who ask for the board
    Duration lease = std::chrono::seconds(2);           ///< how long it is ours without a word from us
    Duration patience = std::chrono::milliseconds(250); ///< until PING; each time twice as long
    Duration recovery = std::chrono::seconds(5);        ///< without a sign of life: ConnectionLost
    std::size_t slowest_line = 100'000;                 ///< bytes a second
    bool unsafe = false;                                ///< ask for memory outside of blocks, too
    std::function<void(std::string_view)> console;      ///< takes what kernels print; empty: they print elsewhere
    Log log;
};

/// An answer: its payload, or why the device refused.
struct Answered {
    std::optional<wire::v2::Refusal> refused;
    Bytes payload;
};

/// All calls throw Interrupted, and ConnectionLost when the device is silent
/// for `recovery`, was started again, or was given to another host.
class Dialog {
public:
    /// The pipe must outlive it.
    Dialog(transport::Pipe& pipe, const wire::v2::HelloAnswer& hello, DialogOptions options);

    /// Begins a session. With take_over ends another host's; without, waits for
    /// the other's lease and then throws ConnectError, which names it.
    void open(bool take_over, const Deadline& deadline);
    /// Ends it: the device frees all its memory. Throws also Timeout.
    void close(const Deadline& deadline);

    /// Is the device there, and the session open?
    void check(const Deadline& deadline);

    /// A request and its answer. Throws Timeout at the deadline; then, as after
    /// Interrupted, the next call finds out what became of the request.
    Answered ask(wire::v2::Message message, std::initializer_list<ByteView> payload, const Deadline& deadline);

    /// The answer to the call that ask() was interrupted in, once it is stopped;
    /// nothing if it was not until the deadline.
    std::optional<Answered> cancel(const Deadline& deadline);

    /// Copies to and from device memory, as a stream of requests. The refusal of
    /// the first that failed.
    std::optional<wire::v2::Refusal> write(std::uint32_t address, ByteView bytes, const Deadline& deadline,
                                           const Moved& moved = {});
    std::optional<wire::v2::Refusal> read(std::uint32_t address, MutableBytes into, const Deadline& deadline,
                                          const Moved& moved = {});

    /// Tells the device that we are there, without waiting for an answer.
    void keep_alive(const Deadline& deadline);

    const wire::v2::HelloAnswer& hello() const { return hello_; }
    /// Has another host got the board?
    bool taken() const { return taken_; }
    /// Requests that waited for an answer, so far.
    std::uint64_t round_trips() const { return round_trips_; }

private:
    friend class Stream;

    /// What came.
    struct Nothing {};
    struct Resend {
        std::uint32_t from;
    };
    using Arrival = std::variant<Nothing, wire::v2::Frame, Resend, wire::v2::PingAnswer>;

    Arrival arrive(const Deadline& deadline);
    Arrival sort(wire::v2::Frame frame);
    void look_again(const Deadline& deadline);
    void begin_waiting(std::size_t bytes, Bytes reminder = {});
    void transmit(ByteView frame, const Deadline& deadline);
    void ping(const Deadline& deadline);
    void repeat(std::uint32_t sequence, const Deadline& deadline);
    Bytes control_frame(wire::v2::Message message, std::uint32_t sequence, ByteView payload = {}) const;
    wire::v2::Frame control(wire::v2::Message message, ByteView payload, const Deadline& deadline);
    wire::v2::OpenAnswer ask_to_open(bool take_over, std::string& owner, const Deadline& deadline);
    Answered finish(const wire::v2::Header& header, ByteView frame, const Deadline& deadline);
    bool repair(const Arrival& arrival, std::uint32_t sequence, ByteView frame, const Deadline& deadline);
    Answered settled(wire::v2::Frame frame);
    void settle(const Deadline& deadline);
    void settle_allocation(const Deadline& deadline);
    std::uint32_t where_it_stands(const Deadline& deadline);
    void check_standing(const wire::v2::PingAnswer& standing);
    [[noreturn]] void session_is_gone(std::string_view why) const;
    void print(const wire::v2::Frame& frame);

    transport::Pipe& pipe_;
    wire::v2::HelloAnswer hello_;
    DialogOptions options_;
    wire::v2::FrameParser parser_;
    Bytes received_;
    std::uint32_t session_ = 0;
    std::uint32_t sequence_ = 0;                ///< of the last request sent
    std::uint32_t controls_ = 0;                ///< sequence of the last message that is not numbered
    std::optional<wire::v2::Header> unsettled_; ///< a request whose answer was not waited for
    std::uint32_t printed_ = 0;                 ///< bytes of console text
    bool homeless_ = false;                     ///< the device does not know our session; PING tells why
    std::atomic<bool> taken_ = false;
    std::atomic<std::uint64_t> round_trips_ = 0;

    // Of the answer that is waited for:
    Bytes reminder_; ///< what to send when it does not come; empty: PING
    Deadline::Duration patience_{}, silent_{}, give_up_{};
    int repairs_ = 0;
};

} // namespace p4jit::session
