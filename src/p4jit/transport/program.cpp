#include "p4jit/transport/program.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <unistd.h>

namespace p4jit::transport {

std::string this_program() { return fmt::format("{}, process {}", ::program_invocation_short_name, ::getpid()); }

bool prints_on_terminal() { return ::isatty(STDOUT_FILENO) == 1; }

} // namespace p4jit::transport
