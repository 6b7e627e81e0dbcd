// What pipe.hpp promises, for every form of pipe that can be had without a board.
#include "p4jit/transport/pipe.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/transport/memory_pipe.hpp"
#include "p4jit/transport/open.hpp"
#include "p4jit/transport/pty.hpp"
#include "p4jit/transport/tcp.hpp"

#include <doctest/doctest.h>

#include <numeric>
#include <thread>

using namespace p4jit;
using namespace p4jit::transport;
using namespace std::chrono_literals;

namespace {

using PipePtr = std::unique_ptr<Pipe>;
using Ends = std::pair<PipePtr, PipePtr>; // ours, the far one

Ends socket_pair() {
    TcpListener listener({"127.0.0.1", 0}, Deadline::after(5s));
    auto near = open(listener.address().text(), Deadline::after(5s));
    return {std::move(near), listener.accept(Deadline::after(5s))};
}

Ends serial_pair() {
    auto pty = Pty::open();
    auto near = open(pty->path(), Deadline::after(5s));
    return {std::move(near), std::move(pty)};
}

/// Runs the test for each form.
template <typename Test>
void for_each_form(Test test) {
    SUBCASE("memory") { test(memory_pipe()); }
    SUBCASE("socket") { test(socket_pair()); }
    SUBCASE("serial port") { test(serial_pair()); }
    SUBCASE("far side of a serial port") {
        auto [near, far] = serial_pair();
        test(Ends{std::move(far), std::move(near)});
    }
}

Bytes read_exactly(Pipe& pipe, std::size_t count) {
    Bytes bytes(count);
    for (std::size_t at = 0; at < count;) {
        const auto got = pipe.read(MutableBytes(bytes).subspan(at), Deadline::after(5s));
        REQUIRE(got > 0);
        at += got;
    }
    return bytes;
}

Bytes every_byte(std::size_t count) {
    Bytes bytes(count);
    std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
    return bytes;
}

} // namespace

TEST_CASE("every byte value arrives as it was sent, in both directions") {
    for_each_form([](Ends ends) {
        const auto bytes = every_byte(512);
        ends.first->write(bytes, Deadline::after(5s));
        CHECK(read_exactly(*ends.second, 512) == bytes);
        ends.second->write(bytes, Deadline::after(5s));
        CHECK(read_exactly(*ends.first, 512) == bytes);
    });
}

TEST_CASE("a megabyte passes while the far end reads it") {
    for_each_form([](Ends ends) {
        const auto bytes = every_byte(1 << 20);
        std::jthread writer([&] { ends.first->write(bytes, Deadline::after(20s)); });
        CHECK(read_exactly(*ends.second, bytes.size()) == bytes);
    });
}

TEST_CASE("read returns nothing only at the deadline, and not much later") {
    for_each_form([](Ends ends) {
        Bytes bytes(10);
        const auto start = Deadline::Clock::now();
        CHECK(ends.first->read(bytes, Deadline::after(80ms)) == 0);
        const auto took = Deadline::Clock::now() - start;
        CHECK(took >= 80ms);
        CHECK(took < 1s);
    });
}

TEST_CASE("an expired deadline takes what is there without waiting") {
    for_each_form([](Ends ends) {
        ends.second->write(every_byte(3), Deadline::after(5s));
        std::this_thread::sleep_for(20ms);
        Bytes bytes(10);
        CHECK(ends.first->read(bytes, Deadline::after(0s)) == 3);
        CHECK(ends.first->read(bytes, Deadline::after(0s)) == 0);
    });
}

TEST_CASE("an interrupt ends a read and a write that would wait for ever") {
    for_each_form([](Ends ends) {
        const auto soon = Deadline::Clock::now() + 30ms;
        const auto deadline = Deadline::never([&] { return Deadline::Clock::now() > soon; });
        Bytes bytes(10);
        CHECK_THROWS_AS(ends.first->read(bytes, deadline), Interrupted);
        CHECK_THROWS_AS(ends.first->write(Bytes(32 << 20), deadline), Interrupted);
        CHECK(Deadline::Clock::now() < soon + 2s);
    });
}

TEST_CASE("a write that nobody reads times out") {
    for_each_form(
        [](Ends ends) { CHECK_THROWS_AS(ends.first->write(Bytes(32 << 20), Deadline::after(60ms)), Timeout); });
}

TEST_CASE("a far end that goes away is noticed, after all it sent has been read") {
    const auto test = [](Ends ends) {
        ends.second->write(every_byte(5), Deadline::after(5s));
        ends.second.reset();
        CHECK(read_exactly(*ends.first, 5) == every_byte(5));
        Bytes bytes(10);
        CHECK_THROWS_AS(ends.first->read(bytes, Deadline::after(5s)), ConnectionLost);
        // A socket may take one more write before it learns of it.
        const auto write = [&] {
            for (int i = 0; i < 10; ++i) ends.first->write(bytes, Deadline::after(5s));
        };
        CHECK_THROWS_AS(write(), ConnectionLost);
    };
    SUBCASE("memory") { test(memory_pipe()); }
    SUBCASE("socket") { test(socket_pair()); }
}

TEST_CASE("a serial port that is unplugged says so") {
    auto [near, far] = serial_pair();
    const auto name = near->name();
    far.reset();
    Bytes bytes(10);
    CHECK_THROWS_WITH_AS(near->read(bytes, Deadline::after(5s)),
                         (name + " is gone: the device was unplugged or reset; connect again").c_str(), ConnectionLost);
    CHECK_THROWS_AS(near->write(bytes, Deadline::after(5s)), ConnectionLost);
}

TEST_CASE("a thread that waits in read is woken by bytes and by the end") {
    auto [near, far] = memory_pipe();
    std::jthread later([&] {
        std::this_thread::sleep_for(10ms);
        far->write(every_byte(1), Deadline::after(5s));
        std::this_thread::sleep_for(10ms);
        far.reset();
    });
    Bytes bytes(10);
    CHECK(near->read(bytes, Deadline::never()) == 1);
    CHECK_THROWS_AS(near->read(bytes, Deadline::never()), ConnectionLost);
}

TEST_CASE("only serial ports need small requests") {
    CHECK(serial_pair().first->is_serial());
    CHECK_FALSE(socket_pair().first->is_serial());
    CHECK_FALSE(memory_pipe().first->is_serial());
}
