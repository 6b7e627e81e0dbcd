// Numbers and names of the ELF format that more than one file needs.
//
// Sources: System V gABI chapters 4 and 5, RISC-V ELF psABI. The relocation
// types are rows of spec/elf/relocations.def.
#pragma once

#include <cstdint>
#include <string>

namespace p4jit::elf {

enum class SectionType : std::uint32_t {
    null = 0,
    progbits = 1,
    symtab = 2,
    strtab = 3,
    rela = 4,
    note = 7,
    nobits = 8,
    rel = 9,
    init_array = 14,
    fini_array = 15,
    preinit_array = 16,
    group = 17,
    symtab_shndx = 18,
    riscv_attributes = 0x7000'0003,
};

namespace section_flag {
enum : std::uint32_t {
    write = 1,
    alloc = 2,
    execute = 4,
    merge = 0x10,
    strings = 0x20,
    link_order = 0x80,
    group = 0x200,
    tls = 0x400,
    compressed = 0x800,
    exclude = 0x8000'0000,
};
} // namespace section_flag

enum class SymbolBinding : std::uint8_t { local = 0, global = 1, weak = 2, gnu_unique = 10 };
enum class SymbolType : std::uint8_t {
    notype = 0,
    object = 1,
    function = 2,
    section = 3,
    file = 4,
    common = 5,
    tls = 6,
    gnu_ifunc = 10,
};
enum class SymbolVisibility : std::uint8_t { normal = 0, internal = 1, hidden = 2, protected_ = 3 };

enum class SegmentType : std::uint32_t {
    null = 0,
    load = 1,
    dynamic = 2,
    interpreter = 3,
    note = 4,
    tls = 7,
    riscv_attributes = 0x7000'0003,
};

namespace segment_flag {
enum : std::uint32_t { execute = 1, write = 2, read = 4 };
} // namespace segment_flag

/// Bits of e_flags (psABI, "File Header").
namespace header_flag {
enum : std::uint32_t { rvc = 1, float_abi = 6, rve = 8, tso = 0x10 };
} // namespace header_flag

enum class FloatAbi : std::uint8_t { soft = 0, single = 2, double_ = 4, quad = 6 };

/// R_RISCV_* without the prefix: RelocationType::R_CALL_PLT.
enum class RelocationType : std::uint32_t {
#define R_RISCV(name, number, calculation) R_##name = number,
#include "spec/elf/relocations.def"
};

/// "R_RISCV_CALL_PLT", or "R_RISCV_<number>" for one that is not in the table.
std::string name(RelocationType type);

} // namespace p4jit::elf
