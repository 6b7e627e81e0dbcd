// A session on a line that harms one byte: every byte in turn, in every way.
//
// Whatever happens to the line, three things hold. What a call returns is
// right. What it throws is an error about the line, never about the program.
// And when the line is good again, so is the session.
#include "p4jit/base/error.hpp"
#include "p4jit/session/session.hpp"
#include "tests/cable/bad_line.hpp"
#include "tests/cable/far_end.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <random>

using namespace p4jit;
using namespace p4jit::session;
using namespace std::chrono_literals;
using tests::BadLine;
using tests::Borrowed;
using tests::Direction;
using tests::FarEnd;
using tests::Harm;

namespace {

SessionOptions quick() {
    SessionOptions options;
    options.timeout = 20ms;
    options.recovery = 100ms;
    options.stop = 10ms;
    return options;
}

/// What must be true, checked without doctest: it runs 100 000 times.
void expect(bool truth, const char* what) {
    if (!truth) throw std::logic_error(what);
}

/// One of everything. Throws logic_error if an answer is wrong.
void converse(Session& session) {
    const Bytes data{0xA5, 0x5A, 0x10, 0, 0xFF, 0xFF, 3, 4, 5, 6, 0xA5};
    const auto block = session.allocate(64, 0x404, 16);
    expect(block.address % 16 == 0, "allocate gave a wrong address");
    session.write(block.address + 3, data);
    Bytes back(data.size());
    session.read(block.address + 3, back);
    expect(back == data, "read gave what was not written");
    expect(session.execute(block.address) == (block.address ^ 0x5555), "execute gave a wrong result");
    expect(session.heap_info().total_spiram == 33'554'432, "heap_info gave wrong numbers");
    session.ping(data);
    session.free(block.address);
}

/// The errors that a bad line may cause.
bool about_the_line(const Error& error) {
    switch (error.kind()) {
    case ErrorKind::Timeout:
    case ErrorKind::ProtocolError:
    case ErrorKind::ConnectionLost:
    case ErrorKind::Interrupted:
    // Bytes behind the harmed one stop a running function.
    case ErrorKind::DeviceFault: return true;
    default: return false;
    }
}

/// Converses on the bad line, heals it when an error shows, and converses
/// again. Empty if all went as it must, else what did not.
std::string try_line(FarEnd& device, BadLine& line, Harm harm) {
    Session session(std::make_unique<Borrowed>(line), quick());
    try {
        try {
            converse(session);
        } catch (const Error& error) {
            if (!about_the_line(error) && harm != Harm::reorder)
                return fmt::format("{}: {}", name(error.kind()), error.what());
        } catch (const std::logic_error&) {
            // v1's sum does not see bytes that change places: what must hold is
            // that nothing later goes wrong.
            if (harm != Harm::reorder) throw;
        }
        line.heal();
        if (harm == Harm::cut && line.happened()) return {};
        converse(session);
        session.heap_check();
    } catch (const std::exception& error) {
        return error.what();
    }
    // Blocks leak if ALLOC's or FREE's answer was lost; no more than that one.
    return device.blocks.size() <= 1 ? std::string() : "blocks are left on the device";
}

struct Length {
    std::size_t to_device, to_host;
};

Length conversation_length() {
    FarEnd device;
    BadLine line(device, Harm::none, Direction::to_device, 0);
    CHECK(try_line(device, line, Harm::none).empty());
    return {line.passed(Direction::to_device), line.passed(Direction::to_host)};
}

void harm_every_byte(FarEnd::Firmware firmware, Harm harm) {
    const auto length = conversation_length();
    REQUIRE(length.to_device > 100);
    for (const auto direction : {Direction::to_device, Direction::to_host}) {
        const auto end = direction == Direction::to_device ? length.to_device : length.to_host;
        for (std::size_t at = 0; at < end; ++at) {
            FarEnd device(firmware);
            BadLine line(device, harm, direction, at);
            const auto wrong = try_line(device, line, harm);
            INFO(tests::name(harm), " at byte ", at, direction == Direction::to_device ? " to device" : " to host");
            CHECK(wrong == "");
        }
    }
}

} // namespace

TEST_CASE("whatever happens to any one byte, answers are right and the session recovers") {
    for (const auto harm : tests::every_harm) {
        SUBCASE(tests::name(harm)) { harm_every_byte(FarEnd::Firmware::ours, harm); }
    }
}

TEST_CASE("a line that is bad again and again is survived") {
    const unsigned seed = 4;
    INFO("seed ", seed);
    std::mt19937 random(seed);
    const auto length = conversation_length();
    for (int round = 0; round < 150; ++round) {
        FarEnd device;
        // Three bad lines in a row, each bad in its own way.
        const auto bad = [&](transport::Pipe& inner) {
            const auto harm = tests::every_harm[random() % (tests::every_harm.size() - 2)]; // all but reorder and cut
            const auto direction = random() % 2 ? Direction::to_device : Direction::to_host;
            return BadLine(inner, harm, direction, random() % length.to_device);
        };
        auto first = bad(device);
        auto second = bad(first);
        auto third = bad(second);
        Session session(std::make_unique<Borrowed>(third), quick());
        for (int attempt = 0; attempt < 6; ++attempt) {
            try {
                converse(session);
            } catch (const Error& error) {
                INFO(error.what());
                CHECK(about_the_line(error));
                for (auto* line : {&first, &second, &third})
                    if (line->happened()) line->heal();
            }
        }
        CHECK_NOTHROW(converse(session));
    }
}
