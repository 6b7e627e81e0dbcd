// A linked ELF image into the virtual chip's memory.
#pragma once

#include "p4jit/elf/object.hpp"
#include "p4jit/machine/machine.hpp"

namespace p4jit::board {

/// Puts every loadable segment where a programmer would (p_paddr: initialised
/// data may be stored in flash and copied by the program's start code) and
/// resets all harts to the entry. Throws BadObject if the file is not an image
/// or a segment is outside the memory.
void load_image(machine::Machine& machine, const elf::Object& image);

} // namespace p4jit::board
