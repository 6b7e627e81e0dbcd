// Runs a hart's steps.
#pragma once

#include "p4jit/machine/hart.hpp"

namespace p4jit::machine {

/// Runs at most `budget` instructions; taking an interrupt costs none. Comes
/// back with hart.stop:
///   again  the budget is used up, or something happened that other harts should see
///   trap   the instruction at hart.pc wants hart.trap to be taken
///   wait   hart.pc is behind a wfi and no interrupt is pending
void run(Hart& hart, std::int64_t budget);

} // namespace p4jit::machine
