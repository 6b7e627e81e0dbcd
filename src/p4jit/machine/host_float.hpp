// The host's floating-point unit in the guest's service.
//
// Host single-precision results and accrued exceptions equal RISC-V's for add,
// subtract, multiply, divide, square root and fused multiply-add, once NaN
// results are canonical (docs/machine.md tells what was compared, and the one
// exception). So while harts run, the host's rounding mode is the guest's frm,
// and the host's sticky exceptions are part of the guest's fflags.
//
// The host must detect tininess after rounding, as x86 SSE does.
#pragma once

#include <cstdint>

namespace p4jit::machine {

namespace fflag {
constexpr std::uint32_t inexact = 1, underflow = 2, overflow = 4, divide_by_zero = 8, invalid = 16;
}

/// Rounding modes, as in frm and in instructions.
enum class Rounding : std::uint8_t { nearest_even, toward_zero, down, up, nearest_max_magnitude };

/// Takes over the host's unit: default environment, no exceptions, the given
/// rounding (nearest_even for modes the host lacks). Gives back what it found.
class HostFloat {
public:
    explicit HostFloat(std::uint32_t frm);
    ~HostFloat();
    HostFloat(const HostFloat&) = delete;
    HostFloat& operator=(const HostFloat&) = delete;

    static void set_rounding(std::uint32_t frm);
    /// Exceptions since the last clear, as fflags bits.
    static std::uint32_t exceptions();
    static void clear_exceptions();

private:
    std::uint32_t saved_;
};

} // namespace p4jit::machine
