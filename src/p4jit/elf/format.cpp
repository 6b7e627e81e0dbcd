#include "p4jit/elf/format.hpp"

#include <fmt/format.h>

namespace p4jit::elf {

namespace {

struct Row {
    RelocationType type;
    const char* name;
};

constexpr Row rows[] = {
#define R_RISCV(name, number, calculation) {RelocationType::R_##name, "R_RISCV_" #name},
#include "spec/elf/relocations.def"
};

} // namespace

std::string name(RelocationType type) {
    for (const auto& row : rows)
        if (row.type == type) return row.name;
    return fmt::format("R_RISCV_{}", static_cast<std::uint32_t>(type));
}

} // namespace p4jit::elf
