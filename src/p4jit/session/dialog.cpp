#include "p4jit/session/dialog.hpp"

#include "p4jit/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <thread>
#include <utility>

namespace p4jit::session {

using namespace std::chrono_literals;
using wire::v2::Frame;
using wire::v2::Header;
using wire::v2::Kind;
using wire::v2::Message;
using wire::v2::Refusal;

namespace {

constexpr std::size_t read_size = 64 * 1024;
constexpr auto longest_patience = Deadline::Duration(1s);
constexpr int most_repairs = 40;

std::uint32_t draw_session() {
    std::random_device random;
    for (;;)
        if (const auto number = random()) return number;
}

bool refuses(const Frame& frame, Refusal refusal) {
    const auto error = wire::v2::parse<wire::v2::ErrorAnswer>(frame.payload);
    return frame.header.kind == Kind::ERROR && error && error->refusal == refusal;
}

} // namespace

Dialog::Dialog(transport::Pipe& pipe, const wire::v2::HelloAnswer& hello, DialogOptions options)
    : pipe_(pipe), hello_(hello), options_(std::move(options)), received_(read_size), session_(draw_session()) {}

// What arrives.

/// The next thing that is of interest. Nothing: it does not come; the device
/// has been reminded.
Dialog::Arrival Dialog::arrive(const Deadline& deadline) {
    for (bool late = false;;) {
        for (Frame frame; parser_.next(frame);) {
            auto arrival = sort(std::move(frame));
            if (!std::holds_alternative<Nothing>(arrival)) return arrival;
            if (std::exchange(homeless_, false)) ping(deadline);
        }
        const auto count = late ? 0 : pipe_.read(received_, deadline.at_most(patience_));
        if (count != 0) {
            parser_.feed(ByteView(received_).first(count));
            late = deadline.expired(); // a far end that babbles never lets read() come to it
            continue;
        }
        if (late || deadline.expired()) throw Timeout(fmt::format("{} did not answer in time", pipe_.name()));
        look_again(deadline);
        return Nothing{};
    }
}

Dialog::Arrival Dialog::sort(Frame frame) {
    if (frame.header.session != session_) return Nothing{};
    silent_ = {};
    if (frame.header.kind == Kind::RESEND) return Resend{frame.header.sequence};
    if (frame.header.message == Message::CONSOLE) {
        print(frame);
        return Nothing{};
    }
    if (frame.header.message == Message::PING) {
        const auto standing = wire::v2::parse<wire::v2::PingAnswer>(frame.payload);
        if (!standing || frame.header.sequence != controls_) return Nothing{};
        check_standing(*standing);
        return *standing;
    }
    if (refuses(frame, Refusal::NO_SESSION)) {
        homeless_ = true;
        return Nothing{};
    }
    return frame;
}

void Dialog::check_standing(const wire::v2::PingAnswer& standing) {
    if (standing.owner == session_ && standing.boot == hello_.boot) return;
    const bool restarted = standing.boot != hello_.boot;
    taken_ = !restarted && standing.owner != 0;
    session_is_gone(restarted ? "was started again"
                    : taken_  ? "was given to another program"
                              : "has ended the session");
}

void Dialog::session_is_gone(std::string_view why) const {
    throw ConnectionLost(
        fmt::format("{} {}: modules and buffers on it are gone. reconnect() begins anew", pipe_.name(), why));
}

void Dialog::print(const Frame& frame) {
    const auto lost = frame.header.sequence - printed_;
    printed_ = frame.header.sequence + static_cast<std::uint32_t>(frame.payload.size());
    if (lost != 0) options_.log(LogLevel::warning, "{} bytes of the device's console got lost on the line", lost);
    if (options_.console) options_.console(as_text(frame.payload));
}

/// The answer did not come: half a frame will never be whole, and the device
/// is asked what it knows.
void Dialog::look_again(const Deadline& deadline) {
    parser_.give_up();
    silent_ += patience_;
    if (silent_ > give_up_)
        throw ConnectionLost(
            fmt::format("{} has not answered for {:.3g} s. Is it still connected? Plug it in or reset it, then "
                        "reconnect()",
                        pipe_.name(), std::chrono::duration<double>(silent_).count()));
    patience_ = std::min(2 * patience_, longest_patience);
    if (reminder_.empty())
        ping(deadline);
    else
        transmit(reminder_, deadline);
}

/// `bytes` go over the line before the answer can be complete.
void Dialog::begin_waiting(std::size_t bytes, Bytes reminder) {
    const auto needed = std::chrono::microseconds(bytes * std::uint64_t{1'000'000} / options_.slowest_line);
    reminder_ = std::move(reminder);
    patience_ = options_.patience;
    silent_ = {};
    give_up_ = options_.recovery + needed;
    repairs_ = 0;
}

// What is sent.

void Dialog::transmit(ByteView frame, const Deadline& deadline) {
    try {
        pipe_.write(frame, deadline.at_most(give_up_));
    } catch (const Timeout&) {
        if (deadline.expired()) throw;
        throw ConnectionLost(fmt::format("{} takes no more bytes; is it still connected?", pipe_.name()));
    }
}

Bytes Dialog::control_frame(Message message, std::uint32_t sequence, ByteView payload) const {
    return wire::v2::encode({message, Kind::REQUEST, session_, sequence}, {payload});
}

void Dialog::ping(const Deadline& deadline) { transmit(control_frame(Message::PING, ++controls_), deadline); }

void Dialog::repeat(std::uint32_t sequence, const Deadline& deadline) {
    transmit(control_frame(Message::REPEAT, sequence), deadline);
}

/// Sequence 0 is none that an answer is waited for with.
void Dialog::keep_alive(const Deadline& deadline) { pipe_.write(control_frame(Message::PING, 0), deadline); }

/// A message that is not numbered, and its answer.
Frame Dialog::control(Message message, ByteView payload, const Deadline& deadline) {
    const auto sequence = ++controls_;
    const auto frame = control_frame(message, sequence, payload);
    begin_waiting(frame.size(), frame);
    transmit(frame, deadline);
    for (;;) {
        auto arrival = arrive(deadline);
        auto* answer = std::get_if<Frame>(&arrival);
        if (answer != nullptr && answer->header.message == message && answer->header.sequence == sequence)
            return std::move(*answer);
    }
}

// Sessions.

wire::v2::OpenAnswer Dialog::ask_to_open(bool take_over, std::string& owner, const Deadline& deadline) {
    using namespace wire::v2;
    const std::uint32_t flags = (take_over ? OPEN_TAKE_OVER : 0u) | (options_.console ? OPEN_CONSOLE : 0u) |
                                (options_.unsafe ? OPEN_UNSAFE : 0u);
    const OpenRequest request{
        flags,
        static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::milliseconds>(options_.lease).count())};
    auto bytes = Bytes(payload(request).begin(), payload(request).end());
    const auto name = as_bytes(std::string_view(options_.name).substr(0, limit::NAME));
    bytes.insert(bytes.end(), name.begin(), name.end());
    const auto frame = control(Message::OPEN, bytes, deadline);
    // Busy: the owner's call is being stopped.
    if (refuses(frame, Refusal::BUSY)) return {0, 0};
    const auto answer = parse<OpenAnswer>(frame.payload);
    if (frame.header.kind != Kind::ANSWER || !answer)
        throw ProtocolError(fmt::format("{} does not open a session", pipe_.name()));
    owner = printable_name(text_behind<OpenAnswer>(frame.payload));
    return *answer;
}

