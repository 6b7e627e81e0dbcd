// A session of protocol v2 with the firmware's core on a line that harms bytes.
//
// The core answers, so what v1 can only report is mended here: every call
// returns what it should, and everything is carried out exactly once.
#include "p4jit/base/error.hpp"
#include "p4jit/session/session.hpp"
#include "tests/cable/bad_line.hpp"
#include "tests/cable/core_end.hpp"
#include "tests/cable/far_end.hpp"
#include "tests/cable/noisy_line.hpp"
#include "tests/cable/slow_line.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

using namespace p4jit;
using namespace p4jit::session;
using namespace std::chrono_literals;
using tests::BadLine;
using tests::Borrowed;
using tests::CoreEnd;
using tests::Direction;
using tests::Harm;
using tests::NoisyLine;

namespace {

SessionOptions quick() {
    SessionOptions options;
    options.patience = 1us;
    options.recovery = 100ms;
    options.stop = 10ms;
    return options;
}

void expect(bool truth, const char* what) {
    if (!truth) throw std::logic_error(what);
}

/// Code that adds up the bytes of an array into the second word of its block,
/// counts how often it ran, and inverts the array.
struct Summing : CoreEnd {
    Summing() {
        device.world.call = [this](const p4_run& run, p4_end& end) {
            ++runs;
            auto* block = device.world.at(run.argument);
            auto* array = device.world.at(load_le<std::uint32_t>(block));
            const auto size = load_le<std::uint32_t>(block + 8);
            std::uint32_t total = 0;
            for (std::uint32_t i = 0; i < size; ++i) {
                total += array[i];
                array[i] = static_cast<std::uint8_t>(~array[i]);
            }
            store_le(block + 4, total);
            end.result = total;
            return P4_RETURNED;
        };
    }
    int runs = 0;
};

void call(Session& session, std::uint32_t code, const Bytes& array) {
    Bytes block(12);
    store_le(&block[8], static_cast<std::uint32_t>(array.size()));
    wire::v2::Call call;
    call.entry = code;
    call.block = block;
    call.arrays.push_back({0, array, true});
    const auto called = session.call({&call, 1});
    const auto& answer = called.answers.at(0);
    expect(answer.result == std::accumulate(array.begin(), array.end(), 0u), "a call gave a wrong result");
    for (std::size_t i = 0; i < array.size(); ++i)
        expect(answer.arrays.at(0)[i] == static_cast<std::uint8_t>(~array[i]), "an array came back wrong");
}

/// One of everything. Throws logic_error if an answer is wrong.
void converse(Session& session) {
    expect(session.speaks_v2(), "the device was not recognised");
    const Bytes data{0xA5, 0x5A, 0x10, 0, 0xFF, 0xFF, 3, 0xC5, 0x34, 6, 0xC5};
    const auto block = session.allocate(64, 0x404, 16);
    session.write(block.address + 3, data);
    Bytes back(data.size());
    session.read(block.address + 3, back);
    expect(back == data, "read gave what was not written");
    call(session, block.address, data);
    expect(session.heap_info().total_spiram == 8 << 20, "heap_info gave wrong numbers");
    session.ping({});
    session.free(block.address);
}

/// Empty if all went as it must, else what did not.
std::string try_line(Summing& device, BadLine& line, Harm harm) {
    {
        Session session(std::make_unique<Borrowed>(line), quick());
        int calls = 0;
        try {
            try {
                converse(session);
                ++calls;
            } catch (const Error& error) {
                // A line that takes no bytes, Ctrl-C, and a cut one are not mended.
                const bool may_throw =
                    harm == Harm::interrupt || harm == Harm::cut || harm == Harm::refuse || harm == Harm::hush;
                if (!may_throw) return fmt::format("{}: {}", name(error.kind()), error.what());
            }
            line.heal();
            if (harm == Harm::cut && line.happened()) return {};
            // After a Ctrl-C before the first answer, the protocol is asked again.
            converse(session);
            ++calls;
        } catch (const std::exception& error) {
            return error.what();
        }
        if (device.runs < calls || device.runs > calls + 1)
            return fmt::format("{} runs in {} calls", device.runs, calls);
    }
    return device.device.world.allocated.size() == 2 ? std::string() : "blocks are left on the device";
}

struct Length {
    std::size_t to_device, to_host;
};

Length conversation_length() {
    Summing device;
    BadLine line(device, Harm::none, Direction::to_device, 0);
    CHECK(try_line(device, line, Harm::none) == "");
    CHECK(device.runs == 2);
    return {line.passed(Direction::to_device), line.passed(Direction::to_host)};
}

void harm_every_byte(Harm harm) {
    const auto length = conversation_length();
    REQUIRE(length.to_device > 100);
    for (const auto direction : {Direction::to_device, Direction::to_host}) {
        const auto end = direction == Direction::to_device ? length.to_device : length.to_host;
        for (std::size_t at = 0; at < end; ++at) {
            Summing device;
            BadLine line(device, harm, direction, at);
            const auto wrong = try_line(device, line, harm);
            const std::string where = direction == Direction::to_device ? "to device" : "to host";
            INFO(std::string(tests::name(harm)), " at byte ", at, " ", where);
            CHECK(wrong == "");
        }
    }
}

} // namespace

