#include "p4jit/transport/program.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <unistd.h>

namespace p4jit::transport {

std::string this_program() { return fmt::format("{}, process {}", ::program_invocation_short_name, ::getpid()); }

} // namespace p4jit::transport
