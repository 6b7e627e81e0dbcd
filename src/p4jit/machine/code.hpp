// Decoded code: what the interpreter runs.
//
// Each page of guest code has a CodePage with one Step for every halfword,
// filled in when a hart first arrives there. A step is decoded for good until
// somebody writes to its bytes, which resets the page; so there is never a
// stale step, with or without fence.i.
//
//   guest   | addi | c.lw | c.addi | bne      | …        2 bytes a halfword
//   steps   [ addi |  --  | lw | addi | bne | -- | …     16 bytes a halfword
//
// A block is a run of steps up to the first one that may not go on to its
// neighbour. Every step knows how many instructions the rest of its block has,
// so that the instruction budget is charged once, on entry, exactly.
#pragma once

#include "p4jit/isa/decode.hpp"
#include "p4jit/machine/memory.hpp"

#include <array>
#include <bitset>
#include <deque>
#include <unordered_map>

namespace p4jit::machine {

/// Which handler a step calls: one of the few below, or an instruction's.
using HandlerId = std::uint16_t;

enum class SpecialHandler : HandlerId {
    decode,      ///< nobody has been here yet; must be 0
    illegal,     ///< no instruction; imm is the word
    fetch_fault, ///< no memory to fetch from; imm is the address
    next_page,   ///< the page ends here
    loop_end,    ///< a hardware loop may end here; imm is the number of its LoopEnd
    count
};

/// Variants of an instruction's handler, or-ed together.
enum HandlerVariant : HandlerId {
    compressed = 1, ///< two bytes long
    other = 2,      ///< jump out of the page; static rounding mode
};

constexpr HandlerId handler_id(isa::Op op, unsigned variant) {
    return static_cast<HandlerId>(static_cast<unsigned>(SpecialHandler::count) + 4 * static_cast<unsigned>(op) +
                                  variant);
}

constexpr HandlerId scalar_handlers_end = handler_id(static_cast<isa::Op>(isa::scalar_op_count), 0);

/// The pairs of pairs.def have handlers behind those of single instructions;
/// first and second tell which of the two are compressed.
enum Pair : HandlerId {
#define PAIR(first, second) pair_##first##_##second,
#include "p4jit/machine/pairs.def"
    pair_count
};
constexpr HandlerId pair_handler_id(unsigned pair, bool first, bool second) {
    return static_cast<HandlerId>(scalar_handlers_end + 4 * pair + (first ? 1 : 0) + (second ? 2 : 0));
}

/// A vector instruction's handler, one for each meaning, behind the pairs'.
constexpr HandlerId pie_handlers_begin = pair_handler_id(pair_count, false, false);
constexpr HandlerId pie_handler_id(isa::Op op) {
    return static_cast<HandlerId>(pie_handlers_begin + static_cast<unsigned>(op) - isa::scalar_op_count);
}
constexpr std::size_t handler_count = pie_handler_id(isa::Op::count);

/// One decoded instruction. Register numbers are ready to index Hart's arrays:
/// a destination x0 has become the register nobody reads.
struct Step {
    HandlerId handler;
    std::uint16_t count; ///< instructions from here to the end of the block
    std::uint8_t rd, rs1, rs2, rs3;
    std::int32_t imm; ///< immediate; for auipc and lui the result, for CSR instructions the CSR
    std::uint32_t pc; ///< address of the instruction
};
static_assert(sizeof(Step) == 16, "branches scale by this");

/// The operands of a hardware-loop instruction in a step.
struct LoopOperands {
    static void pack(Step& step, const isa::Operands& operands) {
        step.rs2 = static_cast<std::uint8_t>(operands.loop);
        step.imm = operands.count << 16 | operands.imm;
    }
    static unsigned loop(const Step& s) { return s.rs2; }
    static std::uint32_t count(const Step& s) { return static_cast<std::uint32_t>(s.imm) >> 16; }
    static std::uint32_t end(const Step& s) { return static_cast<std::uint32_t>(s.imm) & 0xFFFF; }
};

/// An instruction that a hardware loop may end at. Its step in the page is a
/// loop_end step; what it does stands here, with the addresses behind it where
/// a handler looks for them.
struct LoopEnd {
    std::array<Step, 3> steps{};
    std::uint32_t behind = 0; ///< address of the next instruction
};

constexpr std::size_t steps_per_page = page_size / 2;

struct CodePage {
    explicit CodePage(std::uint32_t base);

    // Two more, for an instruction that ends in the next page.
    std::array<Step, steps_per_page + 2> steps;
    std::uint32_t base;
    std::uint32_t low = steps_per_page, high = 0; ///< decoded steps are in [low, high)
};

/// All decoded code of one machine. Resets pages that are written to.
class CodeCache {
public:
    /// Both must outlive the cache; `memory` reports its writes to it.
    CodeCache(Memory& memory, const isa::Decoder& decoder);

    /// The step at an even address, or null if there is no memory there.
    /// It may still have to be decoded.
    Step* find(std::uint32_t pc) {
        auto* page = pages_[pc >> page_bits];
        return page != nullptr ? &page->steps[pc / 2 % steps_per_page] : find_slowly(pc);
    }

    /// Decodes from `step`, which is not decoded yet, to the end of its block.
    void decode(Step& step);

    /// A hardware loop may end at this address from now on. That stays so: code
    /// that once was a loop's end pays a little for it when it no longer is.
    void mark_loop_end(std::uint32_t address);
    const LoopEnd& loop_end(const Step& step) const { return loop_ends_[static_cast<std::size_t>(step.imm)]; }

    /// How often decoded code has been thrown away; a hart whose store changed
    /// this number must not go on with the step it has in hand.
    std::uint64_t resets() const { return resets_; }

    /// For handlers: the pages by number, null where find() must be asked.
    CodePage* const* pages() const { return pages_.get(); }

private:
    struct FreeDeleter {
        void operator()(void* memory) const { std::free(memory); }
    };

    Step* find_slowly(std::uint32_t pc);
    bool decode_one(Step& step);
    bool fill_from_word(Step& step, std::uint32_t word);
    void make_loop_end(Step& step);
    void reset_written(std::uint32_t address, std::uint32_t size);
    void reset(CodePage& page);

    Memory& memory_;
    const isa::Decoder& decoder_;
    std::unique_ptr<CodePage*[], FreeDeleter> pages_;
    std::vector<std::unique_ptr<CodePage>> owned_pages_;
    std::unordered_map<std::uint32_t, std::bitset<steps_per_page>> loop_end_marks_; ///< by page number
    std::unordered_map<std::uint32_t, std::int32_t> loop_end_numbers_;              ///< of decoded ones, by address
    std::deque<LoopEnd> loop_ends_;
    std::uint64_t resets_ = 0;
};

} // namespace p4jit::machine
