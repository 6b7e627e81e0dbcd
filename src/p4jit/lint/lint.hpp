// Finds mistakes in machine code that no compiler tells, without running it.
//
// Works on unlinked objects, function by function: what is reported is true of
// the code on some way through it, as far as a branch may go either way. Rules:
// spec/lint.def and docs/lint.md.
#pragma once

#include "p4jit/elf/object.hpp"
#include "p4jit/isa/revision.hpp"
#include "p4jit/lint/finding.hpp"

#include <vector>

namespace p4jit::lint {

struct Options {
    isa::ChipRevision chip; ///< the chip that shall run the code
};

/// All findings, in the order of file and line, or of the code without debug
/// information.
std::vector<Finding> lint(const elf::Object& object, const Options& options = {});

} // namespace p4jit::lint
