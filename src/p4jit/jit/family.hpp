// Which chips an object is for.
#pragma once

#include "p4jit/elf/object.hpp"
#include "p4jit/isa/revision.hpp"

namespace p4jit::jit {

/// Throws LinkError if the object was built for the other chip family: its
/// section .p4jit.chip says so, which our macros for esp.* instructions write,
/// or its instruction set has what only that family has. An object that says
/// nothing runs on both.
void check_family(const elf::Object& object, const isa::ChipRevision& revision);

} // namespace p4jit::jit
