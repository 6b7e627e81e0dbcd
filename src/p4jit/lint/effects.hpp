// What an instruction does to registers and memory, as far as the rules ask.
#pragma once

#include "p4jit/isa/decode.hpp"

#include <optional>

namespace p4jit::lint {

/// Where execution goes from an instruction.
enum class Flow : std::uint8_t {
    next,
    branch,        ///< to the target or the next instruction
    jump,          ///< to the target
    call,          ///< to the target, and back
    indirect_jump, ///< to an address in a register
    indirect_call,
    ret,
    stop, ///< a trap, or back from one
};

Flow flow_of(const isa::Instruction& instruction);

/// How a vector instruction moves its pointer rs1.
enum class Step : std::uint8_t { none, immediate, by_register, fixed };

/// What a vector instruction does beyond its q registers.
struct VectorEffects {
    std::uint8_t access = 0; ///< bytes of memory, if their address should be a multiple of that; otherwise 0
    bool is_load = false;    ///< from memory
    bool accesses_memory = false;
    Step step = Step::none;
    std::int8_t step_bytes = 0; ///< of Step::fixed
    bool accumulates_qacc = false, accumulates_xacc = false;
    bool sets_qacc = false, sets_xacc = false;
    bool sets_cfg = false, sets_sar = false;
    bool rounds = false;   ///< by CFG.vxrm
    bool uses_sar = false; ///< as the amount of a shift
};

/// Nothing but defaults for what is no vector instruction.
VectorEffects vector_effects(const isa::Instruction& instruction);

/// Bytes that rs1 moves; nothing if a register tells.
std::optional<std::int32_t> step_bytes(const isa::Instruction& instruction, const VectorEffects& effects);

/// The integer register and the floating-point one that the instruction's rd
/// is; a vector instruction's moved pointer is not counted.
std::optional<unsigned> written_x(const isa::Instruction& instruction);
std::optional<unsigned> written_f(const isa::Instruction& instruction);

bool is_float(const isa::Instruction& instruction);
bool is_vector(const isa::Instruction& instruction);
bool is_load(const isa::Instruction& instruction);

} // namespace p4jit::lint
