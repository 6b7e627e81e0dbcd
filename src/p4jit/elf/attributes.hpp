// Two small tables of bytes inside an object: notes and RISC-V attributes.
#pragma once

#include "p4jit/base/bytes.hpp"

#include <string_view>

namespace p4jit::elf {

/// The GNU build ID in the contents of a note section; empty if there is none.
ByteView find_build_id(ByteView notes);

/// The ISA string (Tag_RISCV_arch) in the contents of .riscv.attributes (psABI,
/// "Attributes"); empty if there is none.
std::string_view find_architecture(ByteView attributes);

} // namespace p4jit::elf
