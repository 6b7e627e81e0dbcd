// Linux: /sys/class/tty/<name>/device is a link into the device tree, and the
// USB device is the nearest folder above it that has an idVendor.
#include "p4jit/transport/ports.hpp"

#include "p4jit/base/printable.hpp"
#include "p4jit/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

namespace p4jit::transport {

namespace fs = std::filesystem;

namespace {

/// The first line of a sysfs attribute; empty if there is none. What a USB
/// device says of itself is its maker's text.
std::string attribute(const fs::path& file) {
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    return printable_name(trim(line));
}

std::uint16_t usb_id(const fs::path& file) {
    long long value = 0;
    const auto text = "0x" + attribute(file);
    return parse_integer(text, value) && value <= 0xFFFF ? static_cast<std::uint16_t>(value) : std::uint16_t{0};
}

/// The USB device that `device` is a part of; empty if it is on no USB.
fs::path usb_device(const fs::path& device) {
    std::error_code failed;
    auto folder = fs::canonical(device, failed);
    for (; !failed && folder.has_relative_path(); folder = folder.parent_path())
        if (fs::exists(folder / "idVendor", failed)) return folder;
    return {};
}

} // namespace

std::vector<Port> ports(const fs::path& sysfs) {
    std::vector<Port> found;
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(sysfs / "class" / "tty", failed)) {
        const auto usb = usb_device(entry.path() / "device");
        if (usb.empty()) continue;
        found.push_back({"/dev/" + entry.path().filename().string(), usb_id(usb / "idVendor"),
                         usb_id(usb / "idProduct"), attribute(usb / "serial"), attribute(usb / "product")});
    }
    std::sort(found.begin(), found.end(), [](const Port& a, const Port& b) { return a.path < b.path; });
    return found;
}

PortKind kind_of(const Port& port) {
    struct Id {
        std::uint16_t vendor, product;
        bool is(const Port& port) const { return port.vendor == vendor && port.product == product; }
    };
#define USB_ID(id, vendor, product, ...) constexpr Id id{vendor, product};
#define USB_NAME(id, text, ...) [[maybe_unused]] constexpr std::string_view id##_name = text;
#include "spec/chip/usb.def"
    if (port.name == product_name) return PortKind::ours;
    if (tinyusb_port.is(port) && port.name == esp_tinyusb_name) return PortKind::tinyusb;
    return serial_jtag.is(port) ? PortKind::jtag : PortKind::other;
}

std::optional<Port> port_at(const fs::path& path, const std::vector<Port>& ports) {
    std::error_code failed;
    const auto real = fs::canonical(path, failed);
    for (const auto& port : ports)
        if (port.path == path || (!failed && port.path == real)) return port;
    return std::nullopt;
}

std::optional<Port> same_device(const Port& device, const std::vector<Port>& ports) {
    if (device.serial.empty()) return std::nullopt;
    for (const auto& port : ports)
        if (port.serial == device.serial && port.vendor == device.vendor && port.product == device.product) return port;
    return std::nullopt;
}

std::string describe(const Port& port) {
    return fmt::format("{} ({:04x}:{:04x}{}{}{}{})", port.path, port.vendor, port.product, port.name.empty() ? "" : " ",
                       port.name, port.serial.empty() ? "" : ", serial number ", port.serial);
}

} // namespace p4jit::transport
