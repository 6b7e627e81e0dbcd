// R_RISCV_ALIGN: the one relocation that changes sizes.
//
// Code for a relaxing linker has room for the worst case before each aligned
// place: as many nops as an alignment can need. Without relaxation the linker
// still has to take out those that are too many, or the place is not aligned
// (psABI, "Linker Relaxation", alignment).
#pragma once

#include "p4jit/link/plan.hpp"

namespace p4jit::link {

/// Marks for tools and linkers that relax, which write to no field.
constexpr bool changes_nothing(elf::RelocationType type) {
    using enum elf::RelocationType;
    return type == R_NONE || type == R_RELAX || type == R_ALIGN;
}

/// Fills contents, relocations and removed of a chunk from its section, whose
/// own alignment must satisfy every one inside it. Returns what is wrong, or an
/// empty text.
std::string take_contents(Chunk& chunk, const elf::Section& section, bool compressed_nops);

} // namespace p4jit::link
