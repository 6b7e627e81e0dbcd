// The line number machine (DWARF 5, section 6.2).
#pragma once

#include "p4jit/dwarf/line_header.hpp"
#include "p4jit/dwarf/line_table.hpp"

namespace p4jit::dwarf {

/// Runs the program and appends its rows, and the paths of the files that they
/// name. Runs of code that the linker left out give no rows. Throws BadObject.
void run_line_program(const DebugSections& sections, const LineHeader& header, std::vector<LineRow>& rows,
                      std::vector<std::string>& files);

} // namespace p4jit::dwarf
