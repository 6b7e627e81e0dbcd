// From an instruction and its operands to the word.
#pragma once

#include "p4jit/isa/table.hpp"

#include <optional>

namespace p4jit::isa {

/// The word for `op`; nothing if an operand does not fit its field: a register
/// outside the field's set, an immediate out of range or off its step, a value
/// the row forbids. Operands the row does not use are not looked at.
std::optional<std::uint32_t> encode(Op op, const Operands& operands);

/// Can the field hold this value?
bool field_accepts(const FieldUse& use, std::int32_t value);

/// `word`, an instance of `op`, with its immediate replaced; nothing if the
/// value does not fit. What relocations do.
std::optional<std::uint32_t> with_immediate(Op op, std::uint32_t word, std::int32_t value);

} // namespace p4jit::isa
