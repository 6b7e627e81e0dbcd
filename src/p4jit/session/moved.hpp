// How far a long transfer is, for those who want to know.
#pragma once

#include <cstddef>
#include <functional>

namespace p4jit::session {

/// Called with a number of bytes that have got to the other side, after each
/// piece of a transfer; the session is locked then. May be empty.
using Moved = std::function<void(std::size_t)>;

} // namespace p4jit::session
