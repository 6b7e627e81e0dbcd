#include "p4jit/machine/devices.hpp"

#include <algorithm>

namespace p4jit::machine {

namespace {

enum Address : std::uint32_t {
#define DEVICE_REGISTER(name, address, meaning) name = address,
#include "spec/chip/devices.def"
};

} // namespace

void Registers::add(std::uint32_t address, Read read, Write write) {
    registers_[address] = {std::move(read), std::move(write)};
}

std::optional<std::uint32_t> Registers::read(std::uint32_t address, unsigned size) {
    const auto found = registers_.find(address);
    if (size != 4 || found == registers_.end()) return std::nullopt;
    return found->second.read ? found->second.read() : 0;
}

bool Registers::write(std::uint32_t address, unsigned size, std::uint32_t value) {
    const auto found = registers_.find(address);
    if (size != 4 || found == registers_.end()) return false;
    if (found->second.write) found->second.write(value);
    return true;
}

Link::Link(Registers& registers, Guest guest) : guest_(std::move(guest)) {
    const auto available = [this] { return static_cast<std::uint32_t>(to_guest_.size() - to_guest_at_); };
    const auto free = [this] { return static_cast<std::uint32_t>(capacity - std::min(capacity, waiting_for_host())); };
    registers.add(LINK_RX_AVAILABLE, available, {});
    registers.add(
        LINK_RX_ADDRESS, [this] { return rx_address_; }, [this](std::uint32_t value) { rx_address_ = value; });
    registers.add(LINK_RX_LENGTH, [this] { return rx_done_; }, [this](std::uint32_t value) { receive(value); });
    registers.add(LINK_TX_FREE, free, {});
    registers.add(
        LINK_TX_ADDRESS, [this] { return tx_address_; }, [this](std::uint32_t value) { tx_address_ = value; });
    registers.add(LINK_TX_LENGTH, [this] { return tx_done_; }, [this](std::uint32_t value) { send(value); });
}

void Link::host_sends(ByteView bytes) {
    if (bytes.empty()) return;
    to_guest_.erase(to_guest_.begin(), to_guest_.begin() + static_cast<std::ptrdiff_t>(to_guest_at_));
    to_guest_at_ = 0;
    to_guest_.insert(to_guest_.end(), bytes.begin(), bytes.end());
    guest_.data_available(true);
}

std::size_t Link::host_receives(MutableBytes into) {
    const auto count = std::min(into.size(), waiting_for_host());
    std::copy_n(to_host_.begin() + static_cast<std::ptrdiff_t>(to_host_at_), count, into.begin());
    to_host_at_ += count;
    if (to_host_at_ == to_host_.size()) {
        to_host_.clear();
        to_host_at_ = 0;
    }
    return count;
}

void Link::receive(std::uint32_t length) {
    const auto count = std::min<std::size_t>(length, to_guest_.size() - to_guest_at_);
    rx_done_ = 0;
    if (!guest_.write(rx_address_, ByteView(to_guest_).subspan(to_guest_at_, count))) return;
    rx_done_ = static_cast<std::uint32_t>(count);
    to_guest_at_ += count;
    if (to_guest_at_ == to_guest_.size()) guest_.data_available(false);
}

void Link::send(std::uint32_t length) {
    const auto count = std::min<std::size_t>(length, capacity - std::min(capacity, waiting_for_host()));
    const auto bytes = guest_.read(tx_address_, static_cast<std::uint32_t>(count));
    to_host_.insert(to_host_.end(), bytes.begin(), bytes.end());
    tx_done_ = static_cast<std::uint32_t>(bytes.size());
}

} // namespace p4jit::machine
