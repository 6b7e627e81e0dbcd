// What this program tells others about itself.
#pragma once

#include <string>

namespace p4jit::transport {

/// "python3, process 1234".
std::string this_program();

} // namespace p4jit::transport
