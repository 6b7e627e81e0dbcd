#include "firmware/core/p4_world.h"
#include "tests/idf/fake_idf.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <random>

extern "C" {
#include "firmware/idf/p4jit/doorbell.h"
#include "firmware/idf/p4jit/link.h"
}

using namespace p4jit;
using p4jit::test::FakeIdf;

namespace {

Bytes numbered(std::size_t count) {
    Bytes bytes(count);
    std::mt19937 random(1);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    return bytes;
}

/// A device whose port is open.
struct Device : FakeIdf {
    Device() {
        p4jit_doorbell_open();
        REQUIRE(p4jit_link_start() == ESP_OK);
        if (p4jit_link_has_news()) receive(1, 0); // what an earlier test left behind
        usb.open(true);
        rings = 0;
    }
    ~Device() { usb.open(false); }

    /// What one call of receive() gives; the host's leaving is an empty optional.
    std::optional<Bytes> receive(std::size_t room, std::uint32_t wait_ms = P4_FOREVER) {
        Bytes bytes(room);
        const auto count = p4jit_link_receive(nullptr, bytes.data(), static_cast<std::uint32_t>(room), wait_ms);
        if (count < 0) return std::nullopt;
        bytes.resize(static_cast<std::size_t>(count));
        return bytes;
    }
    void send(const Bytes& bytes) { p4jit_link_send(nullptr, bytes.data(), static_cast<std::uint32_t>(bytes.size())); }
};

} // namespace

TEST_CASE("a board says on USB whose it is, and which one") {
    Device device;
    REQUIRE(device.usb.strings.size() == 5);
    CHECK(device.usb.strings[1] == "P4-JIT");
    CHECK(device.usb.strings[2] == "P4-JIT ESP32-P4");
    CHECK(device.usb.strings[3] == "30EDA00102FF");
    CHECK(device.usb.driver.port == TINYUSB_PORT_HIGH_SPEED_0);
    CHECK(device.usb.driver.task.xCoreID != CONFIG_P4JIT_KERNEL_CORE);
}

TEST_CASE("a host that sends faster than the core reads waits, and loses nothing") {
    for (const unsigned seed : {1u, 2u, 3u, 4u}) {
        Device device;
        std::mt19937 random(seed);
        const auto sent = numbered(200'000);
        device.usb.host_out.assign(sent.begin(), sent.end());
        device.meanwhile = [&] {
            // Mostly whole packets, now and then a short one; many before the core looks.
            for (unsigned i = random() % 40; i > 0; --i)
                device.usb.send_packet(random() % 4 ? 512 : 1 + random() % 511);
            return true;
        };
        Bytes received;
        while (received.size() < sent.size()) {
            for (unsigned i = random() % 30; i > 0; --i) device.usb.send_packet();
            const auto bytes = device.receive(1 + random() % 3000);
            REQUIRE(bytes);
            received.insert(received.end(), bytes->begin(), bytes->end());
        }
        CHECK(received == sent);
        CHECK(device.usb.refused > 0);
    }
}

TEST_CASE("a slow reader gets every byte, in packets that need no empty one but the last") {
    for (const std::size_t size : {1u, 511u, 512u, 513u, 8192u, 8193u, 100'000u, 102'400u}) {
        Device device;
        const auto bytes = numbered(size);
        unsigned turns = 0;
        device.meanwhile = [&] {
            if (++turns % 7 == 0) device.usb.take_packet();
            return true;
        };
        device.send(bytes);
        while (device.usb.take_packet()) {
        }
        CHECK(device.usb.host_in == bytes);
        CHECK(device.usb.empty_packets == (size % 512 == 0 ? 1 : 0));
    }
}

TEST_CASE("a long send is woken for half a buffer at a time, by packets that have gone out and not by time") {
    Device device;
    const auto bytes = numbered(400'000);
    unsigned wakes = 0;
    device.meanwhile = [&] {
        device.usb.take_packet();
        wakes += device.rings > 0;
        return true;
    };
    device.send(bytes);
    while (device.usb.take_packet()) {
    }
    CHECK(device.usb.host_in == bytes);
    CHECK(wakes <= 400'000 / (CFG_TUD_CDC_TX_BUFSIZE / 2) + 1);
    CHECK(device.now_us / 100 <= 400'000 / 512 + 1); // never waited for anything but a packet
}

TEST_CASE("many short pieces arrive in order") {
    Device device;
    std::mt19937 random(5);
    const auto bytes = numbered(50'000);
    device.meanwhile = [&] { return device.usb.take_packet(), true; };
    for (std::size_t at = 0; at < bytes.size();) {
        const auto count = std::min<std::size_t>(1 + random() % 300, bytes.size() - at);
        device.send(Bytes(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                          bytes.begin() + static_cast<std::ptrdiff_t>(at + count)));
        at += count;
        if (random() % 3 == 0) device.usb.take_packet();
    }
    while (device.usb.take_packet()) {
    }
    CHECK(device.usb.host_in == bytes);
}

TEST_CASE("receive waits as long as it is told to, and not longer") {
    Device device;
    CHECK(device.receive(10, 0) == Bytes{});
    CHECK(device.now_us == 0);
    device.meanwhile = [] { return true; };
    CHECK(device.receive(10, 20) == Bytes{});
    CHECK(device.now_us >= 20'000);
    CHECK(device.now_us < 25'000);
    device.usb.host_out.assign({1, 2, 3});
    device.meanwhile = [&] { return device.usb.send_packet(), true; };
    CHECK(device.receive(10, 1000) == Bytes{1, 2, 3});
}

TEST_CASE("a host that closes the port is gone once, and its bytes are not the next one's") {
    Device device;
    device.usb.host_out.assign({1, 2, 3});
    device.usb.send_packet();
    device.usb.open(false);
    device.usb.open(true);
    device.usb.host_out.assign({9});
    device.usb.send_packet();
    CHECK(p4jit_link_has_news());
    CHECK(device.receive(10, 0) == std::nullopt);
    CHECK(device.receive(10, 0) == Bytes{9});
    CHECK(device.receive(10, 0) == Bytes{});
}

TEST_CASE("a send ends when the host leaves in its middle, and the next host gets none of it") {
    for (const bool cable : {false, true}) {
        Device device;
        unsigned turns = 0;
        device.meanwhile = [&] {
            if (++turns < 20) return true;
            if (cable)
                device.usb.pull_the_cable();
            else
                device.usb.open(false);
            device.usb.open(true);
            return true;
        };
        device.send(numbered(100'000));
        CHECK(device.usb.tx.empty());
        CHECK(device.receive(10, 0) == std::nullopt);
    }
}

TEST_CASE("nothing is sent to a port that nobody has open") {
    Device device;
    device.usb.open(false);
    CHECK(device.receive(1, 0) == std::nullopt);
    device.send({1, 2, 3});
    CHECK(device.usb.tx.empty());
}
