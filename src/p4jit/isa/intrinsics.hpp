// Prints kernel/p4jit/pie_instructions.h: every vector instruction as a C macro.
//
// No compiler allocates q registers, so a macro's vector operands are names,
// q0 to q7. Scalars and pointers are ordinary C expressions; the macro puts
// them into registers that the instruction can name.
#pragma once

#include "p4jit/isa/table.hpp"

#include <string>

namespace p4jit::isa {

/// The header's text; the same for both chip families, whose mnemonics agree.
std::string instruction_header();

/// What an instruction does, in a sentence (spec/isa/pie_families.def); empty
/// for what is no vector instruction.
std::string_view meaning_in_words(std::string_view mnemonic);

} // namespace p4jit::isa
