// Runs a bare-metal program on the virtual chip: `p4jit emulate`.
#pragma once

#include "p4jit/base/deadline.hpp"
#include "p4jit/elf/object.hpp"
#include "p4jit/machine/machine.hpp"

#include <cstdio>
#include <limits>
#include <string>
#include <vector>

namespace p4jit::board {

struct EmulateOptions {
    machine::ChipRevision revision;
    unsigned harts = 1;
    std::uint64_t max_instructions = std::numeric_limits<std::uint64_t>::max();
    bool trace = false;                 ///< each instruction and what it changed, to `err`
    std::vector<std::string> arguments; ///< behind the program's name on its command line
    std::FILE* in = stdin;
    std::FILE* out = stdout;
    std::FILE* err = stderr;
    bool terminal = false; ///< is `out` a terminal
    InterruptCheck interrupted; ///< asked every few milliseconds
};

struct Emulation {
    enum class End { exited, budget, waits_for_ever, no_trap_handler };
    End end;
    int exit_status;            ///< the program's, if it exited; otherwise 1
    std::uint64_t instructions; ///< retired on all harts
    std::string message;        ///< why it ended, if it did not exit
};

/// Runs the image until it exits through semihosting or tohost, waits for an
/// interrupt that cannot come, traps without a handler, or has used up its
/// instructions. Throws BadObject as load_image does, and Interrupted.
Emulation emulate(const elf::Object& image, const EmulateOptions& options);

} // namespace p4jit::board
