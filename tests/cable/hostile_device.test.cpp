// A device that lies: whole frames with right checksums, whose contents make
// no sense. The host refuses what cannot be true, and what it prints of such a
// device changes no terminal.
#include "p4jit/base/error.hpp"
#include "p4jit/session/session.hpp"
#include "tests/cable/core_end.hpp"
#include "tests/firmware/v2_host.hpp"

#include <doctest/doctest.h>

using namespace p4jit;
using namespace p4jit::session;
using namespace std::chrono_literals;
namespace v2 = wire::v2;
using v2::Message;

namespace {

/// The firmware's core, whose frames are altered on their way.
class Liar : public transport::Pipe {
public:
    explicit Liar(std::function<void(v2::Frame&)> alter) : alter_(std::move(alter)) {}

    void write(ByteView bytes, const Deadline& deadline) override { core.write(bytes, deadline); }
    std::size_t read(MutableBytes into, const Deadline& deadline) override {
        Bytes piece(64 * 1024);
        parser_.feed(ByteView(piece).first(core.read(piece, deadline)));
        for (v2::Frame frame; parser_.next(frame);) {
            alter_(frame);
            send(frame);
        }
        if (babbles && out_.empty()) send({{Message::CONSOLE, v2::Kind::EVENT, session_, 0}, Bytes(1, '.')});
        const auto count = std::min(into.size(), out_.size());
        std::copy_n(out_.begin(), count, into.begin());
        out_.erase(out_.begin(), out_.begin() + static_cast<std::ptrdiff_t>(count));
        return count;
    }
    std::string name() const override { return "liar"; }
    bool is_shared() const override { return true; }

    tests::CoreEnd core;
    bool babbles = false; ///< always has something to say

private:
    void send(const v2::Frame& frame) {
        const auto bytes = v2::encode(frame.header, {frame.payload});
        out_.insert(out_.end(), bytes.begin(), bytes.end());
        session_ = frame.header.session;
    }

    std::uint32_t session_ = 0;
    v2::FrameParser parser_;
    std::function<void(v2::Frame&)> alter_;
    Bytes out_;
};

SessionOptions quick() {
    SessionOptions options;
    options.recovery = 200ms;
    options.patience = 1ms;
    options.lease = 100ms;
    return options;
}

/// Alters answers to one message.
std::unique_ptr<Liar> liar(Message message, std::function<void(Bytes&)> alter) {
    return std::make_unique<Liar>([message, alter = std::move(alter)](v2::Frame& frame) {
        if (frame.header.message == message && frame.header.kind == v2::Kind::ANSWER) alter(frame.payload);
    });
}

/// Another u32 at an offset of the payload.
std::function<void(Bytes&)> word(std::size_t at, std::uint32_t value) {
    return [=](Bytes& payload) { store_le(&payload.at(at), value); };
}

template <typename Call>
std::string message_of(Call&& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

bool contains(const std::string& text, std::string_view piece) { return text.find(piece) != text.npos; }

std::string greeting_of(std::function<void(Bytes&)> alter) {
    Session session(liar(Message::HELLO, std::move(alter)), quick());
    return message_of([&] { session.hello(1s); });
}

constexpr std::size_t chip_at = 8, clock_at = 16, payload_at = 24, credit_at = 28;

} // namespace

TEST_CASE("a device that says what cannot be true of it is refused at the first word") {
    CHECK(contains(greeting_of(word(chip_at, 0x1234)), "is no ESP32-P4 but a chip of family 0x1234"));
    CHECK(contains(greeting_of(word(payload_at, 0)), "takes frames of 0 bytes"));
    CHECK(contains(greeting_of(word(payload_at, 0xFFFFFFFF)), "takes frames of 4294967295 bytes"));
    CHECK(contains(greeting_of(word(clock_at, 0)), "its clock stands still"));
    CHECK(greeting_of([](Bytes&) {}).empty());
}

TEST_CASE("small limits are kept") {
    for (const auto& limit : {word(payload_at, 4096), word(credit_at, 0)}) {
        Session session(liar(Message::HELLO, limit), quick());
        const auto block = session.allocate(100'000, 0x404, 16);
        const Bytes written(100'000, 7);
        session.write(block.address, written);
        Bytes read(written.size());
        session.read(block.address, read);
        CHECK(read == written);
    }
}

TEST_CASE("names that a device gives are told without what they would do to a terminal") {
    std::string logged;
    auto options = quick();
    options.log = Log(LogLevel::debug, [&](LogLevel, std::string_view text) { logged += text; });
    Session session(liar(Message::HELLO,
                         [](Bytes& bytes) {
                             bytes.resize(60);
                             for (const char c : std::string("\x1b[2Jevil\r\n"))
                                 bytes.push_back(static_cast<std::uint8_t>(c));
                         }),
                    options);
    CHECK(session.hello(1s));
    CHECK(contains(logged, "\\x1b[2Jevil\\x0d\\x0a"));

    Session refused(liar(Message::OPEN,
                         [](Bytes& bytes) {
                             bytes.assign(8, 1);
                             bytes.resize(1'000'000, 0x1B);
                         }),
                    quick());
    const auto text = message_of([&] { refused.heap_info(); });
    CHECK(contains(text, "is used by another program, '\\x1b\\x1b"));
    CHECK(text.size() < 500);
}

TEST_CASE("a block at an impossible address, or over another one, is refused") {
    for (const std::uint32_t address : {0u, 0x48000008u, 0xFFFFFFF0u}) {
        CAPTURE(address);
        Session session(liar(Message::ALLOC, word(0, address)), quick());
        CHECK_THROWS_AS(session.allocate(64, 0x404, 16), ProtocolError);
    }
    Session session(liar(Message::ALLOC, word(0, 0x48100000)), quick());
    session.allocate(64, 0x404, 16);
    CHECK(contains(message_of([&] { session.allocate(64, 0x404, 16); }), "which overlap another block"));
}

TEST_CASE("answers of the wrong length are refused, whatever was asked") {
    const auto longer = [](Bytes& bytes) { bytes.push_back(0); };
    const auto shorter = [](Bytes& bytes) { bytes.resize(bytes.size() / 2); };
    for (const auto& alter : {std::function<void(Bytes&)>(longer), std::function<void(Bytes&)>(shorter)}) {
        Session reading(liar(Message::READ, alter), quick());
        const auto block = reading.allocate(100, 0x404, 16);
        Bytes bytes(100);
        CHECK_THROWS_AS(reading.read(block.address, bytes), ProtocolError);
    }
    Session heap(liar(Message::HEAP, shorter), quick());
    CHECK_THROWS_AS(heap.heap_info(), ProtocolError);
    Session allocating(liar(Message::ALLOC, shorter), quick());
    CHECK_THROWS_AS(allocating.allocate(100, 0x404, 16), ProtocolError);
}

TEST_CASE("a device that talks for ever keeps no call beyond its time") {
    auto owned = std::make_unique<Liar>([](v2::Frame& frame) {
        if (frame.header.message == Message::CALL) frame.header.message = Message::CONSOLE;
    });
    auto& device = *owned;
    device.core.device.world.call = [](const p4_run&, p4_end&) { return P4_RETURNED; };
    Session session(std::move(owned), quick());
    const auto block = session.allocate(64, 0x404, 16);
    device.babbles = true;
    v2::Call call{.entry = block.address, .block = {}, .arrays = {}};
    const auto start = Deadline::Clock::now();
    CHECK_THROWS_AS(session.call({&call, 1}, 100ms), Timeout);
    CHECK(Deadline::Clock::now() - start < 5s);
    device.babbles = false;
}
