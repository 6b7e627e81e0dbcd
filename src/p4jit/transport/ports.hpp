// Which serial ports there are on USB, and who made what is behind them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace p4jit::transport {

struct Port {
    std::string path;          ///< "/dev/ttyACM0"
    std::uint16_t vendor = 0;  ///< USB vendor ID
    std::uint16_t product = 0; ///< USB product ID
    std::string serial;        ///< the device's serial number, if it has one
    std::string name;          ///< "Espressif Device", if it says
};

/// What may be behind a port, as far as the USB device tells (spec/chip/usb.def).
enum class PortKind {
    ours,    ///< says that it is our firmware
    tinyusb, ///< firmware on an Espressif chip that does not say whose: the original's is one
    jtag,    ///< an Espressif chip's own console, where no firmware answers
    other,
};

PortKind kind_of(const Port& port);

/// The serial ports on USB, sorted by path; asks the system, not the devices.
std::vector<Port> ports(const std::filesystem::path& sysfs = "/sys");

/// The port that a path leads to, also through links such as those in
/// /dev/serial/by-id; nothing if it is none of them.
std::optional<Port> port_at(const std::filesystem::path& path, const std::vector<Port>& ports);

/// Where the same device is now: plugged in again, it may have another path.
/// Nothing if it has no serial number, or is not there.
std::optional<Port> same_device(const Port& device, const std::vector<Port>& ports);

/// "/dev/ttyACM0 (303a:4001 Espressif Device, serial number 123456)".
std::string describe(const Port& port);

} // namespace p4jit::transport
