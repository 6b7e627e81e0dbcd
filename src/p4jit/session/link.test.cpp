#include "p4jit/session/link.hpp"

#include "p4jit/base/error.hpp"
#include "tests/cable/bad_line.hpp"
#include "tests/cable/far_end.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>

using namespace p4jit;
using namespace p4jit::session;
using namespace std::chrono_literals;
using tests::BadLine;
using tests::Borrowed;
using tests::Direction;
using tests::FarEnd;
using tests::Harm;
using wire::Command;

namespace {

Link link_to(transport::Pipe& pipe) { return Link(std::make_unique<Borrowed>(pipe), {}); }

Answer ask(Link& link, Command command, std::initializer_list<ByteView> payload = {}) {
    return link.ask(command, payload, Deadline::after(50ms));
}

/// A line on which answers take a while: the first reads find nothing, later
/// ones a piece each, and nothing is ever there already.
class LateLine : public transport::Pipe {
public:
    explicit LateLine(int late) : late_(late) {}
    void write(ByteView bytes, const Deadline& deadline) override {
        device_.write(bytes, deadline);
        Bytes answer(1000);
        answer.resize(device_.read(answer, deadline));
        if (!answer.empty()) answers_.push_back(answer);
    }
    std::size_t read(MutableBytes into, const Deadline& deadline) override {
        if (deadline.expired() || answers_.empty() || late_-- > 0) return 0;
        const auto answer = answers_.front();
        answers_.pop_front();
        std::ranges::copy(answer, into.begin());
        return answer.size();
    }
    std::string name() const override { return "late line"; }

private:
    FarEnd device_;
    std::deque<Bytes> answers_;
    int late_;
};

/// A far end that never stops sending, and never anything of use.
class Babble : public transport::Pipe {
public:
    explicit Babble(std::uint8_t byte) : byte_(byte) {}
    void write(ByteView, const Deadline&) override {}
    std::size_t read(MutableBytes into, const Deadline& deadline) override {
        deadline.check();
        std::ranges::fill(into, byte_);
        return into.size();
    }
    std::string name() const override { return "babble"; }

private:
    std::uint8_t byte_;
};

} // namespace

TEST_CASE("a far end that babbles for ever holds nobody up") {
    for (const std::uint8_t byte : {0x00, 0xA5}) {
        Babble line(byte);
        auto link = link_to(line);
        const auto start = Deadline::Clock::now();
        CHECK_FALSE(link.synchronise(Deadline::after(60ms)));
        CHECK_THROWS_AS(ask(link, Command::HEAP_INFO), Timeout);
        CHECK_THROWS_AS(link.synchronise(Deadline::never([] { return true; })), Interrupted);
        CHECK(Deadline::Clock::now() - start < 5s);
    }
}

TEST_CASE("echoes of PINGs that came too late are not taken for the last one's") {
    LateLine line(3);
    auto link = link_to(line);
    REQUIRE(link.synchronise(Deadline::after(5s)));
    CHECK(ask(link, Command::HEAP_INFO).payload.size() == sizeof(wire::HeapInfo));
}

TEST_CASE("the answer to another command is not taken") {
    FarEnd device;
    auto link = link_to(device);
    REQUIRE(link.synchronise(Deadline::after(5s)));
    device.say(wire::encode(Command::READ_MEM, wire::Flag::OK, {Bytes(16)}));
    CHECK_THROWS_WITH_AS(ask(link, Command::HEAP_INFO),
                         "far end answered READ_MEM (flags 1, 16 bytes) when asked HEAP_INFO", ProtocolError);
}

TEST_CASE("a request that arrived damaged is sent again, three times in all") {
    FarEnd device;
    auto link = link_to(device);
    REQUIRE(link.synchronise(Deadline::after(5s)));
    const auto before = device.requests.size();
    const auto bad_checksum = wire::encode(static_cast<Command>(0x33), wire::Flag::ERROR,
                                           {wire::payload(wire::ErrorAnswer{wire::ErrorCode::CHECKSUM})});
    SUBCASE("once") {
        device.say(bad_checksum);
        CHECK_FALSE(ask(link, Command::HEAP_INFO).refused);
        CHECK(device.requests.size() == before + 2);
    }
    SUBCASE("always") {
        for (int i = 0; i < 5; ++i) device.say(bad_checksum);
        CHECK(ask(link, Command::HEAP_INFO).refused == wire::ErrorCode::CHECKSUM);
        CHECK(device.requests.size() == before + 3);
    }
}

TEST_CASE("a long frame that was cut is completed by the second PING") {
    FarEnd device;
    BadLine line(device, Harm::refuse, Direction::to_device, 1000);
    auto link = link_to(line);
    REQUIRE(link.synchronise(Deadline::after(5s)));
    CHECK_THROWS_AS(ask(link, Command::PING, {Bytes(500'000)}), Timeout);
    const auto writes = line.writes();
    REQUIRE(link.synchronise(Deadline::after(5s)));
    CHECK(line.writes() - writes <= 3);
}

TEST_CASE("a device that waits for a megabyte because a length was damaged is brought back") {
    FarEnd device;
    BadLine line(device, Harm::none, Direction::to_device, 0);
    auto link = link_to(line);
    REQUIRE(link.synchronise(Deadline::after(5s)));
    auto request = wire::encode(Command::PING, wire::Flag::REQUEST, {});
    store_le(&request[4], static_cast<std::uint32_t>(wire::max_payload));
    device.write(request, Deadline::after(1s));
    CHECK_THROWS_AS(ask(link, Command::HEAP_INFO), Timeout);
    const auto writes = line.writes();
    REQUIRE(link.synchronise(Deadline::after(5s)));
    CHECK(line.writes() - writes <= 5);
}

TEST_CASE("who has never answered is not sent megabytes") {
    FarEnd device;
    BadLine line(device, Harm::hush, Direction::to_device, 0);
    auto link = link_to(line);
    CHECK_FALSE(link.synchronise(Deadline::after(0s)));
    for (int i = 0; i < 5; ++i) CHECK_FALSE(link.synchronise(Deadline::after(0s)));
    Bytes bytes(1);
    CHECK_FALSE(link.synchronise(Deadline::after(2ms)));
    CHECK(line.longest_write() <= 17 * 1024);
}

TEST_CASE("rests of old answers before the echo do not matter, even if they look like a frame's start") {
    FarEnd device;
    device.write(wire::encode(Command::PING, wire::Flag::REQUEST, {Bytes(100'000, 0xA5)}), Deadline::after(1s));
    Bytes eaten(10);
    device.read(eaten, Deadline::after(1s));
    device.write(wire::encode(Command::PING, wire::Flag::REQUEST, {Bytes{0xA5, 0x5A, 1, 1, 0, 0, 1, 0}}),
                 Deadline::after(1s));
    auto link = link_to(device);
    REQUIRE(link.synchronise(Deadline::after(5s)));
    CHECK(ask(link, Command::HEAP_INFO).payload.size() == sizeof(wire::HeapInfo));
}
