// From an instruction to the text an assembler would take.
#pragma once

#include "p4jit/isa/decode.hpp"

#include <functional>
#include <string>

namespace p4jit::isa {

struct DisassembleOptions {
    /// Show pseudo instructions and compressed instructions as what they stand
    /// for ("ret" instead of "c.jr ra"), as objdump does by default.
    bool aliases = true;
    /// Names the target of a jump: "add", "loop+0x8"; empty if it has no name.
    std::function<std::string(std::uint32_t address)> symbol_at;
    /// What an assembler takes: a target is its name alone, a CSR its number.
    bool for_assembler = false;
};

/// "addi a0,a1,-1", "bnez a0,0x4ff00010 <loop>". `address` is where it stands.
std::string disassemble(const Instruction& instruction, std::uint32_t address, const DisassembleOptions& options = {});

/// The instruction that `word` begins with, or ".half"/".word" and the number
/// if it is none.
std::string disassemble(const Decoder& decoder, std::uint32_t word, std::uint32_t address,
                        const DisassembleOptions& options = {});

} // namespace p4jit::isa