void Dialog::open(bool take_over, const Deadline& deadline) {
    const auto end = Deadline::Clock::now() + 2 * options_.lease + 1s;
    for (;;) {
        std::string owner;
        const auto answer = ask_to_open(take_over, owner, deadline);
        if (answer.owner == session_) return;
        if (Deadline::Clock::now() > end)
            throw ConnectError(fmt::format("{} is used by another program, '{}', heard {} ms ago. End it first",
                                           pipe_.name(), owner, answer.silent));
        deadline.check();
        std::this_thread::sleep_for(20ms);
    }
}

void Dialog::close(const Deadline& deadline) { control(Message::CLOSE, {}, deadline); }

void Dialog::check(const Deadline& deadline) {
    settle(deadline);
    where_it_stands(deadline);
}

// Requests.

Answered Dialog::ask(Message message, std::initializer_list<ByteView> payload, const Deadline& deadline) {
    settle(deadline);
    const Header header{message, Kind::REQUEST, session_, sequence_ + 1};
    const auto frame = wire::v2::encode(header, payload);
    // Beyond this point the device may have got the request.
    sequence_ = header.sequence;
    unsettled_ = header;
    ++round_trips_;
    begin_waiting(frame.size());
    transmit(frame, deadline);
    return finish(header, frame, deadline);
}

Answered Dialog::finish(const Header& header, ByteView frame, const Deadline& deadline) {
    for (;;) {
        auto arrival = arrive(deadline);
        auto* answer = std::get_if<Frame>(&arrival);
        if (answer == nullptr) {
            repair(arrival, header.sequence, frame, deadline);
        } else if (answer->header.sequence == header.sequence) {
            if (answer->header.message == header.message) return settled(std::move(*answer));
            if (answer->header.message == Message::REPEAT)
                throw ProtocolError(
                    fmt::format("{} no longer has the answer to {}", pipe_.name(), name(header.message)));
        }
    }
}

