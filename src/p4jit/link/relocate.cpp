#include "p4jit/link/relocate.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/text.hpp"
#include "p4jit/isa/encode.hpp"
#include "p4jit/link/fields.hpp"
#include "p4jit/link/planner.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace p4jit::link {

using elf::RelocationType;

/// Writes an image for one address. Letters are the psABI's: S the symbol's
/// value, A the addend, P the address of the field.
class Relocator {
public:
    Relocator(const Plan& plan, const Addresses& addresses) : plan_(plan), addresses_(addresses) {}

    Bytes run() {
        image_.resize(plan_.size());
        for (const auto& chunk : plan_.chunks_) std::ranges::copy(chunk.contents, image_.begin() + chunk.offset);
        fill_got();
        fill_veneers();
        for (const auto& chunk : plan_.chunks_)
            for (const auto& relocation : chunk.relocations) apply(chunk, relocation);
        if (!problems_.empty()) throw LinkError(join(problems_, "\n"));
        return std::move(image_);
    }

private:
    std::uint32_t symbol_value(std::uint32_t object, std::uint32_t symbol) const {
        if (symbol == 0) return 0;
        return value_of(plan_.target(object, symbol));
    }

    /// By the part: a symbol at its section's end may have the offset of the
    /// next part.
    std::uint32_t address_of(const Chunk& chunk) const {
        const bool is_data = chunk.part == Part::data || chunk.part == Part::bss;
        return is_data ? addresses_.data + (chunk.offset - plan_.bytes_before_data()) : addresses_.code + chunk.offset;
    }

    std::uint32_t value_of(const Target& target) const {
        switch (target.kind) {
        case Target::Kind::chunk: return address_of(plan_.chunks_[target.chunk]) + target.value;
        case Target::Kind::absolute: return target.value;
        case Target::Kind::missing_weak: return 0;
        }
        return 0;
    }

    void fill_got() {
        for (const auto& [key, at] : plan_.got_)
            store_le(&image_[at], symbol_value(static_cast<std::uint32_t>(key >> 32), static_cast<std::uint32_t>(key)));
    }

    /// auipc t1, jr: t1 is the register the psABI leaves to such code.
    void fill_veneers() {
        constexpr std::int32_t t1 = 6;
        for (const auto& [target, at] : plan_.veneers_) {
            const auto distance = target - (addresses_.code + at);
            store_le(&image_[at], *isa::encode(isa::Op::auipc, {.rd = t1, .imm = upper(distance)}));
            store_le(&image_[at + 4], *isa::encode(isa::Op::jalr, {.rd = 0, .rs1 = t1, .imm = lower(distance)}));
        }
    }

    /// What a relocation computes, before it is cut to its field.
    std::uint32_t compute(const Chunk& chunk, const elf::Relocation& relocation, std::uint32_t p) const {
        const auto s = symbol_value(chunk.object, relocation.symbol);
        const auto a = static_cast<std::uint32_t>(relocation.addend);
        switch (relocation.type) {
        case RelocationType::R_GOT_HI20:
        case RelocationType::R_GOT32_PCREL: return got_entry(chunk, relocation) + a - p;
        case RelocationType::R_BRANCH:
        case RelocationType::R_JAL:
        case RelocationType::R_RVC_BRANCH:
        case RelocationType::R_RVC_JUMP: return jump_target(chunk, relocation, s + a) - p;
        case RelocationType::R_CALL:
        case RelocationType::R_CALL_PLT:
        case RelocationType::R_PCREL_HI20:
        case RelocationType::R_32_PCREL:
        case RelocationType::R_PLT32: return s + a - p;
        case RelocationType::R_ESP_LP_OFFSET_9:
        case RelocationType::R_ESP_LP_OFFSET_12:
            return relocation.symbol == 0 ? a : loop_end(chunk, relocation) - p; // without a symbol: a distance
        default: return s + a;
        }
    }

    /// Named by its section, the place moves with the bytes that alignment left
    /// out before it.
    std::uint32_t loop_end(const Chunk& chunk, const elf::Relocation& relocation) const {
        const auto target = plan_.target(chunk.object, relocation.symbol);
        const auto a = static_cast<std::uint32_t>(relocation.addend);
        const auto& symbol = plan_.objects_[chunk.object].symbols()[relocation.symbol];
        if (symbol.type != elf::SymbolType::section || target.kind != Target::Kind::chunk) return value_of(target) + a;
        const auto& owner = plan_.chunks_[target.chunk];
        return address_of(owner) + owner.from_section(a);
    }

    std::uint32_t got_entry(const Chunk& chunk, const elf::Relocation& relocation) const {
        return addresses_.code + plan_.got_.at(std::uint64_t{chunk.object} << 32 | relocation.symbol);
    }

