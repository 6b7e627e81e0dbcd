#include "p4jit/transport/ports.hpp"

#include "p4jit/base/bytes.hpp"
#include "p4jit/base/file.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

using namespace p4jit;
using namespace p4jit::transport;
namespace fs = std::filesystem;

namespace {

/// A folder like /sys, with what the tests put in.
class FakeSysfs {
public:
    FakeSysfs() : root_(fs::temp_directory_path() / ("p4jit-sysfs-" + std::to_string(::getpid()))) {
        fs::remove_all(root_);
        fs::create_directories(root_ / "class/tty");
    }
    ~FakeSysfs() { fs::remove_all(root_); }

    /// A terminal whose device is the folder `device` below /sys/devices.
    void terminal(const std::string& name, const std::string& device) {
        fs::create_directories(root_ / "devices" / device);
        fs::create_directories(root_ / "class/tty" / name);
        fs::create_directory_symlink(root_ / "devices" / device, root_ / "class/tty" / name / "device");
    }
    void attribute(const std::string& path, const std::string& text) {
        fs::create_directories((root_ / "devices" / path).parent_path());
        write_file(root_ / "devices" / path, as_bytes(text));
    }
    const fs::path& root() const { return root_; }

private:
    fs::path root_;
};

} // namespace

TEST_CASE("ports on USB are listed with what the device says of itself") {
    FakeSysfs sys;
    sys.terminal("ttyUSB3", "usb1/1-2/1-2:1.0/ttyUSB3");
    sys.attribute("usb1/1-2/idVendor", "10c4\n");
    sys.attribute("usb1/1-2/idProduct", "ea60\n");
    sys.terminal("ttyACM0", "usb1/1-1/1-1:1.0");
    sys.attribute("usb1/1-1/idVendor", "303a\n");
    sys.attribute("usb1/1-1/idProduct", "4001\n");
    sys.attribute("usb1/1-1/serial", "123456\n");
    sys.attribute("usb1/1-1/product", "Espressif Device\n");

    const auto found = ports(sys.root());
    REQUIRE(found.size() == 2);
    CHECK(found[0].vendor == 0x303A);
    CHECK(describe(found[0]) == "/dev/ttyACM0 (303a:4001 Espressif Device, serial number 123456)");
    CHECK(describe(found[1]) == "/dev/ttyUSB3 (10c4:ea60)");
}

TEST_CASE("a device that calls itself by an escape sequence changes no terminal") {
    FakeSysfs sys;
    sys.terminal("ttyACM0", "usb1/1-1/1-1:1.0");
    sys.attribute("usb1/1-1/idVendor", "303a\n");
    sys.attribute("usb1/1-1/idProduct", "4001\n");
    sys.attribute("usb1/1-1/product", "\x1b]0;P4\x07\n");
    CHECK(describe(ports(sys.root()).at(0)) == "/dev/ttyACM0 (303a:4001 \\x1b]0;P4\\x07)");
}

TEST_CASE("terminals that are on no USB, or have no device, are no ports") {
    FakeSysfs sys;
    sys.terminal("ttyS0", "platform/serial8250");
    fs::create_directories(sys.root() / "class/tty/tty1");
    CHECK(ports(sys.root()).empty());
}

TEST_CASE("damaged attributes are no numbers") {
    FakeSysfs sys;
    sys.terminal("ttyACM0", "usb1/1-1/1-1:1.0");
    sys.attribute("usb1/1-1/idVendor", "not hex\n");
    sys.attribute("usb1/1-1/idProduct", "12345\n");
    const auto found = ports(sys.root());
    REQUIRE(found.size() == 1);
    CHECK(found[0].vendor == 0);
    CHECK(found[0].product == 0);
}

TEST_CASE("a system without sysfs has no ports") { CHECK(ports("/nonexistent").empty()); }

TEST_CASE("what is behind a port is told by its name and numbers") {
    CHECK(kind_of({"/dev/ttyACM0", 0x303A, 0x4001, "30EDA0010203", "P4-JIT ESP32-P4"}) == PortKind::ours);
    CHECK(kind_of({"/dev/ttyACM0", 0x1234, 0x0001, "", "P4-JIT ESP32-P4"}) == PortKind::ours); // somebody's own numbers
    CHECK(kind_of({"/dev/ttyACM0", 0x303A, 0x4001, "123456", "Espressif Device"}) == PortKind::tinyusb);
    CHECK(kind_of({"/dev/ttyACM0", 0x303A, 0x4001, "123456", "Milling machine"}) == PortKind::other);
    CHECK(kind_of({"/dev/ttyACM0", 0x303A, 0x1001, "", "USB JTAG/serial debug unit"}) == PortKind::jtag);
    CHECK(kind_of({"/dev/ttyUSB0", 0x10C4, 0xEA60, "", ""}) == PortKind::other);
}

TEST_CASE("a device that comes back at another path is known by its serial number") {
    const Port board{"/dev/ttyACM0", 0x303A, 0x4001, "123456", "P4-JIT"};
    const std::vector<Port> now{{"/dev/ttyACM0", 0x303A, 0x4001, "654321", "P4-JIT"},
                                {"/dev/ttyACM1", 0x303A, 0x1001, "123456", "JTAG"},
                                {"/dev/ttyACM2", 0x303A, 0x4001, "123456", "P4-JIT"}};
    REQUIRE(same_device(board, now));
    CHECK(same_device(board, now)->path == "/dev/ttyACM2");
    CHECK_FALSE(same_device(board, {now[0], now[1]}));
    auto nameless = board;
    nameless.serial.clear();
    CHECK_FALSE(same_device(nameless, now));
    CHECK(port_at("/dev/ttyACM1", now)->product == 0x1001);
    CHECK_FALSE(port_at("socket://localhost:1", now));
}

TEST_CASE("a link to a port is that port") {
    const auto folder = fs::temp_directory_path() / ("p4jit-links-" + std::to_string(::getpid()));
    fs::create_directories(folder);
    write_file(folder / "port", {});
    fs::create_symlink(folder / "port", folder / "by-id");
    const Port port{fs::canonical(folder / "port").string(), 1, 2, "3", ""};
    CHECK(port_at(folder / "by-id", {port}).has_value());
    fs::remove_all(folder);
}
