// Compressed sections (SHF_COMPRESSED), as -gz makes them.
#pragma once

#include "p4jit/elf/object.hpp"

namespace p4jit::elf {

/// The section's bytes as they were before the assembler compressed them.
/// Precondition: the section has section_flag::compressed. Throws BadObject if
/// they are not zlib's, damaged, or more than 256 MiB.
Bytes decompress(const Object& object, const Section& section);

} // namespace p4jit::elf
