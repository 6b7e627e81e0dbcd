#include "p4jit/link/loops.hpp"

#include "p4jit/isa/decode.hpp"
#include "p4jit/isa/encode.hpp"

namespace p4jit::link {

using elf::RelocationType;

namespace {

/// The esp.lp.* instruction with a loop end that stands here.
const isa::Row* loop_row(ByteView code) {
    if (code.size() < 4) return nullptr;
    static const isa::Decoder decoder(isa::ExtensionSet{isa::Extension::Xesploop});
    const auto instruction = decoder.decode(load_le<std::uint32_t>(code.data()));
    if (!instruction) return nullptr;
    const auto* end = instruction->row().find(&isa::Operands::imm);
    return end != nullptr && isa::field(end->id).kind == isa::Kind::end ? &instruction->row() : nullptr;
}

RelocationType type_of(const isa::Row& row) {
    return row.op == isa::Op::esp_lp_setupi ? RelocationType::R_ESP_LP_OFFSET_9 : RelocationType::R_ESP_LP_OFFSET_12;
}

} // namespace

std::optional<RelocationType> loop_relocation(const elf::Section& section, const elf::Relocation& relocation) {
    const bool marked = relocation.type == RelocationType::R_NONE && relocation.symbol != 0;
    const bool named =
        relocation.type == RelocationType::R_ESP_LP_OFFSET_9 || relocation.type == RelocationType::R_ESP_LP_OFFSET_12;
    if ((!marked && !named) || relocation.offset >= section.contents.size()) return std::nullopt;
    const auto* row = loop_row(section.contents.subspan(relocation.offset));
    return row != nullptr ? std::optional(type_of(*row)) : std::nullopt;
}

std::string_view set_loop_end(RelocationType type, MutableBytes field, std::int32_t distance) {
    const auto* row = loop_row(field);
    if (row == nullptr || type_of(*row) != type)
        return "there is no esp.lp instruction: thread-local storage, which kernels cannot have, or a damaged object";
    const auto word = load_le<std::uint32_t>(field.data());
    const auto changed = isa::with_immediate(row->op, word, distance);
    if (!changed) {
        if (distance % 2 != 0) return "the end of the hardware loop is at an odd address";
        if (distance < 0) return "the end of the hardware loop is before its setup";
        return type == RelocationType::R_ESP_LP_OFFSET_9
                   ? "the end of the hardware loop is more than 1022 bytes behind esp.lp.setupi; use esp.lp.setup"
                   : "the end of the hardware loop is more than 8190 bytes behind its setup";
    }
    store_le(field.data(), *changed);
    return {};
}

} // namespace p4jit::link
