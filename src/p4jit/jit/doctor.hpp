// What this installation has to work with, for `p4jit doctor` and `p4jit devices`.
#pragma once

#include "p4jit/base/deadline.hpp"
#include "p4jit/isa/revision.hpp"

#include <string>
#include <vector>

namespace p4jit {

/// One thing that was looked at.
struct Finding {
    std::string topic;  ///< "compiler"
    std::string answer; ///< "riscv64-unknown-elf-gcc 12.2.0"
    std::string detail; ///< "found on PATH"
    bool good = true;
    std::vector<std::string> more; ///< what else was looked at, or what helps; a line each
};

/// Looks at the compiler, the board, the virtual board and its firmware, as for
/// a chip of that revision.
/// Never throws: what is wrong is in the findings. Opens no port.
std::vector<Finding> doctor(const InterruptCheck& interrupted = {}, const isa::ChipRevision& revision = {});

struct DeviceInfo {
    std::string port;        ///< to give to DeviceOptions::port
    std::string description; ///< "Espressif Device, serial number 123456"
    bool tried = false;      ///< what P4JIT() would try by itself
};

/// Serial ports on USB, and last the virtual board. Opens none of them.
std::vector<DeviceInfo> devices();

/// The version of this library: "0.1.0".
std::string version();

} // namespace p4jit