Answered Dialog::settled(Frame frame) {
    unsettled_.reset();
    Answered answer{std::nullopt, std::move(frame.payload)};
    if (frame.header.kind == Kind::ANSWER) return answer;
    const auto error = wire::v2::parse<wire::v2::ErrorAnswer>(answer.payload);
    if (!error) throw ProtocolError(fmt::format("{} refused a request without saying why", pipe_.name()));
    answer.refused = error->refusal;
    if (error->refusal == Refusal::BUSY) --sequence_; // it was not carried out
    return answer;
}

/// Something was lost: the request, or its answer. False if neither is known.
bool Dialog::repair(const Arrival& arrival, std::uint32_t sequence, ByteView frame, const Deadline& deadline) {
    const auto* standing = std::get_if<wire::v2::PingAnswer>(&arrival);
    const auto* resend = std::get_if<Resend>(&arrival);
    if (standing == nullptr && resend == nullptr) return false;
    if (standing != nullptr && standing->running == sequence) return true; // it is worked on
    const auto answered = standing != nullptr ? standing->answered : resend->from - 1;
    if (++repairs_ > most_repairs)
        throw ProtocolError(fmt::format("{}: the line loses too much; is the cable or a hub at fault?", pipe_.name()));
    options_.log(LogLevel::debug, "{}: request {} or its answer got lost (device: {})", pipe_.name(), sequence,
                 answered);
    if (answered == sequence) {
        repeat(sequence, deadline);
    } else if (answered == sequence - 1) {
        transmit(frame, deadline);
    } else if (standing != nullptr) {
        throw ProtocolError(fmt::format("{} expects request {}, not {}", pipe_.name(), answered + 1, sequence));
    }
    return true;
}

/// The last request that the device carried out. Ends a call that still runs.
std::uint32_t Dialog::where_it_stands(const Deadline& deadline) {
    begin_waiting(0);
    for (ping(deadline);;) {
        const auto arrival = arrive(deadline);
        const auto* standing = std::get_if<wire::v2::PingAnswer>(&arrival);
        if (standing == nullptr) continue;
        if (standing->running == 0) return standing->answered;
        transmit(control_frame(Message::CANCEL, standing->running), deadline);
        ping(deadline);
    }
}

/// A request was sent and its answer not waited for: what became of it?
void Dialog::settle(const Deadline& deadline) {
    if (!unsettled_) return;
    sequence_ = where_it_stands(deadline);
    const bool carried_out = sequence_ == unsettled_->sequence;
    if (carried_out && unsettled_->message == Message::ALLOC) settle_allocation(deadline);
    unsettled_.reset();
}

/// Nobody knows of the block: gives it back.
void Dialog::settle_allocation(const Deadline& deadline) {
    const auto header = *unsettled_;
    begin_waiting(0);
    repeat(header.sequence, deadline);
    const auto answer = finish(header, {}, deadline);
    const auto block = wire::v2::parse<wire::v2::AllocAnswer>(answer.payload);
    if (answer.refused || !block) return;
    options_.log(LogLevel::debug, "giving back {:#010x}, whose allocation was interrupted", block->address);
    const wire::v2::FreeRequest request{block->address};
    ask(Message::FREE, {wire::v2::payload(request)}, deadline);
}

std::optional<Answered> Dialog::cancel(const Deadline& deadline) {
    if (!unsettled_) return std::nullopt;
    const auto header = *unsettled_;
    const auto frame = control_frame(Message::CANCEL, header.sequence);
    begin_waiting(0, frame);
    try {
        transmit(frame, deadline);
        for (;;) {
            auto arrival = arrive(deadline);
            if (auto* answer = std::get_if<Frame>(&arrival); answer != nullptr) {
                if (answer->header.message == header.message && answer->header.sequence == header.sequence)
                    return settled(std::move(*answer));
                const auto cancelled = wire::v2::parse<wire::v2::CancelAnswer>(answer->payload);
                const bool idle = answer->header.message == Message::CANCEL && cancelled && cancelled->running == 0;
                if (idle) ping(deadline); // it has ended, or never began
            } else if (const auto* standing = std::get_if<wire::v2::PingAnswer>(&arrival)) {
                if (standing->answered == header.sequence) repeat(header.sequence, deadline);
                if (standing->running == 0 && standing->answered != header.sequence) return std::nullopt;
            }
        }
    } catch (const Timeout&) {
        return std::nullopt;
    }
}

} // namespace p4jit::session
