// ESP-IDF, FreeRTOS and TinyUSB as far as the component uses them, for its
// sources compiled natively: they obey the real interfaces and complain when the
// component does not.
//
// One thread. The component's tasks are not run: a test calls its functions as
// the serving task or as the kernel task does. When one of them sleeps, the
// test's `meanwhile` happens.
#pragma once

#include "p4jit/base/bytes.hpp"

#include <cstdio>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include <freertos/task.h>
#include <tinyusb.h>
#include <tinyusb_cdc_acm.h>

namespace p4jit::test {

/// TinyUSB's serial port and the host at the other end of the cable, packet by
/// packet, by cdc_device.c: the port takes a packet only if it fits behind what
/// waits, and sends one at a time.
struct FakeUsb {
    static constexpr std::size_t packet = 512;

    // The host.
    std::deque<std::uint8_t> host_out; ///< what the host wants to send
    Bytes host_in;                     ///< what it has read
    std::size_t refused = 0;           ///< packets that the port did not take yet
    std::size_t empty_packets = 0;

    /// The host sends one packet of at most so many bytes, if the port takes it.
    void send_packet(std::size_t size = packet);
    /// The host takes the packet that the port has for it, if there is one.
    bool take_packet();
    void open(bool dtr);
    void pull_the_cable();

    // The device.
    std::deque<std::uint8_t> rx, tx;
    Bytes in_flight;
    bool busy = false, last_was_full = false;
    tinyusb_config_t driver{};
    tinyusb_config_cdcacm_t port{};
    std::vector<std::string> strings;
};

struct FakeIdf {
    FakeIdf();
    ~FakeIdf();
    FakeIdf(const FakeIdf&) = delete;
    FakeIdf& operator=(const FakeIdf&) = delete;

    FakeUsb usb;

    /// What happens while a task sleeps, a little at a time; false: nothing is
    /// left that could ever happen.
    std::function<bool()> meanwhile = [] { return false; };

    std::int64_t now_us = 0;
    std::uint32_t rings = 0; ///< notifications of the current task
    TaskHandle_t current = nullptr;
    TaskHandle_t kernel_task = nullptr; ///< once the component has made it

    /// The calls of esp_cache_msync(), and what it says.
    struct Sync {
        std::uintptr_t address;
        std::size_t size;
        int flags;
        bool operator==(const Sync&) const = default;
    };
    std::vector<Sync> syncs;

    std::string own_console; ///< what reached the board's console
    int panics = 0;          ///< traps that went on to ESP-IDF's handler
    bool stack_guard_on = true;
    std::vector<FILE*> unlocked; ///< by funlockfile()

    static FakeIdf& here();
};

} // namespace p4jit::test
