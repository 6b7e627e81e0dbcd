// An executable section of an object, instruction by instruction.
#pragma once

#include "p4jit/elf/object.hpp"
#include "p4jit/isa/decode.hpp"

#include <optional>
#include <vector>

namespace p4jit::jit {

/// An instruction, or some bytes that are none.
struct CodeItem {
    std::uint32_t offset;
    std::uint8_t length; ///< 4, 2 or 1
    std::uint32_t word;
    std::optional<isa::Instruction> instruction;
};

struct Code {
    Bytes bytes; ///< the section's, with the ends of hardware loops filled in
    std::vector<CodeItem> items;
};

/// Reads the section. What mapping symbols ($d) mark as data is only taken for
/// instructions where it is words of esp.* instructions, which assemblers get as
/// data; a word whose low bits look like a longer instruction is four bytes like
/// any other. So the reader never loses its place.
Code read_code(const elf::Object& object, const elf::Section& section, const isa::Decoder& decoder);

/// "    .word 0x00000013" and such, for bytes that are no instruction.
std::string as_data(const CodeItem& item);

} // namespace p4jit::jit
