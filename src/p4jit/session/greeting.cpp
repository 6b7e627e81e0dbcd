#include "p4jit/session/greeting.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/wire/frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace p4jit::session {

using namespace std::chrono_literals;
namespace v2 = wire::v2;

namespace {

/// The far end may be in the middle of a frame of v1 that was cut. Zeros
/// complete it, and mean nothing between frames.
std::size_t padding(int attempt) { return attempt == 1 ? 2 : attempt < 4 ? 64 : 16 * 1024; }

/// What a device says of itself counts only if it can be true.
void check(const v2::HelloAnswer& hello, const std::string& name) {
    constexpr std::uint32_t esp32_p4 = 0x5034, smallest_payload = 4096;
    const auto impossible = [&](const std::string& what) {
        return ProtocolError(fmt::format("{} says that {}: is it damaged, or not what it seems?", name, what));
    };
    if (hello.chip != esp32_p4)
        throw ConnectError(fmt::format("{} is no ESP32-P4 but a chip of family {:#06x}", name, hello.chip));
    if (hello.payload < smallest_payload || hello.payload > v2::limit::PAYLOAD)
        throw impossible(fmt::format("it takes frames of {} bytes", hello.payload));
    if (hello.clock == 0) throw impossible("its clock stands still");
}

class Greeter {
public:
    Greeter(transport::Pipe& pipe, const Log& log) : pipe_(pipe), log_(log), received_(64 * 1024) {
        std::random_device random;
        for (auto& word : salt_) word = random();
    }

    Greeting run(const Deadline& deadline) {
        auto patience = 50ms;
        int pings = 0;
        for (int attempt = 1;; ++attempt) {
            if (attempt_once(attempt, deadline.at_most(patience))) return greeting_;
            // An answer to HELLO would have come before the echo; one may get lost.
            if (echoed_ && ++pings == 2) return speaks_v1();
            if (deadline.expired()) return pings != 0 ? speaks_v1() : greeting_;
            if (!echoed_) patience = std::min(patience * 2, 1000ms);
        }
    }

private:
    /// True if HELLO was answered.
    bool attempt_once(int attempt, const Deadline& deadline) {
        echoed_ = false;
        ++salt_[0];
        Bytes request(padding(attempt));
        const v2::HelloRequest versions{v2::limit::VERSION, v2::limit::VERSION};
        hello_ = {v2::Message::HELLO, v2::Kind::REQUEST, 0, static_cast<std::uint32_t>(attempt)};
        append(request, v2::encode(hello_, {v2::payload(versions)}));
        const ByteView unique(reinterpret_cast<const std::uint8_t*>(salt_), sizeof salt_);
        append(request, wire::encode(wire::Command::PING, wire::Flag::REQUEST, {unique}));
        echo_ = wire::encode(wire::Command::PING, wire::Flag::OK, {unique});
        try {
            pipe_.write(request, deadline);
        } catch (const Timeout&) {
            return false;
        }
        return listen(deadline);
    }

    bool listen(const Deadline& deadline) {
        v2::FrameParser parser;
        Bytes seen;
        while (const auto count = pipe_.read(received_, deadline)) {
            const auto piece = ByteView(received_).first(count);
            parser.feed(piece);
            for (v2::Frame frame; parser.next(frame);)
                if (take(frame)) return true;
            append(seen, piece);
            if (std::search(seen.begin(), seen.end(), echo_.begin(), echo_.end()) != seen.end()) {
                echoed_ = true;
                return false;
            }
            const auto keep = std::min(seen.size(), echo_.size() - 1);
            seen.erase(seen.begin(), seen.end() - static_cast<std::ptrdiff_t>(keep));
            if (deadline.expired()) break; // it may babble for ever
        }
        return false;
    }

    /// True if it decides the matter.
    bool take(const v2::Frame& frame) {
        if (frame.header.message != v2::Message::HELLO || frame.header.sequence != hello_.sequence) return false;
        const auto answer = v2::parse<v2::HelloAnswer>(frame.payload);
        if (frame.header.kind == v2::Kind::ANSWER && answer && answer->schema == v2::schema()) {
            check(*answer, pipe_.name());
            greeting_ = {Protocol::v2, *answer, printable_name(v2::text_behind<v2::HelloAnswer>(frame.payload))};
            return true;
        }
        log_(LogLevel::warning,
             "{} speaks another protocol v2 than this program (schema {:08x}, here {:08x}): using protocol v1, which is "
             "slower. Install firmware and program of the same version",
             pipe_.name(), answer ? answer->schema : 0, v2::schema());
        greeting_.protocol = Protocol::v1;
        return true;
    }

    Greeting speaks_v1() {
        greeting_.protocol = Protocol::v1;
        return greeting_;
    }

    static void append(Bytes& bytes, ByteView more) { bytes.insert(bytes.end(), more.begin(), more.end()); }

    transport::Pipe& pipe_;
    const Log& log_;
    Bytes received_, echo_;
    std::uint32_t salt_[4];
    v2::Header hello_;
    bool echoed_ = false;
    Greeting greeting_;
};

} // namespace

Greeting greet(transport::Pipe& pipe, const Log& log, const Deadline& deadline) {
    return Greeter(pipe, log).run(deadline);
}

} // namespace p4jit::session
