// Random blocks of instructions, for running on two machines and comparing.
//
// A block starts from a given state, runs a few dozen instructions that cannot
// leave it (branches go forward, addresses come from registers set aside for
// them) and ends with its state in a log. Traps end it early and are part of
// the state.
#pragma once

#include "p4jit/isa/table.hpp"

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace p4jit::test {

/// Where an image lies: PSRAM past the cache on the chip, plain RAM on QEMU's
/// virt machine.
constexpr std::uint32_t image_base = 0x8800'0000;
/// No memory on either machine.
constexpr std::uint32_t nowhere = 0xF000'0000;
/// What loads and stores of a block may touch.
constexpr std::uint32_t scratch_words = 32;

struct State {
    std::array<std::uint32_t, 32> x{}, f{};
    std::uint32_t fcsr = 0;
};

struct Block {
    State start;
    std::vector<std::uint32_t> words; ///< instructions, two or four bytes each
};

/// Registers a block does not write: pointers into the scratch memory, nowhere,
/// and the target of indirect jumps.
namespace reserved {
constexpr std::int32_t scratch0 = 2, scratch32 = 8, scratch64 = 9, nowhere = 3, jump = 4;
}

class BlockGenerator {
public:
    BlockGenerator(std::uint64_t seed, isa::ExtensionSet extensions);
    Block next();

private:
    void add_random(Block& block);
    void add_plain(Block& block, const isa::Row& row);
    void add_indirect_jump(Block& block);
    void add_reservation(Block& block);
    void add_code_change(Block& block);
    void aim_branches(Block& block);
    void append(Block& block, isa::Op op, const isa::Operands& operands);

    isa::Operands random_operands(const isa::Row& row);
    bool aim_at_memory(const isa::Row& row, isa::Operands& operands);
    std::uint32_t random_integer();
    std::uint32_t random_float();
    std::int32_t below(std::size_t bound) { return static_cast<std::int32_t>(random_() % bound); }

    std::mt19937_64 random_;
    std::vector<const isa::Row*> rows_;
    std::vector<std::size_t> targets_; ///< words that branches may go to: not the middle of a sequence
    isa::ExtensionSet extensions_;
};

/// How many words the log has for each block: x, f, fcsr, mcause, mepc, mtval,
/// scratch memory.
constexpr std::size_t log_words = 32 + 32 + 1 + 3 + scratch_words;

struct Image {
    std::vector<std::uint8_t> bytes; ///< to be loaded at image_base and started there
    std::uint32_t log;               ///< address of the log
    std::size_t log_size;            ///< in bytes
};

/// One program that runs all blocks, writes the log to the semihosting console
/// and exits.
Image make_image(const std::vector<Block>& blocks);

/// The blocks' instructions and start, to read or to keep as a case.
std::string to_text(const Block& block);
Block from_text(const std::string& text);

} // namespace p4jit::test
