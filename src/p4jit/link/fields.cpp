#include "p4jit/link/fields.hpp"

#include "p4jit/isa/encode.hpp"
#include "p4jit/link/loops.hpp"

#include <optional>

namespace p4jit::link {

using elf::RelocationType;
using isa::Op;

namespace {

constexpr std::string_view too_short = "the section ends inside the field";
constexpr std::string_view out_of_reach = "the target is out of reach";

/// The immediate of the instruction of `op`'s format at the field.
template <typename Word>
std::string_view set_immediate(Op op, MutableBytes field, std::int32_t value) {
    if (field.size() < sizeof(Word)) return too_short;
    const auto changed = isa::with_immediate(op, load_le<Word>(field.data()), value);
    if (!changed) return out_of_reach;
    store_le(field.data(), static_cast<Word>(*changed));
    return {};
}

/// auipc at the field and jalr behind it.
std::string_view set_call(MutableBytes field, std::uint32_t value) {
    if (field.size() < 8) return too_short;
    set_immediate<std::uint32_t>(Op::auipc, field, upper(value));
    return set_immediate<std::uint32_t>(Op::jalr, field.subspan(4), lower(value));
}

/// c.lui cannot load zero; GNU ld makes it c.li rd, 0 then.
std::string_view set_compressed_lui(MutableBytes field, std::uint32_t value) {
    if (field.size() < 2) return too_short;
    if (upper(value) != 0) return set_immediate<std::uint16_t>(Op::c_lui, field, upper(value));
    const auto rd = bits(load_le<std::uint16_t>(field.data()), 11, 7);
    store_le(field.data(), static_cast<std::uint16_t>(*isa::encode(Op::c_li, {.rd = static_cast<std::int32_t>(rd)})));
    return {};
}

template <typename T, typename Combine>
std::string_view combine(MutableBytes field, Combine new_value) {
    if (field.size() < sizeof(T)) return too_short;
    store_le(field.data(), static_cast<T>(new_value(load_le<T>(field.data()))));
    return {};
}

template <typename T>
std::string_view set(MutableBytes field, std::uint32_t value) {
    return combine<T>(field, [value](T) { return value; });
}
template <typename T>
std::string_view add(MutableBytes field, std::uint32_t value) {
    return combine<T>(field, [value](T old) { return old + value; });
}
template <typename T>
std::string_view subtract(MutableBytes field, std::uint32_t value) {
    return combine<T>(field, [value](T old) { return old - value; });
}

/// A ULEB128 number keeps its length.
std::string_view set_uleb128(MutableBytes field, std::uint32_t value) {
    Cursor cursor(field);
    cursor.uleb128();
    if (!cursor.ok()) return too_short;
    auto rest = value;
    for (std::size_t i = 0; i < cursor.at(); ++i, rest >>= 7)
        field[i] = static_cast<std::uint8_t>((rest & 0x7F) | (i + 1 < cursor.at() ? 0x80 : 0));
    return rest != 0 ? "the difference does not fit its ULEB128 number" : std::string_view();
}

} // namespace

std::string_view write_field(RelocationType type, MutableBytes field, std::uint32_t value) {
    const auto distance = static_cast<std::int32_t>(value);
    switch (type) {
    case RelocationType::R_NONE:
    case RelocationType::R_TPREL_ADD: return {}; // marks an add of tp, for relaxation
    case RelocationType::R_32:
    case RelocationType::R_32_PCREL:
    case RelocationType::R_GOT32_PCREL:
    case RelocationType::R_PLT32:
    case RelocationType::R_SET32: return set<std::uint32_t>(field, value);
    case RelocationType::R_BRANCH: return set_immediate<std::uint32_t>(Op::beq, field, distance);
    case RelocationType::R_JAL: return set_immediate<std::uint32_t>(Op::jal, field, distance);
    case RelocationType::R_RVC_BRANCH: return set_immediate<std::uint16_t>(Op::c_beqz, field, distance);
    case RelocationType::R_RVC_JUMP: return set_immediate<std::uint16_t>(Op::c_j, field, distance);
    case RelocationType::R_RVC_LUI: return set_compressed_lui(field, value);
    case RelocationType::R_CALL:
    case RelocationType::R_CALL_PLT: return set_call(field, value);
    case RelocationType::R_HI20:
    case RelocationType::R_TPREL_HI20: return set_immediate<std::uint32_t>(Op::lui, field, upper(value));
    case RelocationType::R_PCREL_HI20:
    case RelocationType::R_GOT_HI20: return set_immediate<std::uint32_t>(Op::auipc, field, upper(value));
    case RelocationType::R_LO12_I:
    case RelocationType::R_TPREL_LO12_I:
    case RelocationType::R_PCREL_LO12_I: return set_immediate<std::uint32_t>(Op::addi, field, lower(value));
    case RelocationType::R_LO12_S:
    case RelocationType::R_TPREL_LO12_S:
    case RelocationType::R_PCREL_LO12_S: return set_immediate<std::uint32_t>(Op::sw, field, lower(value));
    case RelocationType::R_ADD8: return add<std::uint8_t>(field, value);
    case RelocationType::R_ADD16: return add<std::uint16_t>(field, value);
    case RelocationType::R_ADD32: return add<std::uint32_t>(field, value);
    case RelocationType::R_ADD64: return add<std::uint64_t>(field, value);
    case RelocationType::R_SUB8: return subtract<std::uint8_t>(field, value);
    case RelocationType::R_SUB16: return subtract<std::uint16_t>(field, value);
    case RelocationType::R_SUB32: return subtract<std::uint32_t>(field, value);
    case RelocationType::R_SUB64: return subtract<std::uint64_t>(field, value);
    case RelocationType::R_SET8: return set<std::uint8_t>(field, value);
    case RelocationType::R_SET16: return set<std::uint16_t>(field, value);
    case RelocationType::R_SET6:
        return combine<std::uint8_t>(field, [value](std::uint8_t old) { return (old & 0xC0) | (value & 0x3F); });
    case RelocationType::R_SUB6:
        return combine<std::uint8_t>(field,
                                     [value](std::uint8_t old) { return (old & 0xC0) | ((old - value) & 0x3F); });
    case RelocationType::R_ESP_LP_OFFSET_9:
    case RelocationType::R_ESP_LP_OFFSET_12: return set_loop_end(type, field, distance);
    case RelocationType::R_SET_ULEB128: return set_uleb128(field, value);
    default: return "this relocation is not for linking static code (thread-local, dynamic or 64-bit)";
    }
}

} // namespace p4jit::link
