#include "p4jit/session/session.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/transport/memory_pipe.hpp"
#include "tests/cable/serve.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <thread>

using namespace p4jit;
using namespace p4jit::session;
using namespace std::chrono_literals;
using tests::Borrowed;
using tests::FarEnd;
using wire::Command;

namespace {

constexpr std::uint32_t caps = 0x404;

SessionOptions quick() {
    SessionOptions options;
    options.timeout = 20ms;
    options.recovery = 300ms;
    options.stop = 100ms;
    return options;
}

Session talk_to(FarEnd& device, SessionOptions options = quick()) {
    return Session(std::make_unique<Borrowed>(device), std::move(options));
}

Bytes pattern(std::size_t size) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 7 + i / 256);
    return bytes;
}

Bytes read(Session& session, std::uint32_t address, std::size_t size) {
    Bytes bytes(size);
    session.read(address, bytes);
    return bytes;
}

template <typename Call>
std::string message(Call call) {
    try {
        call();
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

bool contains(const std::string& text, const std::string& piece) { return text.find(piece) != text.npos; }

} // namespace

TEST_CASE("memory of the device is allocated, written, read, run and freed") {
    FarEnd device;
    auto session = talk_to(device);
    const auto block = session.allocate(100, caps, 16);
    CHECK(block.address == 0x48210AE0);
    session.write(block.address + 10, pattern(50));
    CHECK(read(session, block.address + 10, 50) == pattern(50));
    CHECK(session.execute(block.address + 4) == ((block.address + 4) ^ 0x5555));
    CHECK(session.heap_info().total_spiram == 33'554'432);
    CHECK(session.heap_check().allocated_blocks == 1);
    session.ping(pattern(1000));
    session.free(block.address);
    CHECK(device.blocks.empty());
    CHECK(session.blocks().empty());
}

TEST_CASE("an address outside the session's blocks is refused in the original's words, and nothing is sent") {
    FarEnd device;
    auto session = talk_to(device);
    const auto block = session.allocate(128, caps, 16);
    const auto sent = device.requests.size();
    CHECK_THROWS_AS(session.write(block.address, Bytes(129)), AccessDenied);
    CHECK(message([&] { session.write(block.address, Bytes(132)); }) ==
          "Segmentation Fault: Write to 0x48210AE0 out of bounds: 132 bytes, and the block at 0x48210AE0 has 128");
    CHECK(message([&] { read(session, 0x10, 1); }) ==
          "Segmentation Fault: Read from 0x00000010 out of bounds: 1 bytes, and no block of this session is there. "
          "Open the device with unsafe=True to reach other memory");
    CHECK(contains(message([&] { session.execute(0); }),
                   "Segmentation Fault: Execute at 0x00000000 not in valid region"));
    CHECK(message([&] { session.free(block.address + 4); }) == "Address 0x48210AE4 not tracked in allocation table");
    CHECK(device.requests.size() == sent);
}

TEST_CASE("empty transfers inside a block send nothing") {
    FarEnd device;
    auto session = talk_to(device);
    const auto block = session.allocate(8, caps, 4);
    const auto sent = device.requests.size();
    session.write(block.address + 8, {});
    session.read(block.address, {});
    CHECK(device.requests.size() == sent);
}

TEST_CASE("a failed allocation says what was asked for and what there is") {
    FarEnd device;
    auto session = talk_to(device);
    CHECK_THROWS_AS(session.allocate(0, caps, 16), OutOfMemory);
    const auto text = message([&] { session.allocate(1 << 30, caps, 16); });
    CHECK(contains(text, "Allocation failed on device. Error: 3"));
    CHECK(contains(text, "1073741824 bytes with caps 0x404 [8BIT SPIRAM], alignment 16"));
    CHECK(contains(text, "31388992 bytes of PSRAM"));
    CHECK(session.blocks().empty());
}

TEST_CASE("long transfers go in pieces that a serial line can take") {
    FarEnd device;
    device.serial = true;
    auto session = talk_to(device);
    const auto data = pattern(200'000);
    const auto block = session.allocate(200'000, caps, 16);
    session.write(block.address, data);
    CHECK(device.longest_request <= 16 * 1024);
    CHECK(read(session, block.address, data.size()) == data);
}

TEST_CASE("other lines take the longest frames there are") {
    FarEnd device;
    auto session = talk_to(device);
    const auto data = pattern(3'000'000);
    const auto block = session.allocate(3'000'000, caps, 16);
    session.write(block.address, data);
    CHECK(device.longest_request == wire::max_payload + wire::frame_overhead);
    CHECK(read(session, block.address, data.size()) == data);
    CHECK(std::ranges::count(device.requests, Command::WRITE_MEM) == 3);
}

TEST_CASE("the size of the pieces can be chosen") {
    FarEnd device;
    auto options = quick();
    options.write_chunk = 10;
    options.read_chunk = 7;
    auto session = talk_to(device, options);
    const auto block = session.allocate(100, caps, 16);
    session.write(block.address, pattern(95));
    CHECK(read(session, block.address, 95) == pattern(95));
    CHECK(std::ranges::count(device.requests, Command::WRITE_MEM) == 10);
    CHECK(std::ranges::count(device.requests, Command::READ_MEM) == 14);
}

TEST_CASE("a session frees what it owns when it ends") {
    FarEnd device;
    {
        auto session = talk_to(device);
        session.allocate(10, caps, 16);
        session.allocate(20, caps, 16);
        CHECK(device.blocks.size() == 2);
    }
    CHECK(device.blocks.empty());
}

TEST_CASE("a block that the device has lost does not keep a session from freeing the others") {
    FarEnd device;
    {
        auto session = talk_to(device);
        const auto lost = session.allocate(10, caps, 16);
        session.allocate(20, caps, 16);
        device.blocks.erase(lost.address);
    }
    CHECK(device.blocks.empty());
}

TEST_CASE("a session whose device has gone ends without a word") {
    FarEnd device(FarEnd::Firmware::original);
    device.function = [](std::uint32_t) { return FarEnd::Run{.crashes = true}; };
    auto session = talk_to(device);
    const auto block = session.allocate(10, caps, 16);
    CHECK_THROWS_AS(session.execute(block.address), ConnectionLost);
    CHECK_THROWS_AS(session.heap_info(), ConnectionLost);
}

TEST_CASE("a crash on the device is a DeviceFault and the session goes on") {
    FarEnd device;
    device.function = [](std::uint32_t) { return FarEnd::Run{.crashes = true}; };
    auto session = talk_to(device);
    const auto block = session.allocate(10, caps, 16);
    CHECK_THROWS_WITH_AS(session.execute(block.address),
                         "the function at 0x48210AE0: the code crashed; it was stopped and the device is fine",
                         DeviceFault);
    CHECK(session.heap_check().allocated_blocks == 1);
}

TEST_CASE("a function may take longer than any other request") {
    FarEnd device(FarEnd::Firmware::original);
    device.function = [](std::uint32_t) { return FarEnd::Run{42, 3'000'000}; };
    auto session = talk_to(device);
    const auto block = session.allocate(10, caps, 16);
    CHECK(session.execute(block.address) == 42);
}

TEST_CASE("a function over its time limit is stopped by our firmware") {
    FarEnd device;
    device.function = [](std::uint32_t) { return FarEnd::Run{1, FarEnd::for_ever}; };
    auto session = talk_to(device);
    const auto block = session.allocate(10, caps, 16);
    CHECK_THROWS_WITH_AS(session.execute(block.address, 10ms),
                         "no result after 0.01 s: the function at 0x48210AE0 no longer runs; the device is fine",
                         Timeout);
    CHECK(session.heap_check().allocated_blocks == 1);
}

TEST_CASE("a function over its time limit on the original's firmware: later requests wait, and get their own answers") {
    FarEnd device(FarEnd::Firmware::original);
    bool first = true;
    device.function = [&](std::uint32_t) {
        return std::exchange(first, false) ? FarEnd::Run{1, FarEnd::for_ever} : FarEnd::Run{2};
    };
    auto options = quick();
    options.recovery = 100ms;
    auto session = talk_to(device, options);
    const auto block = session.allocate(10, caps, 16);
    CHECK(contains(message([&] { session.execute(block.address, 10ms); }), "is still running"));
    CHECK(contains(message([&] { session.heap_info(); }), "far end has not answered for 0.1 s"));

    device.finish();
    CHECK(session.heap_info().free_internal == 384'063);
    CHECK(session.execute(block.address) == 2);
    CHECK(read(session, block.address, 10) == Bytes(10, 0xEE));
}

TEST_CASE("Ctrl-C stops a function that would run for ever, and the session goes on") {
    FarEnd device;
    device.function = [](std::uint32_t) { return FarEnd::Run{1, FarEnd::for_ever}; };
    int looks = -1;
    auto options = quick();
    options.interrupted = [&] { return looks > 0 && --looks == 0; };
    auto session = talk_to(device, options);
    const auto block = session.allocate(10, caps, 16);
    looks = 20;
    CHECK_THROWS_WITH_AS(session.execute(block.address),
                         "interrupted: the function at 0x48210AE0 no longer runs; the device is fine", Interrupted);
    CHECK(session.heap_check().allocated_blocks == 1);
}

TEST_CASE("Ctrl-C at any moment of any request leaves the session in step") {
    for (int moment = 1; moment < 60; ++moment) {
        CAPTURE(moment);
        FarEnd device;
        int looks = 0;
        auto options = quick();
        options.interrupted = [&] { return ++looks == moment; };
        auto session = talk_to(device, options);
        const auto work = [&] {
            const auto block = session.allocate(100, caps, 16);
            session.write(block.address, pattern(100));
            const auto data = read(session, block.address, 100);
            CHECK(data == pattern(100));
            const auto result = session.execute(block.address);
            CHECK(result == (block.address ^ 0x5555));
            session.free(block.address);
        };
        try {
            work();
        } catch (const Interrupted&) {
        }
        looks = 1000;
        work();
    }
}

TEST_CASE("bytes that nobody asked for put the session back in step, not out of it") {
    auto [near, far] = transport::memory_pipe();
    FarEnd device;
    const tests::Served served(device, *far);
    auto session = Session(std::move(near));
    CHECK(session.heap_info().free_spiram == device.free_spiram);
    // A HEAP_INFO answer as a late one would be.
    const wire::HeapInfo wrong{1, 2, 3, 4};
    far->write(wire::encode(Command::HEAP_INFO, wire::Flag::OK, {wire::payload(wrong)}), Deadline::after(1s));
    CHECK(session.heap_info().free_spiram == device.free_spiram);
}

TEST_CASE("a device that answers nonsense is told apart, and asked again") {
    FarEnd device;
    auto session = talk_to(device);
    session.ping({});
    SUBCASE("the wrong command") { device.say(wire::encode(Command::FREE, wire::Flag::OK, {Bytes(4)})); }
    SUBCASE("an unknown flag") { device.say(wire::encode(Command::PING, static_cast<wire::Flag>(9), {})); }
    SUBCASE("an error without a code") { device.say(wire::encode(Command::PING, wire::Flag::ERROR, {Bytes(3)})); }
    SUBCASE("another echo") { device.say(wire::encode(Command::PING, wire::Flag::OK, {Bytes(3)})); }
    CHECK_THROWS_AS(session.ping(pattern(4)), ProtocolError);
    CHECK_NOTHROW(session.ping(pattern(4)));
}

TEST_CASE("answers that are too short are refused") {
    FarEnd device;
    auto session = talk_to(device);
    const auto block = session.allocate(8, caps, 4);
    device.say(wire::encode(Command::HEAP_INFO, wire::Flag::OK, {Bytes(15)}));
    CHECK_THROWS_AS(session.heap_info(), ProtocolError);
    device.say(wire::encode(Command::READ_MEM, wire::Flag::OK, {Bytes(7)}));
    CHECK_THROWS_AS(read(session, block.address, 8), ProtocolError);
    device.say(wire::encode(Command::WRITE_MEM, wire::Flag::OK, {wire::payload(wire::WriteAnswer{7, {}})}));
    CHECK_THROWS_AS(session.write(block.address, Bytes(8)), ProtocolError);
    device.say(wire::encode(Command::ALLOC, wire::Flag::OK, {wire::payload(wire::AllocAnswer{block.address + 4, {}})}));
    CHECK_THROWS_AS(session.allocate(8, caps, 4), ProtocolError);
    session.write(block.address, pattern(8));
    CHECK(read(session, block.address, 8) == pattern(8));
}

TEST_CASE("refusals become errors of their kind") {
    FarEnd device;
    auto session = talk_to(device);
    session.ping({});
    const auto refuse = [&](std::uint32_t code) {
        device.say(
            wire::encode(Command::HEAP_INFO, wire::Flag::ERROR, {ByteView(reinterpret_cast<std::uint8_t*>(&code), 4)}));
        session.heap_info();
    };
    CHECK_THROWS_WITH_AS(refuse(2),
                         "far end refused HEAP_INFO: no such command, or its payload is too short; its "
                         "firmware may be older than this program",
                         DeviceError);
    CHECK_THROWS_AS(refuse(3), OutOfMemory);
    CHECK_THROWS_AS(refuse(4), DeviceError);
    CHECK_THROWS_AS(refuse(5), AccessDenied);
    CHECK_THROWS_AS(refuse(6), DeviceFault);
    CHECK_THROWS_AS(refuse(7), DeviceFault);
    CHECK_THROWS_WITH_AS(refuse(99), "far end refused HEAP_INFO: error 99", DeviceError);
    CHECK_NOTHROW(session.heap_info());
}

TEST_CASE("the original's firmware has no HEAP_CHECK") {
    FarEnd device(FarEnd::Firmware::original);
    auto session = talk_to(device);
    CHECK_THROWS_AS(session.heap_check(), DeviceError);
    CHECK_NOTHROW(session.heap_info());
}

TEST_CASE("hello tells whether somebody is there") {
    FarEnd device;
    auto session = talk_to(device);
    CHECK(session.hello(1s));

    auto [near, far] = transport::memory_pipe();
    auto nobody = Session(std::move(near), quick());
    const auto start = Deadline::Clock::now();
    CHECK_FALSE(nobody.hello(60ms));
    CHECK(Deadline::Clock::now() - start < 1s);
    CHECK_THROWS_AS(nobody.heap_info(), ConnectionLost);
}

TEST_CASE("threads that share a session get their own answers") {
    FarEnd device;
    auto session = talk_to(device);
    std::vector<std::jthread> threads;
    std::atomic<int> wrong{0};
    for (int number = 0; number < 4; ++number)
        threads.emplace_back([&, number] {
            const auto data = pattern(100 + number);
            const auto block = session.allocate(static_cast<std::uint32_t>(data.size()), caps, 16);
            for (int i = 0; i < 200; ++i) {
                session.write(block.address, data);
                if (read(session, block.address, data.size()) != data) ++wrong;
            }
            session.free(block.address);
        });
    threads.clear();
    CHECK(wrong == 0);
    CHECK(device.blocks.empty());
}

TEST_CASE("Ctrl-C reaches a thread that waits for another one's function") {
    FarEnd device;
    std::atomic<bool> pressed{false}, running{false};
    device.function = [&](std::uint32_t) {
        running = true;
        return FarEnd::Run{1, FarEnd::for_ever};
    };
    auto options = quick();
    options.interrupted = [&] { return pressed.load(); };
    auto session = talk_to(device, options);
    const auto block = session.allocate(10, caps, 16);
    std::jthread other([&] { CHECK_THROWS_AS(session.execute(block.address), Interrupted); });
    while (!running) std::this_thread::yield();
    std::jthread presser([&] {
        std::this_thread::sleep_for(20ms);
        pressed = true;
    });
    CHECK_THROWS_AS(session.heap_info(), Interrupted);
    other.join();
    presser.join();
    pressed = false;
}
