// Where what kernels print goes if nobody says otherwise.
#pragma once

#include <functional>
#include <string_view>

namespace p4jit::jit {

/// Prints on stdout: every byte into a file or a pipe; on a terminal colours
/// and text, and what else a terminal would obey as \x1b.
std::function<void(std::string_view)> stdout_console();

} // namespace p4jit::jit
