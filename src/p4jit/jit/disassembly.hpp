// Machine code as text: of sources, objects, archives and images.
#pragma once

#include "p4jit/base/deadline.hpp"
#include "p4jit/elf/object.hpp"
#include "p4jit/isa/revision.hpp"
#include "p4jit/jit/source_text.hpp"

#include <filesystem>
#include <string>

namespace p4jit {

struct DisassemblyOptions {
    bool aliases = true; ///< "ret" instead of "c.jr ra"
    bool source = true;  ///< lines of the source between, where debug information tells them
    /// Print assembly that assembles to the same bytes instead: jit/listing.hpp.
    bool assembly = false;
    isa::ChipRevision revision; ///< of the chip: which instructions there are
    InterruptCheck interrupted;
    jit::Texts texts; ///< sources that are in no file
};

/// All code of the file: an ELF object or image, an archive, or a source, which
/// is compiled first. Throws SourceNotFound, BadObject, CompileError.
std::string disassemble(const std::filesystem::path& file, const DisassemblyOptions& options = {});

/// The same of an object or image that is at hand.
std::string disassemble(const elf::Object& object, const DisassemblyOptions& options);

} // namespace p4jit
