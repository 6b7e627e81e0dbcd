// Registers behind an address range.
#pragma once

#include <cstdint>
#include <optional>

namespace p4jit::machine {

class Device {
public:
    virtual ~Device() = default;

    /// Reads or writes a register. `address` is absolute and aligned to `size`
    /// (1, 2 or 4 bytes). No value, or false, where there is no such register:
    /// the access is a fault.
    virtual std::optional<std::uint32_t> read(std::uint32_t address, unsigned size) = 0;
    virtual bool write(std::uint32_t address, unsigned size, std::uint32_t value) = 0;
};

} // namespace p4jit::machine
