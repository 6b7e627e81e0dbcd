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
    CHECK(found[0].vendor == espressif_vendor);
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
