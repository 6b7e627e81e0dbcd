#include "p4jit/machine/pie.hpp"

namespace p4jit::machine {

void PieOperands::pack(Step& step, const isa::Operands& operands, bool has_sel16, bool has_sel8) {
    const auto number = has_sel16 ? operands.sel16 : operands.imm;
    step.imm = static_cast<std::int32_t>(
        static_cast<std::uint32_t>(number) << 19 | static_cast<std::uint32_t>(operands.sat) << 18 |
        static_cast<std::uint32_t>(operands.qz << 15 | operands.qy << 12 | operands.qx << 9 | operands.qw << 6 |
                                   operands.qv << 3 | operands.qu));
    const auto low = has_sel8 ? operands.sel8 : operands.rm;
    step.rs3 = static_cast<std::uint8_t>(operands.sel2 << 7 | operands.upd4 << 5 | operands.sel4 << 3 | low);
}

} // namespace p4jit::machine
