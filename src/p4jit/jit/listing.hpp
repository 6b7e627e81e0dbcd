// Machine code as assembly that assembles to the same bytes.
#pragma once

#include "p4jit/elf/object.hpp"
#include "p4jit/isa/revision.hpp"

#include <string>

namespace p4jit::jit {

/// The object's executable sections as text for GNU as or clang: every target,
/// the ends of hardware loops among them, is a label; every instruction is
/// written as it is encoded; what no assembler is sure to write the same way is
/// `.word`. Relocations against named symbols are kept as `.reloc`, others are
/// told in a comment.
std::string assembly_listing(const elf::Object& object, const isa::ChipRevision& revision);

} // namespace p4jit::jit