TEST_CASE("v2: whatever happens to any one byte, everything is done once and answered right") {
    for (const auto harm : {Harm::drop, Harm::duplicate, Harm::flip, Harm::hush, Harm::stall, Harm::reorder,
                            Harm::refuse, Harm::interrupt, Harm::cut}) {
        SUBCASE(tests::name(harm)) { harm_every_byte(harm); }
    }
}

TEST_CASE("v2: long transfers on a bad line arrive whole") {
    for (unsigned seed = 1; seed <= 6; ++seed) {
        CAPTURE(seed);
        Summing device;
        NoisyLine line(device, 8, seed);
        Session session(std::make_unique<Borrowed>(line), quick());
        std::mt19937 random(seed);
        Bytes data(1'500'000), back(data.size());
        for (auto& byte : data) byte = static_cast<std::uint8_t>(random());
        const auto block = session.allocate(static_cast<std::uint32_t>(data.size()), 0x404, 16);
        session.write(block.address, data);
        CHECK(std::equal(data.begin(), data.end(), device.device.world.at(block.address)));
        session.read(block.address, back);
        CHECK(back == data);
        CHECK(line.harms() > 5);
    }
}

TEST_CASE("v2: a line that stalls, with readers at both ends that take a few bytes at a time") {
    Summing device;
    tests::SlowLine line(device, 3);
    {
        auto options = quick();
        options.patience = 10ms;
        options.recovery = 1s;
        Session session(std::make_unique<Borrowed>(line), options);
        for (int i = 0; i < 20; ++i) converse(session);
        Bytes data(300'000), back(data.size());
        std::iota(data.begin(), data.end(), std::uint8_t{0});
        const auto block = session.allocate(static_cast<std::uint32_t>(data.size()), 0x404, 16);
        session.write(block.address, data);
        session.read(block.address, back);
        CHECK(back == data);
    }
    CHECK(device.runs == 20);
    CHECK(line.stalls() > 3);
    CHECK(line.most_waiting() > 30'000);
    CHECK(device.device.world.allocated.size() == 2);
}

TEST_CASE("v2: ten thousand mixed operations on a bad line: results, memory and heap are right") {
    const unsigned seed = 9;
    Summing device;
    const auto heap_before = p4_memory_free_size(&device.device.world.heaps, P4_CAP(DEFAULT));
    NoisyLine line(device, 60, seed);
    int calls = 0;
    {
        Session session(std::make_unique<Borrowed>(line), quick());
        std::mt19937 random(seed);
        std::map<std::uint32_t, Bytes> blocks;
        const auto some = [&] {
            return std::next(blocks.begin(), static_cast<std::ptrdiff_t>(random() % blocks.size()));
        };
        const auto bytes = [&](std::size_t most) {
            Bytes result(1 + random() % most);
            for (auto& byte : result) byte = static_cast<std::uint8_t>(random());
            return result;
        };
        for (int i = 0; i < 10'000; ++i) {
            CAPTURE(i);
            const auto what = random() % 10;
            if (blocks.empty() || (what == 0 && blocks.size() < 50)) {
                auto content = bytes(5000);
                const auto block = session.allocate(static_cast<std::uint32_t>(content.size()), 0x404, 16);
                session.write(block.address, content);
                blocks[block.address] = std::move(content);
            } else if (what <= 1) {
                const auto block = some();
                session.free(block->first);
                blocks.erase(block);
            } else if (what <= 4) {
                auto& [address, content] = *some();
                const auto at = random() % content.size();
                const auto data = bytes(content.size() - at);
                session.write(static_cast<std::uint32_t>(address + at), data);
                std::ranges::copy(data, content.begin() + static_cast<std::ptrdiff_t>(at));
            } else if (what <= 7) {
                const auto& [address, content] = *some();
                Bytes back(content.size());
                session.read(address, back);
                REQUIRE(back == content);
            } else {
                call(session, some()->first, bytes(3000));
                ++calls;
            }
        }
        CHECK(session.heap_check().damaged_heaps == 0);
        CHECK(session.heap_check().allocated_blocks == blocks.size() + 2);
        line.heal();
    }
    CHECK(line.harms() > 300);
    CHECK(device.runs == calls);
    CHECK(p4_memory_free_size(&device.device.world.heaps, P4_CAP(DEFAULT)) == heap_before);
}

TEST_CASE("a device whose rows are others than ours is spoken to in v1") {
    // Its HELLO answer has another schema.
    class OtherSchema : public CoreEnd {
    public:
        void write(ByteView bytes, const Deadline& deadline) override {
            wire::v2::FrameParser parser;
            parser.feed(bytes);
            for (wire::v2::Frame frame; parser.next(frame);) {
                if (frame.header.message != wire::v2::Message::HELLO) continue;
                wire::v2::HelloAnswer answer{};
                answer.schema = wire::v2::schema() + 1;
                auto header = frame.header;
                header.kind = wire::v2::Kind::ANSWER;
                said = wire::v2::encode(header, {wire::v2::payload(answer)});
                return;
            }
            CoreEnd::write(bytes, deadline);
        }
        std::size_t read(MutableBytes into, const Deadline& deadline) override {
            if (said.empty()) return CoreEnd::read(into, deadline);
            std::ranges::copy(said, into.begin());
            return std::exchange(said, {}).size();
        }
        Bytes said;
    };
    OtherSchema device;
    std::string warnings;
    auto options = quick();
    options.log = Log(LogLevel::warning, [&](LogLevel, std::string_view text) { warnings += text; });
    Session session(std::make_unique<Borrowed>(device), options);
    CHECK_FALSE(session.speaks_v2());
    CHECK(warnings.find("another protocol v2") != warnings.npos);
    CHECK(session.allocate(10, 0x404, 16).address != 0);
}

TEST_CASE("HELLO hides no v1 PING from the original's receiver") {
    // In the greeting HELLO goes in front of the PING; an A5 at its end would
    // swallow the PING's own.
    const wire::v2::HelloRequest versions{wire::v2::limit::VERSION, wire::v2::limit::VERSION};
    for (std::uint32_t attempt = 1; attempt < 20; ++attempt) {
        const auto frame = wire::v2::encode({wire::v2::Message::HELLO, wire::v2::Kind::REQUEST, 0, attempt},
                                            {wire::v2::payload(versions)});
        CHECK(std::ranges::find(frame, 0xA5) == frame.end());
    }
}

TEST_CASE("a host that sleeps beyond its lease finds its session if nobody came, and else is told who did") {
    Summing device;
    auto options = quick();
    options.lease = 1s; // by the device's clock; nobody keeps it alive
    Session sleeper(std::make_unique<Borrowed>(device), options);
    const auto block = sleeper.allocate(64, 0x404, 16);
    device.device.world.now += 60'000;
    call(sleeper, block.address, {1, 2, 3});
    CHECK_FALSE(sleeper.taken());
    CHECK(device.device.world.allocated.size() == 3);

    class Shared : public Borrowed {
    public:
        using Borrowed::Borrowed;
        bool is_shared() const override { return true; }
    };
    device.device.world.now += 60'000;
    options.lease = 1h;
    Session other(std::make_unique<Shared>(device), options);
    CHECK(other.speaks_v2());
    CHECK(device.device.world.allocated.size() == 2); // the sleeper's block is freed
    const auto runs = device.runs;
    CHECK_THROWS_WITH_AS(call(sleeper, block.address, {1, 2, 3}),
                         doctest::Contains("was given to another program: modules and buffers on it are gone"),
                         ConnectionLost);
    CHECK(sleeper.taken());
    CHECK(device.runs == runs);
    // It gets the board back when the other is gone.
    other.reconnect([&] { return std::make_unique<Shared>(device); });
    CHECK(other.speaks_v2());
}

TEST_CASE("a board that was started again is found out at the next request, and reconnected to") {
    Summing device;
    Session session(std::make_unique<Borrowed>(device), quick());
    const auto block = session.allocate(64, 0x404, 16);
    device.device.restart();
    CHECK_THROWS_WITH_AS(session.heap_info(), doctest::Contains("was started again"), ConnectionLost);
    CHECK_FALSE(session.taken());
    const auto gone = session.reconnect([&] { return std::make_unique<Borrowed>(device); });
    REQUIRE(gone.size() == 1);
    CHECK(gone[0].address == block.address);
    CHECK(session.blocks().empty());
    CHECK_THROWS_AS(session.write(block.address, Bytes(1)), AccessDenied);
    const auto again = session.allocate(64, 0x404, 16);
    call(session, again.address, {1, 2, 3});
}

TEST_CASE("a session whose line cannot be opened again says so until it can") {
    Summing device;
    Session session(std::make_unique<Borrowed>(device), quick());
    session.allocate(64, 0x404, 16);
    CHECK_THROWS_AS(session.reconnect([]() -> std::unique_ptr<transport::Pipe> { throw ConnectError("no such port"); }),
                    ConnectError);
    CHECK_THROWS_WITH_AS(session.heap_info(), doctest::Contains("is not connected"), ConnectionLost);
    CHECK(device.device.world.allocated.size() == 2); // it said good-bye
    session.reconnect([&] { return std::make_unique<Borrowed>(device); });
    CHECK(session.allocate(64, 0x404, 16).address != 0);
}

TEST_CASE("a second program is told who has the board, and gets it when the first is gone") {
    class Shared : public Borrowed {
    public:
        using Borrowed::Borrowed;
        bool is_shared() const override { return true; }
    };
    Summing device;
    auto options = quick();
    options.lease = 1h; // nobody keeps it alive in between
    options.client = "the first one";
    auto first = std::make_unique<Session>(std::make_unique<Shared>(device), options);
    first->allocate(64, 0x404, 16);
    auto impatient = quick();
    impatient.lease = 1ms;
    Session second(std::make_unique<Shared>(device), impatient);
    CHECK_THROWS_WITH_AS(second.speaks_v2(), doctest::Contains("is used by another program, 'the first one'"),
                         ConnectError);
    first.reset();
    CHECK(second.speaks_v2());
    CHECK(device.device.world.allocated.size() == 2);

    // One that holds the line alone takes the board from whoever left it.
    Session third(std::make_unique<Borrowed>(device), quick());
    CHECK(third.speaks_v2());
    CHECK_THROWS_WITH_AS(second.heap_info(),
                         doctest::Contains("given to another program: modules and buffers on it are gone"),
                         ConnectionLost);
    third.allocate(10, 0x404, 16);
}
