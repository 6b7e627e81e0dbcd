#include "p4jit/dwarf/relocate.hpp"

#include "p4jit/base/error.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace p4jit::dwarf {

namespace {

using elf::RelocationType;

/// Adds `value` to the little-endian field of type T.
template <typename T>
void add(std::uint8_t* field, std::uint32_t value) {
    store_le<T>(field, static_cast<T>(load_le<T>(field) + value));
}

/// Puts `value` into a ULEB128 field without changing its length.
void store_uleb128(MutableBytes field, std::uint64_t value) {
    for (auto& byte : field) {
        byte = static_cast<std::uint8_t>((byte & 0x80) | (value & 0x7F));
        value >>= 7;
    }
}

/// The bytes of the ULEB128 number that `bytes` begins with; empty if it does
/// not end.
MutableBytes uleb128_field(MutableBytes bytes) {
    bytes = bytes.first(std::min<std::size_t>(bytes.size(), 10)); // enough for 64 bits
    Cursor at(bytes);
    at.uleb128();
    return at.ok() ? bytes.first(at.at()) : MutableBytes{};
}

/// How many bytes the field has; 0 for the types that change nothing, -1 for
/// those that debug information does not have.
int field_size(RelocationType type) {
    switch (type) {
    case RelocationType::R_NONE:
    case RelocationType::R_RELAX:
    case RelocationType::R_ALIGN:
    // The place of a thread-local variable: nothing here asks for it.
    case RelocationType::R_TLS_DTPREL32: return 0;
    case RelocationType::R_ADD8:
    case RelocationType::R_SUB8:
    case RelocationType::R_SUB6:
    case RelocationType::R_SET6:
    case RelocationType::R_SET8:
    case RelocationType::R_SET_ULEB128:
    case RelocationType::R_SUB_ULEB128: return 1;
    case RelocationType::R_ADD16:
    case RelocationType::R_SUB16:
    case RelocationType::R_SET16: return 2;
    case RelocationType::R_32:
    case RelocationType::R_ADD32:
    case RelocationType::R_SUB32:
    case RelocationType::R_SET32: return 4;
    case RelocationType::R_ADD64:
    case RelocationType::R_SUB64: return 8;
    default: return -1;
    }
}

/// psABI, "Relocations"; `field` has at least field_size(type) bytes.
void apply(RelocationType type, MutableBytes rest, std::uint32_t value) {
    auto* field = rest.data();
    const auto low6 = [&](std::uint32_t bits) { *field = static_cast<std::uint8_t>((*field & 0xC0) | (bits & 0x3F)); };
    switch (type) {
    case RelocationType::R_32:
    case RelocationType::R_SET32: return store_le(field, value);
    case RelocationType::R_SET16: return store_le(field, static_cast<std::uint16_t>(value));
    case RelocationType::R_SET8: return store_le(field, static_cast<std::uint8_t>(value));
    case RelocationType::R_SET6: return low6(value);
    case RelocationType::R_SUB6: return low6(*field - value);
    case RelocationType::R_ADD8: return add<std::uint8_t>(field, value);
    case RelocationType::R_SUB8: return add<std::uint8_t>(field, 0 - value);
    case RelocationType::R_ADD16: return add<std::uint16_t>(field, value);
    case RelocationType::R_SUB16: return add<std::uint16_t>(field, 0 - value);
    case RelocationType::R_ADD32: return add<std::uint32_t>(field, value);
    case RelocationType::R_SUB32: return add<std::uint32_t>(field, 0 - value);
    case RelocationType::R_ADD64: return store_le(field, load_le<std::uint64_t>(field) + value);
    case RelocationType::R_SUB64: return store_le(field, load_le<std::uint64_t>(field) - value);
    case RelocationType::R_SET_ULEB128: return store_uleb128(uleb128_field(rest), value);
    case RelocationType::R_SUB_ULEB128:
        return store_uleb128(uleb128_field(rest), Cursor(uleb128_field(rest)).uleb128() - value);
    default: return;
    }
}

/// The psABI's S. A symbol of another object has no place yet: 0.
std::uint32_t value_of(const elf::Symbol& symbol, std::span<const std::uint32_t> bases) {
    if (symbol.placed()) return bases[symbol.section] + symbol.value;
    return symbol.absolute() ? symbol.value : 0;
}

} // namespace

void relocate(MutableBytes bytes, const elf::Object& object, const elf::Section& section,
              std::span<const std::uint32_t> bases) {
    relocate(bytes, object, section,
             [&](const elf::Symbol& symbol, std::uint32_t addend) { return value_of(symbol, bases) + addend; });
}

void relocate(MutableBytes bytes, const elf::Object& object, const elf::Section& section, const ValueOf& value_of) {
    for (const auto& relocation : section.relocations) {
        const auto size = field_size(relocation.type);
        if (size == 0) continue;
        if (size < 0)
            throw BadObject(fmt::format("{}: section {} ({}) has a relocation of type {}, which debug information "
                                        "does not have; the file is corrupted, compile it again",
                                        object.name(), section.index, section.name, name(relocation.type)));
        if (relocation.offset > bytes.size() || bytes.size() - relocation.offset < static_cast<std::size_t>(size))
            throw BadObject(fmt::format("{}: a relocation at {:#x} lies outside section {} ({}); the file is "
                                        "corrupted, compile it again",
                                        object.name(), relocation.offset, section.index, section.name));
        const auto addend = static_cast<std::uint32_t>(relocation.addend);
        const auto value = relocation.symbol != 0 ? value_of(object.symbols()[relocation.symbol], addend) : addend;
        apply(relocation.type, bytes.subspan(relocation.offset), value);
    }
}

} // namespace p4jit::dwarf
