// The compiler's words about a mistake, told of the user's own line. Private to
// compiler.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace p4jit::toolchain {

/// Errors inside our assembler macros become errors of the line that holds the
/// instruction: GNU as and clang tell the macros' lines first and the user's as
/// a note. What follows from an error on the same line is left out; everything
/// else stays as it is. `name` is the source and `line_count` its lines: GNU as
/// gives the macros' lines its name.
std::string without_macros(std::string_view words, std::string_view name, std::size_t line_count);

} // namespace p4jit::toolchain
