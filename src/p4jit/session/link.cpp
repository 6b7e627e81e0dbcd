#include "p4jit/session/link.hpp"

#include "p4jit/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace p4jit::session {

using namespace std::chrono_literals;
using wire::Command;
using wire::ErrorCode;
using wire::Flag;

namespace {

constexpr std::size_t read_size = 64 * 1024;
constexpr int tries = 3;

std::uint64_t random_salt() {
    std::random_device random;
    return std::uint64_t{random()} << 32 | random();
}

} // namespace

Link::Link(std::unique_ptr<transport::Pipe> pipe, Log log)
    : pipe_(std::move(pipe)), log_(std::move(log)), received_(read_size), salt_(random_salt()) {}

bool Link::synchronise(const Deadline& deadline) {
    if (in_step_ && silent()) return true;
    in_step_ = false;
    auto patience = 50ms;
    for (int attempt = 0;; ++attempt) {
        if (echoes(padding(attempt), deadline.at_most(patience))) {
            parser_.reset();
            last_request_ = 0;
            return met_ = in_step_ = true;
        }
        if (deadline.expired()) return false;
        patience = std::min(patience * 2, 1000ms);
    }
}

/// How many zeros go before a PING. The far end may be in the middle of a
/// frame: of one that was cut, of one that lost bytes on the way, or of one
/// whose length was damaged. Zeros complete it, and mean nothing between
/// frames; so each attempt sends more. Two are enough to end half a magic.
std::size_t Link::padding(int attempt) const {
    if (attempt == 0) return 2;
    if (attempt < 3) return last_request_ + 64;
    // Who has never answered may be no device of ours: no megabytes for them.
    return met_ ? wire::max_payload + wire::frame_overhead : 16 * 1024;
}

/// Sends a PING and waits for its echo. The echo is searched for in the raw
/// bytes: rests of old answers could look like the start of a long frame.
bool Link::echoes(std::size_t zeros, const Deadline& deadline) {
    const struct {
        std::uint64_t salt;
        std::uint64_t number;
    } unique{salt_, ++pings_};
    const ByteView payload{reinterpret_cast<const std::uint8_t*>(&unique), sizeof unique};
    const auto echo = wire::encode(Command::PING, Flag::OK, {payload});
    auto request = Bytes(zeros);
    const auto ping = wire::encode(Command::PING, Flag::REQUEST, {payload});
    request.insert(request.end(), ping.begin(), ping.end());
    last_request_ = std::max(last_request_, ping.size());
    try {
        pipe_->write(request, deadline);
    } catch (const Timeout&) {
        return false;
    }
    Bytes seen;
    while (const auto count = pipe_->read(received_, deadline)) {
        seen.insert(seen.end(), received_.begin(), received_.begin() + static_cast<std::ptrdiff_t>(count));
        if (std::search(seen.begin(), seen.end(), echo.begin(), echo.end()) != seen.end()) return true;
        const auto keep = std::min(seen.size(), echo.size() - 1);
        seen.erase(seen.begin(), seen.end() - static_cast<std::ptrdiff_t>(keep));
        if (deadline.expired()) break; // it may babble for ever
    }
    return false;
}

/// Has nothing arrived that nobody asked for?
bool Link::silent() {
    return parser_.pending() == 0 && pipe_->read(MutableBytes(received_).first(1), Deadline::after(0s)) == 0;
}

Answer Link::ask(Command command, std::initializer_list<ByteView> payload, const Deadline& deadline) {
    const auto request = wire::encode(command, Flag::REQUEST, payload);
    for (int attempt = 1;; ++attempt) {
        send(request, deadline);
        auto answer = receive(command, deadline);
        if (answer.flag == Flag::OK) return {std::nullopt, std::move(answer.payload)};
        const auto error = wire::parse<wire::ErrorAnswer>(answer.payload);
        // A device whose checksum was wrong has done nothing.
        if (error->code != ErrorCode::CHECKSUM || attempt == tries) return {error->code, {}};
        log_(LogLevel::debug, "{} received {} damaged; sending it again", name(), wire::name(command));
    }
}

void Link::send(ByteView frame, const Deadline& deadline) {
    log_(LogLevel::debug, ">> CMD {:02x} | Len: {}", frame[2], frame.size() - wire::frame_overhead);
    in_step_ = false; // until the whole answer is here
    last_request_ = std::max(last_request_, frame.size());
    pipe_->write(frame, deadline);
}

/// The answer to `command`, or an error answer that has a code.
wire::Frame Link::receive(Command command, const Deadline& deadline) {
    wire::Frame answer;
    for (bool expired = false;;) {
        const auto found = parser_.next(answer);
        if (found == wire::FrameParser::Result::frame) break;
        if (found == wire::FrameParser::Result::damaged)
            throw ProtocolError(fmt::format("the answer of {} to {} arrived damaged: its checksum or length is wrong",
                                            name(), wire::name(command)));
        const auto count = expired ? 0 : pipe_->read(received_, deadline);
        if (count == 0) throw Timeout(fmt::format("{} did not answer {} in time", name(), wire::name(command)));
        parser_.feed(ByteView(received_).first(count));
        expired = deadline.expired(); // a far end that babbles never lets read() come to it
    }
    log_(LogLevel::debug, "<< CMD {:02x} | Flags: {:02x} | Len: {}", static_cast<unsigned>(answer.command),
         static_cast<unsigned>(answer.flag), answer.payload.size());

    const auto error = wire::parse<wire::ErrorAnswer>(answer.payload);
    const bool refused = answer.flag == Flag::ERROR && error;
    // The command of a damaged request may itself be what was damaged.
    const bool ours = answer.command == command || (refused && error->code == ErrorCode::CHECKSUM);
    if (!ours || !(refused || answer.flag == Flag::OK))
        throw ProtocolError(fmt::format("{} answered {} (flags {}, {} bytes) when asked {}", name(),
                                        wire::name(answer.command), static_cast<unsigned>(answer.flag),
                                        answer.payload.size(), wire::name(command)));
    in_step_ = true;
    last_request_ = 0;
    return answer;
}

} // namespace p4jit::session
