// What is at an address of the device: code of a module or of the firmware, a
// buffer, the stack.
#pragma once

#include "p4jit/jit/backtrace.hpp"
#include "p4jit/jit/state.hpp"

namespace p4jit::jit {

/// A place in code.
struct Location {
    std::string function, file; ///< empty if not known
    std::uint32_t line = 0;
    std::string text;         ///< of that line, if it can be read
    std::optional<Code> code; ///< its function's
    bool is_thunk = false;    ///< the code that calls kernels
};

class Locator {
public:
    explicit Locator(DeviceState& device) : device_(device), modules_(device.modules()) {}

    /// Where the instruction is.
    Location locate(std::uint32_t address);

    /// In words, where data is: "4 bytes behind the end of the buffer at
    /// 0x48210b00 (64 bytes)"; empty if there is nothing near.
    std::string describe(std::uint32_t address, const wire::v2::FaultReport& report);

private:
    Location locate(const ModuleState& module, std::uint32_t offset);
    Location locate_in_firmware(std::uint32_t address);
    std::string name_of(const session::Block& block) const;

    DeviceState& device_;
    std::vector<std::shared_ptr<const ModuleState>> modules_;
};

} // namespace p4jit::jit
