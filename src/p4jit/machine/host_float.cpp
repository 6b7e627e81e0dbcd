#include "p4jit/machine/host_float.hpp"

#if !defined(__x86_64__)
#error "the virtual chip's floating point is written for x86-64 hosts; port host_float.cpp and float_arithmetic.hpp"
#endif

#include <xmmintrin.h>

namespace p4jit::machine {

namespace {

// MXCSR (Intel manual, volume 1, section 10.2.3): exception flags in bits 0..5,
// their masks in bits 7..12, rounding control in bits 13 and 14.
constexpr std::uint32_t all_masked = 0x1F80, flags_mask = 0x3F, rounding_mask = 0x6000;
constexpr std::uint32_t rounding_bits[] = {0x0000, 0x6000, 0x2000, 0x4000}; // by Rounding

std::uint32_t rounding_for(std::uint32_t frm) { return frm < 4 ? rounding_bits[frm] : rounding_bits[0]; }

} // namespace

HostFloat::HostFloat(std::uint32_t frm) : saved_(_mm_getcsr()) { _mm_setcsr(all_masked | rounding_for(frm)); }

HostFloat::~HostFloat() { _mm_setcsr(saved_); }

void HostFloat::set_rounding(std::uint32_t frm) { _mm_setcsr((_mm_getcsr() & ~rounding_mask) | rounding_for(frm)); }

std::uint32_t HostFloat::exceptions() {
    const auto flags = _mm_getcsr();
    std::uint32_t result = 0;
    if (flags & 0x01) result |= fflag::invalid;
    if (flags & 0x04) result |= fflag::divide_by_zero;
    if (flags & 0x08) result |= fflag::overflow;
    if (flags & 0x10) result |= fflag::underflow;
    if (flags & 0x20) result |= fflag::inexact;
    return result;
}

void HostFloat::clear_exceptions() { _mm_setcsr(_mm_getcsr() & ~flags_mask); }

} // namespace p4jit::machine
