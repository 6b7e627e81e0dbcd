#include "p4jit/session/find.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/transport/memory_pipe.hpp"
#include "tests/cable/far_end.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace p4jit;
using namespace p4jit::session;
using p4jit::transport::Port;

namespace {

const Port ours{"/dev/ttyACM2", 0x303A, 0x4001, "30EDA0010203", "P4-JIT ESP32-P4"};
const Port board{"/dev/ttyACM1", 0x303A, 0x4001, "123456", "Espressif Device"};
const Port machine{"/dev/ttyACM3", 0x303A, 0x4001, "7", "Milling machine"};
const Port jtag{"/dev/ttyACM0", 0x303A, 0x1001, "", ""};
const Port other{"/dev/ttyUSB0", 0x10C4, 0xEA60, "", ""};

/// What there is to open, and what was opened.
struct Desk {
    std::vector<std::string> answering;
    std::vector<std::string> busy;
    std::vector<std::string> opened;

    Opener opener() {
        return [this](const std::string& address, const Deadline&) -> std::unique_ptr<transport::Pipe> {
            opened.push_back(address);
            if (std::ranges::count(busy, address)) throw ConnectError(address + " is in use by another program");
            if (std::ranges::count(answering, address)) return std::make_unique<tests::FarEnd>();
            silent.push_back(transport::memory_pipe());
            return std::move(silent.back().first);
        };
    }
    std::vector<std::pair<std::unique_ptr<transport::Pipe>, std::unique_ptr<transport::Pipe>>> silent;
};

std::string failure(Desk& desk, const std::vector<Port>& ports) {
    try {
        find_device({}, ports, desk.opener());
    } catch (const ConnectError& error) {
        return error.what();
    }
    return {};
}

} // namespace

TEST_CASE("boards that say they are ours are asked first, those that may be after them") {
    Desk desk{.answering = {board.path, ours.path}};
    CHECK(find_device({}, {jtag, board, ours}, desk.opener())->heap_info().total_spiram == 33'554'432);
    CHECK(desk.opened == std::vector<std::string>{ours.path});
    Desk another{.answering = {board.path}};
    find_device({}, {board, ours}, another.opener());
    CHECK(another.opened == std::vector<std::string>{ours.path, board.path});
}

TEST_CASE("a port that is not ours is never opened, and the error says why") {
    Desk desk{.answering = {other.path, jtag.path, machine.path}};
    CHECK(failure(desk, {other}) ==
          "no ESP32-P4 with the P4-JIT firmware on USB. There are other serial ports; name one "
          "to use it all the same:\n  /dev/ttyUSB0 (10c4:ea60)");
    CHECK(
        failure(desk, {machine, jtag}) ==
        "no ESP32-P4 with the P4-JIT firmware on USB. The chip's own console is there, but the firmware answers on the "
        "chip's other USB connector; is it flashed, and is that one plugged in?\n"
        "  /dev/ttyACM0 (303a:1001)\n"
        "There are other serial ports; name one to use it all the same:\n"
        "  /dev/ttyACM3 (303a:4001 Milling machine, serial number 7)");
    CHECK(failure(desk, {}) == "no ESP32-P4 on USB: there is no serial port. Is the board plugged in?");
    CHECK(desk.opened.empty());
}

TEST_CASE("of every board that does not answer the error says why") {
    Desk desk{.busy = {board.path}};
    CHECK(
        failure(desk, {jtag, board, ours, other}) ==
        "no ESP32-P4 with the P4-JIT firmware answers:\n"
        "  /dev/ttyACM2 (303a:4001 P4-JIT ESP32-P4, serial number 30EDA0010203): Device at pipe in memory did not "
        "respond to PING: is the P4-JIT firmware running there?\n"
        "  /dev/ttyACM1 (303a:4001 Espressif Device, serial number 123456): /dev/ttyACM1 is in use by another program");
}

TEST_CASE("a port that was named is opened whatever it is") {
    Desk desk{.answering = {other.path}};
    CHECK(connect(other.path, {}, desk.opener())->name() == "far end");
    CHECK_THROWS_AS(connect("/dev/ttyS9", {}, desk.opener()), ConnectError);
}
