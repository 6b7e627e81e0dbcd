// What instructions mean, and how the interpreter runs on from each.
//
// The meaning of an instruction is one function with its row's name in the
// file of its chapter: rv32i.hpp, rv32m.hpp, rv32a.hpp, rv32f.hpp, zicsr.hpp,
// zb.hpp, xesploop.hpp, pie_*.hpp. Its result type says what may happen next:
//
//   void       goes on with the next instruction
//   Access     the same, if the access succeeds; otherwise a trap
//   Condition  a branch: taken or not
//   Target     a jump to an address in a register
//   Flow       anything else; the last instruction of its block
//
// Loads and stores take a third argument, the path to memory: FastPath or
// SlowPath (hart.hpp). Compressed instructions mean what they expand to and have no function.
#pragma once

#include "p4jit/isa/row.hpp"
#include "p4jit/machine/hart.hpp"

namespace p4jit::machine {

enum class Condition : bool { no, yes };

struct Target {
    std::uint32_t address;
};

enum class Flow : std::uint8_t {
    next, ///< on with the next instruction
    trap, ///< Hart::trap says why
    jump, ///< Hart::pc says where
    wait, ///< on with the next instruction when an interrupt comes
};

/// Does a block end at this instruction? Asked with what compressed ones expand to.
bool ends_block(isa::Op op);

/// The handler that runs two neighbours, if there is one for them, otherwise
/// `first`.
HandlerId fused_handler(HandlerId first, HandlerId second);

/// An illegal-instruction trap for the instruction at `step`.
Access illegal(Hart& hart, const Step& step);

/// The same for an instruction of a unit that is off; EXT_ILL says which.
enum class ExtensionIllegal : std::uint32_t { fpu = 1u << 0, hardware_loop = 1u << 1, pie = 1u << 2 };
Access illegal_without_unit(Hart& hart, const Step& step, ExtensionIllegal unit);

/// Length in bytes of the instruction at `step`, which is a decoded one.
inline unsigned length_of(const Step& step) {
    return (step.handler - static_cast<unsigned>(SpecialHandler::count)) & compressed ? 2 : 4;
}

} // namespace p4jit::machine
