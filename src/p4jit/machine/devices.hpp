// The chip's registers that firmware touches: spec/chip/devices.def.
#pragma once

#include "p4jit/base/bytes.hpp"
#include "p4jit/machine/device.hpp"

#include <deque>
#include <functional>
#include <map>
#include <string>

namespace p4jit::machine {

/// Word registers by address. An access to any other address, or of another
/// size than a word, is a fault.
class Registers : public Device {
public:
    using Read = std::function<std::uint32_t()>;
    using Write = std::function<void(std::uint32_t)>;

    /// Without `read` the register reads 0; without `write` writes are ignored.
    void add(std::uint32_t address, Read read, Write write);

    std::optional<std::uint32_t> read(std::uint32_t address, unsigned size) override;
    bool write(std::uint32_t address, unsigned size, std::uint32_t value) override;

private:
    struct Register {
        Read read;
        Write write;
    };
    std::map<std::uint32_t, Register> registers_;
};

/// Moves bytes between a host-side queue and guest memory, as a USB peripheral
/// with DMA does.
class Link {
public:
    struct Guest {
        std::function<bool(std::uint32_t address, ByteView)> write; ///< false: no such memory
        std::function<ByteView(std::uint32_t address, std::uint32_t size)> read;
        std::function<void(bool)> data_available; ///< called when it changes
    };

    /// Bytes the host side takes before LINK_TX_FREE is 0.
    static constexpr std::size_t capacity = 1 << 16;

    Link(Registers& registers, Guest guest);

    void host_sends(ByteView bytes);
    /// Bytes for the host, at most into.size(); returns how many.
    std::size_t host_receives(MutableBytes into);
    std::size_t waiting_for_host() const { return to_host_.size() - to_host_at_; }
    bool empty() const { return to_guest_.size() == to_guest_at_ && waiting_for_host() == 0; }

private:
    void receive(std::uint32_t length);
    void send(std::uint32_t length);

    Guest guest_;
    // Queues: a vector and how much of its front has been taken.
    Bytes to_guest_, to_host_;
    std::size_t to_guest_at_ = 0, to_host_at_ = 0;
    std::uint32_t rx_address_ = 0, rx_done_ = 0, tx_address_ = 0, tx_done_ = 0;
};

} // namespace p4jit::machine
