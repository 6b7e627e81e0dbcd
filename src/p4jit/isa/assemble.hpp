// One instruction from its text to its word.
//
// For tests, tools and error messages; whole files are assembled by the
// compiler's own assembler, which knows our vector instructions through macros
// (macros.hpp).
#pragma once

#include "p4jit/isa/table.hpp"

#include <string>
#include <string_view>

namespace p4jit::isa {

/// The row with this mnemonic, upper or lower case, or null. "esp.vsl.32" is
/// also found in PIE 2.2, where it is called esp.vsl.u32.
const Row* find_row(std::string_view mnemonic, ExtensionSet extensions);

/// The word of "esp.vadd.s8 q0, a0, 16" at `address`; targets are addresses.
/// Registers are written by ABI or plain name. What may be left out
/// (sat|trunc, rounding mode) may be left out. Throws UsageError, which names
/// the operand at fault and what it may be.
std::uint32_t assemble(std::string_view text, ExtensionSet extensions, std::uint32_t address = 0);

/// What may stand at a field: "x8-x15 or x24-x31", "-128 to 112 in steps of 16".
std::string allowed(const FieldUse& use);

} // namespace p4jit::isa
