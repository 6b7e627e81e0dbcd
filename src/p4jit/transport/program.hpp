// What this program is, and where it prints.
#pragma once

#include <string>

namespace p4jit::transport {

/// "python3, process 1234".
std::string this_program();

/// Is standard output a terminal, which obeys what is printed on it?
bool prints_on_terminal();

} // namespace p4jit::transport
