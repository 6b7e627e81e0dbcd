// Control and status registers (privileged manual, chapters 2 and 3, and the
// chip's own: spec/isa/csr.def).
#pragma once

#include "p4jit/machine/hart.hpp"

namespace p4jit::machine {

/// The value a CSR instruction reads; false if there is no such CSR, or it may
/// not be touched now (floating-point CSRs while mstatus.FS is off).
bool read_csr(Hart& hart, std::uint32_t number, std::uint32_t& value);

/// Writes a CSR with all side effects; bits that cannot hold the value keep a
/// legal one. False as for read_csr, and for read-only CSRs.
bool write_csr(Hart& hart, std::uint32_t number, std::uint32_t value);

/// The 16 MHz system timer that `time` shows, by the hart's cycles.
constexpr std::uint64_t system_timer_hz = 16'000'000;

} // namespace p4jit::machine
