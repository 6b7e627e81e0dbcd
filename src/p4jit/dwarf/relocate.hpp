// Applies the relocations of a debug section of an unlinked object.
//
// On RISC-V even distances inside one section are relocations (ADD/SUB/SET
// pairs), because a relaxing linker may still shorten code; without this step
// most numbers in .debug_line and .debug_rnglists are zero.
#pragma once

#include "p4jit/elf/object.hpp"

#include <functional>
#include <span>

namespace p4jit::dwarf {

/// Changes `bytes`, the contents of `section`, by its relocations. `bases` has
/// for each section of the object the address it is taken to have. Throws
/// BadObject for a field outside the bytes and for a type that has no business
/// in debug information.
void relocate(MutableBytes bytes, const elf::Object& object, const elf::Section& section,
              std::span<const std::uint32_t> bases);

/// The same with the psABI's S + A of each relocation from a function, which gets
/// the symbol and the addend.
using ValueOf = std::function<std::uint32_t(const elf::Symbol& symbol, std::uint32_t addend)>;
void relocate(MutableBytes bytes, const elf::Object& object, const elf::Section& section, const ValueOf& value_of);

} // namespace p4jit::dwarf
