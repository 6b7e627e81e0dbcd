// From an instruction word to the instruction it is.
#pragma once

#include "p4jit/isa/table.hpp"

#include <optional>
#include <vector>

namespace p4jit::isa {

/// One decoded instruction.
struct Instruction {
    Op op{};
    std::uint32_t word = 0;
    Operands operands;

    const Row& row() const { return isa::row(op); }
    std::uint8_t length() const { return row().length; }
    /// What it does: the op itself, or what a compressed one expands to.
    Op base() const { return row().base; }
};

/// How many bytes an instruction that begins with this halfword has
/// (unprivileged manual, section 1.5): 2 or 4; longer formats do not occur.
constexpr unsigned length_of(std::uint16_t first_halfword) { return (first_halfword & 3) == 3 ? 4 : 2; }

/// Knows the rows of a set of extensions.
class Decoder {
public:
    explicit Decoder(ExtensionSet extensions);

    /// The instruction that `word` begins with (its upper half is not looked at
    /// if the lower is a compressed one); nothing if no row claims it.
    std::optional<Instruction> decode(std::uint32_t word) const;

private:
    static std::size_t bucket(std::uint32_t word);

    // Candidate rows by the bits that divide the opcode space best.
    std::array<std::vector<Op>, 512> buckets_;
};

/// The operands of a word that is known to be a row's.
Operands operands_of(const Row& row, std::uint32_t word);

} // namespace p4jit::isa
