#include "p4jit/machine/meaning.hpp"

namespace p4jit::machine {

Access illegal(Hart& hart, const Step& step) {
    std::uint16_t low = 0, upper = 0;
    hart.memory->fetch(step.pc, low);
    if (isa::length_of(low) == 4) hart.memory->fetch(step.pc + 2, upper);
    return hart.fail(Cause::illegal_instruction, low | std::uint32_t{upper} << 16);
}

Access illegal_without_unit(Hart& hart, const Step& step, ExtensionIllegal unit) {
    hart.ext_ill_reason = static_cast<std::uint32_t>(unit);
    return illegal(hart, step);
}

} // namespace p4jit::machine
