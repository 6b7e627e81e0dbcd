// A virtual board for other programs: behind a pseudo-terminal or a TCP port.
#pragma once

#include "p4jit/base/deadline.hpp"
#include "p4jit/isa/revision.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace p4jit {

struct ServeOptions {
    isa::ChipRevision revision; ///< of the chip on the board
    /// The image it boots; empty: the built-in one.
    std::filesystem::path firmware_elf;
    /// "HOST:PORT", port 0 for any free one. Empty: a pseudo-terminal.
    std::string tcp;
    /// Takes what the board prints; empty: stdout.
    std::function<void(std::string_view)> console;
    /// Told once, when others can connect: the address to give to P4JIT(port=…).
    std::function<void(const std::string& address)> ready;
    InterruptCheck interrupted;
};

/// Serves one client after the other until interrupted, then returns. The board
/// keeps its memory between clients. Throws ConnectError if the port is taken.
void serve(const ServeOptions& options);

} // namespace p4jit
