// DWARF's numbers under the names of its standard; rows of spec/dwarf/dwarf.def.
#pragma once

#include <cstdint>

namespace p4jit::dwarf {

enum Tag : std::uint32_t {
#define DW_TAG(name, number) DW_TAG_##name = number,
#include "spec/dwarf/dwarf.def"
};

enum Attribute : std::uint32_t {
#define DW_AT(name, number) DW_AT_##name = number,
#include "spec/dwarf/dwarf.def"
};

enum Form : std::uint32_t {
#define DW_FORM(name, number, size) DW_FORM_##name = number,
#include "spec/dwarf/dwarf.def"
};

enum Encoding : std::uint32_t {
#define DW_ATE(name, number) DW_ATE_##name = number,
#include "spec/dwarf/dwarf.def"
};

enum UnitType : std::uint8_t {
#define DW_UT(name, number) DW_UT_##name = number,
#include "spec/dwarf/dwarf.def"
};

enum Operation : std::uint8_t {
#define DW_OP(name, number) DW_OP_##name = number,
#include "spec/dwarf/dwarf.def"
};

enum RangeListEntry : std::uint8_t {
#define DW_RLE(name, number) DW_RLE_##name = number,
#include "spec/dwarf/dwarf.def"
};

enum LineOpcode : std::uint8_t {
#define DW_LNS(name, number) DW_LNS_##name = number,
#include "spec/dwarf/dwarf.def"
};

enum ExtendedLineOpcode : std::uint8_t {
#define DW_LNE(name, number) DW_LNE_##name = number,
#include "spec/dwarf/dwarf.def"
};

enum LineContent : std::uint16_t {
#define DW_LNCT(name, number) DW_LNCT_##name = number,
#include "spec/dwarf/dwarf.def"
};

/// The form's size in 32-bit DWARF on a 32-bit target; variable_size if it must
/// be read to be known, unknown_form if we cannot read it at all.
inline constexpr int variable_size = -1, unknown_form = -2;

constexpr int size_of(Form form) {
#define DW_FORM(name, number, size)                                                                                    \
    if (form == number) return size;
#include "spec/dwarf/dwarf.def"
    return unknown_form;
}

} // namespace p4jit::dwarf
