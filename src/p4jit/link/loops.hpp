// Ends of hardware loops: relocations in esp.lp.* instructions.
#pragma once

#include "p4jit/elf/object.hpp"

#include <optional>

namespace p4jit::link {

/// ESP_LP_OFFSET_9 or ESP_LP_OFFSET_12 if the relocation names the end of a
/// hardware loop: one of these, or an R_RISCV_NONE against something, at an
/// esp.lp.* instruction that has a place for it. Otherwise nothing.
std::optional<elf::RelocationType> loop_relocation(const elf::Section& section, const elf::Relocation& relocation);

/// Writes the distance from the instruction to the end. Returns what is wrong,
/// or nothing.
std::string_view set_loop_end(elf::RelocationType type, MutableBytes field, std::int32_t distance);

} // namespace p4jit::link
