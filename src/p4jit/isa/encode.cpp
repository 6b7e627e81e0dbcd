#include "p4jit/isa/encode.hpp"

#include "p4jit/base/bits.hpp"

namespace p4jit::isa {

namespace {

/// The field's bits for a value, or nothing if it cannot be represented.
std::optional<std::uint32_t> raw_for(const FieldUse& use, std::int32_t value) {
    const unsigned width = use.high_bit() + 1;
    switch (field(use.id).kind) {
    case Kind::xc:
    case Kind::fc: value -= 8; break;
    case Kind::xp:
        if (value < 0 || (value & 8) == 0) return std::nullopt;
        value &= ~8;
        break;
    case Kind::simm:
    case Kind::pcrel:
        if (!fits_signed(value, width)) return std::nullopt;
        value &= static_cast<std::int32_t>(bits(~0u, width - 1, 0));
        break;
    default: break;
    }
    const auto raw = static_cast<std::uint32_t>(value);
    if (width < 32 && !fits_unsigned(raw, width)) return std::nullopt;
    if (use.low_bit() != 0 && bits(raw, use.low_bit() - 1, 0) != 0) return std::nullopt;
    if (use.forbids(raw)) return std::nullopt;
    return raw;
}

/// Clears the field in `word` and puts `raw` there.
std::uint32_t insert(const FieldUse& use, std::uint32_t word, std::uint32_t raw) {
    for (unsigned i = 0; i < use.slice_count; ++i) {
        const auto [at, hi, lo] = use.slices[i];
        const auto field_mask = bits(~0u, unsigned(hi - lo), 0) << at;
        word = (word & ~field_mask) | bits(raw, hi, lo) << at;
    }
    return word;
}

} // namespace

bool field_accepts(const FieldUse& use, std::int32_t value) { return raw_for(use, value).has_value(); }

std::optional<std::uint32_t> encode(Op op, const Operands& operands) {
    const auto& row = isa::row(op);
    auto word = row.match;
    for (const auto& use : row) {
        const auto raw = raw_for(use, operands.*field(use.id).operand);
        if (!raw) return std::nullopt;
        word = insert(use, word, *raw);
    }
    return word;
}

std::optional<std::uint32_t> with_immediate(Op op, std::uint32_t word, std::int32_t value) {
    const auto* use = isa::row(op).find(&Operands::imm);
    if (use == nullptr) return std::nullopt;
    const auto raw = raw_for(*use, value);
    if (!raw) return std::nullopt;
    return insert(*use, word, *raw);
}

} // namespace p4jit::isa
