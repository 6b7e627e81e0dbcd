#include "p4jit/lint/code.hpp"

#include "p4jit/base/bits.hpp"
#include "p4jit/isa/disassemble.hpp"

#include <bit>

namespace p4jit::lint {

using elf::RelocationType;
using isa::Op;

namespace {

bool is_loop_end(RelocationType type) {
    return type == RelocationType::R_ESP_LP_OFFSET_9 || type == RelocationType::R_ESP_LP_OFFSET_12;
}

} // namespace

Code::Code(const elf::Object& object, const elf::Section& section, isa::ChipRevision chip)
    : object_(object), section_(section), chip_(chip), decoder_(chip.extensions()) {
    std::uint32_t removed = 0;
    for (const auto& relocation : section.relocations) {
        if (relocation.type == RelocationType::R_ALIGN) {
            const auto padding = static_cast<std::uint32_t>(relocation.addend);
            if (padding >= section.contents.size()) continue; // the linker says so
            const auto at = relocation.offset - removed;
            const auto needed = align_up(at, std::bit_ceil(padding + 1)) - at;
            if (needed < padding) removed += padding - needed;
            removed_[relocation.offset + padding] = removed;
            continue;
        }
        if (relocation.type == RelocationType::R_RELAX) continue;
        // GNU as marks a loop's end by a relocation that changes nothing.
        if (relocation.type == RelocationType::R_NONE && relocation.symbol == 0) continue;
        relocations_.try_emplace(relocation.offset, &relocation);
    }
}

std::optional<std::uint32_t> Code::word(std::uint32_t offset) const {
    const auto bytes = section_.contents;
    if (offset % 2 != 0 || offset > bytes.size() || bytes.size() - offset < 2) return std::nullopt;
    const auto low = load_le<std::uint16_t>(&bytes[offset]);
    if (isa::length_of(low) == 2) return low;
    if (bytes.size() - offset < 4) return std::nullopt;
    return load_le<std::uint32_t>(&bytes[offset]);
}

std::optional<isa::Instruction> Code::decode(std::uint32_t offset) const {
    const auto found = word(offset);
    return found ? decoder_.decode(*found) : std::nullopt;
}

std::optional<isa::Instruction> Code::decode_for(isa::ExtensionSet extensions, std::uint32_t offset) const {
    const auto found = word(offset);
    return found ? isa::Decoder(extensions).decode(*found) : std::nullopt;
}

std::string Code::text(std::uint32_t offset) const {
    const auto found = word(offset);
    return found ? isa::disassemble(decoder_, *found, offset) : std::string();
}

Target Code::target_of(const elf::Relocation& relocation) const {
    const auto& symbol = object_.symbols()[relocation.symbol];
    if (symbol.section != section_.index) return {Target::Kind::elsewhere};
    return {Target::Kind::here, symbol.value + static_cast<std::uint32_t>(relocation.addend)};
}

Target Code::target(std::uint32_t offset, const isa::Instruction& instruction) const {
    if (const auto found = relocations_.find(offset); found != relocations_.end()) {
        const auto& relocation = *found->second;
        if (relocation.symbol != 0) return target_of(relocation);
        // Without a symbol the addend is the distance.
        if (is_loop_end(relocation.type))
            return {Target::Kind::here, offset + static_cast<std::uint32_t>(relocation.addend)};
        return {Target::Kind::elsewhere};
    }
    return {Target::Kind::here, offset + static_cast<std::uint32_t>(instruction.operands.imm)};
}

std::optional<Target> Code::far_target(std::uint32_t offset) const {
    const auto found = relocations_.find(offset);
    if (found == relocations_.end()) return std::nullopt;
    const auto type = found->second->type;
    if (type != RelocationType::R_CALL && type != RelocationType::R_CALL_PLT) return std::nullopt;
    return target_of(*found->second);
}

std::uint32_t Code::misalignment(std::uint32_t offset) const {
    const auto next = removed_.upper_bound(offset);
    const auto removed = next == removed_.begin() ? 0 : std::prev(next)->second;
    return (offset - removed) % 4;
}

} // namespace p4jit::lint