    /// Through a veneer if the target is outside the image.
    std::uint32_t jump_target(const Chunk& chunk, const elf::Relocation& relocation, std::uint32_t target) const {
        if (relocation.symbol == 0 || plan_.target(chunk.object, relocation.symbol).kind != Target::Kind::absolute)
            return target;
        return addresses_.code + plan_.veneers_.at(target);
    }

    void apply(const Chunk& chunk, const elf::Relocation& relocation) {
        const auto at = chunk.offset + relocation.offset;
        const auto p = address_of(chunk) + relocation.offset;
        const auto left = MutableBytes(image_).subspan(at, chunk.offset + chunk.size - at);
        if (relocation.type == RelocationType::R_PCREL_LO12_I || relocation.type == RelocationType::R_PCREL_LO12_S)
            return apply_pcrel_low(chunk, relocation, left);
        if (relocation.type == RelocationType::R_SET_ULEB128 || relocation.type == RelocationType::R_SUB_ULEB128)
            return apply_uleb128(chunk, relocation, left);
        const auto value = compute(chunk, relocation, p);
        report(chunk, relocation, write_field(relocation.type, left, value));
    }

    /// The low half of a pair: its symbol is the place of the high half.
    void apply_pcrel_low(const Chunk& chunk, const elf::Relocation& relocation, MutableBytes field) {
        const auto label = plan_.target(chunk.object, relocation.symbol);
        if (label.kind == Target::Kind::chunk) {
            const auto& high_chunk = plan_.chunks_[label.chunk];
            const auto candidates =
                std::ranges::equal_range(high_chunk.relocations, label.value, {}, &elf::Relocation::offset);
            for (const auto& high : candidates) {
                if (high.type != RelocationType::R_PCREL_HI20 && high.type != RelocationType::R_GOT_HI20) continue;
                const auto value = compute(high_chunk, high, address_of(high_chunk) + high.offset);
                const auto with_addend = value + static_cast<std::uint32_t>(relocation.addend);
                if (upper(with_addend) != upper(value))
                    return report(chunk, relocation, "its addend leads out of reach of the auipc");
                return report(chunk, relocation, write_field(relocation.type, field, with_addend));
            }
        }
        report(chunk, relocation, "its label is not at an auipc with a matching R_RISCV_PCREL_HI20");
    }

    /// A SET and the SUB behind it at the same place are one difference, written
    /// with the SET: neither value fits the number alone.
    void apply_uleb128(const Chunk& chunk, const elf::Relocation& relocation, MutableBytes field) {
        const bool is_set = relocation.type == RelocationType::R_SET_ULEB128;
        const auto index = static_cast<std::size_t>(&relocation - chunk.relocations.data());
        const auto other = is_set ? index + 1 : index - 1; // wraps for a SUB at the start
        const auto wanted = is_set ? RelocationType::R_SUB_ULEB128 : RelocationType::R_SET_ULEB128;
        if (other >= chunk.relocations.size() || chunk.relocations[other].type != wanted ||
            chunk.relocations[other].offset != relocation.offset)
            return report(chunk, relocation, "R_RISCV_SET_ULEB128 and R_RISCV_SUB_ULEB128 must come in pairs");
        if (!is_set) return;
        const auto difference = compute(chunk, relocation, 0) - compute(chunk, chunk.relocations[other], 0);
        report(chunk, relocation, write_field(relocation.type, field, difference));
    }

    void report(const Chunk& chunk, const elf::Relocation& relocation, std::string_view problem) {
        if (problem.empty()) return;
        const auto& object = plan_.objects_[chunk.object];
        const auto& symbol = object.symbols()[relocation.symbol];
        // The symbol of a section has no name of its own.
        const auto target =
            symbol.name.empty() && symbol.placed() ? object.sections()[symbol.section].name : symbol.name;
        problems_.push_back(fmt::format("{}: {} at {}+{:#x} for '{}': {}", object.name(), elf::name(relocation.type),
                                        object.sections()[chunk.section].name, chunk.to_section(relocation.offset),
                                        target, problem));
    }

    const Plan& plan_;
    Addresses addresses_;
    Bytes image_;
    std::vector<std::string> problems_;
};

Bytes relocate(const Plan& plan, std::uint32_t address) { return relocate(plan, plan.together(address)); }

Bytes relocate(const Plan& plan, const Addresses& addresses) {
    for (const auto address : {addresses.code, addresses.data})
        if (address % plan.alignment() != 0)
            throw LinkError(
                fmt::format("the image's address {:#010x} is not aligned to {}", address, plan.alignment()));
    return Relocator(plan, addresses).run();
}

} // namespace p4jit::link
