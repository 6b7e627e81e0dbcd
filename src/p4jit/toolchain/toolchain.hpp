// A compiler that makes code for the ESP32-P4, and what belongs to it.
#pragma once

#include "p4jit/isa/revision.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace p4jit::toolchain {

enum class Family { gcc, clang };

/// The ABI of the P4's cores; its floating-point arguments go in registers.
inline constexpr const char* abi = "ilp32f";

/// How a compiler is asked for code of one chip family.
struct Target {
    std::string march; ///< "rv32imafc_zicsr_zifencei"
    /// Its assembler knows the family's esp.* instructions, in today's dialect:
    /// sample words came out right. Otherwise it is fed macros.
    bool knows_pie = false;
};

struct Toolchain {
    Family family = Family::gcc;
    std::filesystem::path compiler; ///< absolute; compiles C, C++ and assembly
    std::string version;            ///< "12.2.0"
    std::string machine;            ///< what it says it compiles for: "riscv64-unknown-elf"
    Target v1, v3;                  ///< chip revisions below 3.0, and from 3.0 up

    const Target& target(const isa::ChipRevision& revision) const { return revision.is_v3() ? v3 : v1; }

    /// What makes it find the C library's headers, and C++'s; empty if it finds
    /// them by itself or there are none.
    std::vector<std::string> c_header_flags, cxx_header_flags;
    bool has_c_headers = false, has_cxx_headers = false;

    /// Archives for rv32imafc/ilp32f, seen to be so; empty if there are none.
    /// Picolibc has its mathematics in libc.
    std::filesystem::path libgcc, libc, libm;

    /// Changes when the compiler does.
    std::string identity;
    /// Why this one: "found on PATH".
    std::string why;
    /// What was looked at before it, a line each, for `p4jit doctor`.
    std::vector<std::string> looked;
};

} // namespace p4jit::toolchain
