// Which arguments a compiler is run with, apart from the names of files.
#pragma once

#include "p4jit/toolchain/environment.hpp"
#include "p4jit/toolchain/toolchain.hpp"

#include <optional>

namespace p4jit::toolchain {

enum class Language {
    c,              ///< .c
    cxx,            ///< .cpp .cc .cxx
    assembly,       ///< .S, preprocessed
    plain_assembly, ///< .s
};

/// By the extension of a file's name; nothing if it is none of these.
std::optional<Language> language_of(const std::filesystem::path& name);

struct CompileOptions {
    std::string optimization = "O3";  ///< "O0" to "O3", "Os", "Oz", "Og"; also "-O2" and "2"
    std::vector<std::string> defines; ///< "NAME" or "NAME=value"
    std::vector<std::filesystem::path> include_folders;
    std::vector<std::string> flags; ///< given last, so they win
    isa::ChipRevision revision;     ///< of the chip that the object is for
};

/// The flags that make objects for the P4 (docs/toolchain.md says why each).
std::vector<std::string> machine_flags(const Toolchain& toolchain, const isa::ChipRevision& revision = {});

/// All flags for a source of that language. Throws UsageError if the
/// optimization is none.
std::vector<std::string> compile_flags(const Toolchain& toolchain, Language language, const CompileOptions& options);

/// What the flags say about link-time optimization; the last one counts.
enum class Lto { unsaid, on, off };
Lto lto_of(const std::vector<std::string>& flags);

/// The environment for a compiler: without the variables that would add
/// headers or options of the host's, without relative folders on PATH, and with
/// messages in plain English.
Environment compiler_environment(Environment environment, const std::filesystem::path& temporary);

} // namespace p4jit::toolchain
