// A function's instructions, and the ways through them.
#pragma once

#include "p4jit/lint/code.hpp"
#include "p4jit/lint/effects.hpp"

#include <map>
#include <string>
#include <vector>

namespace p4jit::lint {

struct Node {
    isa::Instruction instruction;
    Flow flow;
    std::vector<std::uint32_t> next; ///< offsets, hardware loops' ways back among them
    unsigned ways_in = 0;
    /// Where a call, or a jump that leaves the function, goes in this section.
    std::optional<std::uint32_t> callee;
    bool leaves = false; ///< some way goes to another function
};

/// A hardware loop, by what sets up its end. Offsets are in the section.
struct Loop {
    std::uint32_t setup; ///< where the instruction that gives the end is
    unsigned id;         ///< 0 or 1
    std::uint32_t start, end;
    bool ends_here; ///< false: the end is in another section

    bool contains(std::uint32_t offset) const { return offset >= start && offset <= end; }
};

struct Function {
    std::string name;
    std::uint32_t entry = 0;
    bool is_global = false;
    bool is_typed = false;               ///< its symbol says that it is a function
    bool is_function = false;            ///< that, or global: the psABI holds
    std::map<std::uint32_t, Node> nodes; ///< what can be reached, by offset
    std::vector<Loop> loops;
    std::vector<std::uint32_t> unknown; ///< reached, but no instruction of the chip
    bool has_unknown_jumps = false;     ///< to addresses in registers

    /// Every instruction and every way is known.
    bool is_complete() const { return unknown.empty() && !has_unknown_jumps; }
};

/// The functions of the section: its function symbols and global labels, and
/// local labels that are called.
std::vector<Function> find_functions(const Code& code);

} // namespace p4jit::lint
