#include "p4jit/isa/decode.hpp"

#include "p4jit/base/bits.hpp"

namespace p4jit::isa {

namespace {

std::uint32_t raw_value(const FieldUse& use, std::uint32_t word) {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < use.slice_count; ++i) {
        const auto [at, hi, lo] = use.slices[i];
        value |= bits(word, at + unsigned(hi - lo), at) << lo;
    }
    return value;
}

std::int32_t value_of(const FieldUse& use, std::uint32_t raw) {
    switch (field(use.id).kind) {
    case Kind::xc:
    case Kind::fc: return static_cast<std::int32_t>(raw + 8);
    case Kind::xp: return static_cast<std::int32_t>(raw | 8);
    case Kind::simm:
    case Kind::pcrel: return sign_extend(raw, use.high_bit() + 1);
    default: return static_cast<std::int32_t>(raw);
    }
}

bool claims(const Row& row, std::uint32_t word) {
    if ((word & row.mask) != row.match) return false;
    for (const auto& use : row)
        if (use.forbidden_count != 0 && use.forbids(raw_value(use, word))) return false;
    return true;
}

} // namespace

Operands operands_of(const Row& row, std::uint32_t word) {
    Operands operands;
    for (const auto& use : row) {
        const auto value = value_of(use, raw_value(use, word));
        operands.*field(use.id).operand = value;
        if (is_destination_and_source(use.id)) operands.rs1 = value;
    }
    for (const auto& implied : row.implied)
        if (implied.operand != nullptr) operands.*implied.operand = implied.value;
    return operands;
}

// 32-bit instructions: major opcode and funct3, 256 buckets. Compressed ones:
// quadrant, funct3 and bits 12 to 10, another 256.
std::size_t Decoder::bucket(std::uint32_t word) {
    if ((word & 3) == 3) return bits(word, 6, 2) << 3 | bits(word, 14, 12);
    return 256 | bits(word, 1, 0) << 6 | bits(word, 15, 10);
}

Decoder::Decoder(ExtensionSet extensions) {
    const auto add = [this](const Row& row, std::uint32_t relevant, unsigned count, auto word_of) {
        for (unsigned i = 0; i < count; ++i) {
            const std::uint32_t word = word_of(i);
            if (((word ^ row.match) & row.mask & relevant) == 0) buckets_[bucket(word)].push_back(row.op);
        }
    };
    for (const auto& row : rows()) {
        if (!extensions.has(extension_of(row.op))) continue;
        if (row.compressed())
            add(row, 0xFC03, 256, [](unsigned i) { return (i & 63) << 10 | i >> 6; });
        else
            add(row, 0x707F, 256, [](unsigned i) { return (i >> 3) << 2 | (i & 7) << 12 | 3; });
    }
}

std::optional<Instruction> Decoder::decode(std::uint32_t word) const {
    if ((word & 3) != 3) word &= 0xFFFF;
    for (const auto op : buckets_[bucket(word)]) {
        const auto& row = isa::row(op);
        if (claims(row, word)) return Instruction{op, word, operands_of(row, word)};
    }
    return std::nullopt;
}

} // namespace p4jit::isa
