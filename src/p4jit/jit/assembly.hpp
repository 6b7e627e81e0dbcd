// A source to an object file, without a device: `p4jit assemble`.
#pragma once

#include "p4jit/base/bytes.hpp"
#include "p4jit/base/deadline.hpp"
#include "p4jit/isa/revision.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace p4jit {

struct AssembleOptions {
    isa::ChipRevision revision; ///< of the chip that the object is for
    std::vector<std::string> defines;
    std::vector<std::filesystem::path> include_folders;
    InterruptCheck interrupted;
};

struct Assembled {
    Bytes object; ///< an ELF file
    std::string warnings;
};

/// Compiles or assembles a .S, .s, .c or .cpp file as Device::load would. Throws
/// SourceNotFound, CompileError, ToolchainNotFound.
Assembled assemble(const std::filesystem::path& file, const AssembleOptions& options = {});

} // namespace p4jit
