// Where a relocation's value goes: the fields of instructions and data.
#pragma once

#include "p4jit/base/bytes.hpp"
#include "p4jit/elf/format.hpp"

#include <string_view>

namespace p4jit::link {

/// The halves of a 32-bit value that lui or auipc and a following 12-bit
/// immediate add up to: the lower half is signed.
constexpr std::int32_t lower(std::uint32_t value) { return sign_extend(value, 12); }
constexpr std::int32_t upper(std::uint32_t value) { return static_cast<std::int32_t>((value + 0x800) & ~0xFFFu); }

/// Writes `value`, what the relocation computes, to the start of `field`; for
/// ADD and SUB it is what is added or subtracted, for
/// SET_ULEB128 the difference that it and its SUB_ULEB128 make. Returns what is wrong ("is
/// out of reach"), or an empty text.
std::string_view write_field(elf::RelocationType type, MutableBytes field, std::uint32_t value);

} // namespace p4jit::link
