// Prints the assembler macros that teach a stock assembler our instructions.
//
// GNU as and LLVM's read the same text, up to one thing: GNU as does not care
// for the case of a macro's name, LLVM does. docs/pie-assembly.md tells how the
// macros are fed to a compiler and what was learnt on the way.
#pragma once

#include "p4jit/isa/table.hpp"

#include <string>

namespace p4jit::isa {

enum class MacroDialect { gnu, llvm };

/// One macro for each esp.* instruction of the set. They emit `.word`, check
/// every operand with `.error`, leave no symbol in the object, and may be read
/// twice. A section .p4jit.chip, not loaded, names the chip family.
///
/// p4jit::link computes the offset of a hardware loop's end, and refuses one that
/// is odd or out of reach: LLVM emits Espressif's relocations ESP_LP_OFFSET_9 and
/// _12. GNU as, which cannot name these, writes the offset itself, and for a
/// label an R_RISCV_NONE against it, which other linkers leave alone.
std::string assembler_macros(ExtensionSet extensions, MacroDialect dialect);

/// The text holds an esp.* mnemonic, or what may become one: "esp.", upper or
/// lower case.
bool mentions_esp(std::string_view text);

} // namespace p4jit::isa
