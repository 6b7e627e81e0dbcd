// A virtual board for other programs: behind a pseudo-terminal or a TCP port.
//
// Who can talk to a board can run code on it and read its memory. A TCP port
// that other computers reach is therefore served only to those who know a
// token; docs/security.md has the whole picture.
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
    /// What clients must know, with TCP: at least 16 characters, best random
    /// ones. Empty: the line in token_file, which only its owner may read; else
    /// the environment variable P4JIT_TOKEN; else nothing, and only this
    /// computer's programs can connect.
    std::string token;
    std::filesystem::path token_file;
    /// Takes what the board prints; empty: stdout.
    std::function<void(std::string_view)> console;
    /// Told once, when others can connect: the address to give to P4JIT(port=…).
    std::function<void(const std::string& address)> ready;
    InterruptCheck interrupted;
};

/// Serves one client after the other until interrupted, then returns. The board
/// keeps its memory between clients. Throws ConnectError if the port is taken,
/// SourceNotFound, and UsageError for an address beyond this computer without a
/// token, a token that is too short, or one that is given without TCP.
void serve(const ServeOptions& options);

} // namespace p4jit
