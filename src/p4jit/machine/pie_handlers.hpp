// The handlers of vector instructions.
#pragma once

#include "p4jit/machine/hart.hpp"

#include <array>

namespace p4jit::machine {

using HandlerTable = std::array<Handler, handler_count>;

/// Puts every vector instruction's handler into the table; `one_step`: those
/// that come back after one instruction.
void add_pie_handlers(HandlerTable& table, bool one_step);

} // namespace p4jit::machine
