// F: single-precision floating point (unprivileged manual, chapter 11).
//
// Arithmetic has two handlers. With the dynamic rounding mode, which the host's
// unit is set to while harts run, it is one host instruction, and its
// exceptions accrue in the host's register (host_float.hpp). With a static
// mode, or a dynamic one the host lacks, it goes through in_any_mode().
#pragma once

#include "p4jit/machine/float_arithmetic.hpp"
#include "p4jit/machine/rv32i.hpp"

#include <cmath>

namespace p4jit::machine::meaning {

using f32::Operation;

inline f32::Bits fs1(const Hart& hart, const Step& s) { return hart.f[s.rs1]; }
inline f32::Bits fs2(const Hart& hart, const Step& s) { return hart.f[s.rs2]; }
inline f32::Bits fs3(const Hart& hart, const Step& s) { return hart.f[s.rs3]; }
inline float f1(const Hart& hart, const Step& s) { return f32::value(hart.f[s.rs1]); }
inline float f2(const Hart& hart, const Step& s) { return f32::value(hart.f[s.rs2]); }
inline float f3(const Hart& hart, const Step& s) { return f32::value(hart.f[s.rs3]); }

inline Access flw(Hart& hart, const Step& s, auto memory) {
    std::uint32_t value = 0;
    const auto access = memory.load(hart, address(hart, s), value);
    if (access == Access::ok) [[likely]]
        hart.f[s.rd] = value;
    return access;
}
inline Access fsw(Hart& hart, const Step& s, auto memory) { return memory.store(hart, address(hart, s), fs2(hart, s)); }

/// The rounding mode of an instruction whose rm is in its step's imm; false if
/// it is the dynamic one and frm holds a reserved value.
inline bool rounding_of(const Hart& hart, const Step& s, Rounding& rounding) {
    const auto mode = s.imm == 7 ? hart.frm : imm(s);
    rounding = static_cast<Rounding>(mode);
    return mode <= static_cast<std::uint32_t>(Rounding::nearest_max_magnitude);
}

/// Arithmetic for the modes that the plain handlers do not serve.
template <Operation operation>
Access in_any_mode(Hart& hart, const Step& s, f32::Bits a, f32::Bits b = 0, f32::Bits c = 0) {
    Rounding rounding{};
    if (!rounding_of(hart, s, rounding)) return illegal(hart, s);
    hart.f[s.rd] = f32::compute(operation, rounding, a, b, c, hart.fflags);
    return Access::ok;
}

inline void fadd_s(Hart& hart, const Step& s) { hart.f[s.rd] = f32::result(f1(hart, s) + f2(hart, s)); }
inline void fsub_s(Hart& hart, const Step& s) { hart.f[s.rd] = f32::result(f1(hart, s) - f2(hart, s)); }
inline void fmul_s(Hart& hart, const Step& s) { hart.f[s.rd] = f32::result(f1(hart, s) * f2(hart, s)); }
inline void fdiv_s(Hart& hart, const Step& s) { hart.f[s.rd] = f32::result(f1(hart, s) / f2(hart, s)); }
inline void fsqrt_s(Hart& hart, const Step& s) { hart.f[s.rd] = f32::result(std::sqrt(f1(hart, s))); }

inline Access fadd_s_any(Hart& hart, const Step& s) {
    return in_any_mode<Operation::add>(hart, s, fs1(hart, s), fs2(hart, s));
}
inline Access fsub_s_any(Hart& hart, const Step& s) {
    return in_any_mode<Operation::subtract>(hart, s, fs1(hart, s), fs2(hart, s));
}
inline Access fmul_s_any(Hart& hart, const Step& s) {
    return in_any_mode<Operation::multiply>(hart, s, fs1(hart, s), fs2(hart, s));
}
inline Access fdiv_s_any(Hart& hart, const Step& s) {
    return in_any_mode<Operation::divide>(hart, s, fs1(hart, s), fs2(hart, s));
}
inline Access fsqrt_s_any(Hart& hart, const Step& s) {
    return in_any_mode<Operation::square_root>(hart, s, fs1(hart, s));
}

/// Writes the result of a fused operation.
inline void fused(Hart& hart, const Step& s, float sum) {
    const auto bits = f32::result(sum);
    if (bits == f32::canonical_nan && f32::is_invalid_product(fs1(hart, s), fs2(hart, s)))
        hart.fflags |= fflag::invalid;
    hart.f[s.rd] = bits;
}
// fnmadd is -(a*b)-c and fnmsub -(a*b)+c; signs of operands do not round.
inline void fmadd_s(Hart& hart, const Step& s) { fused(hart, s, std::fma(f1(hart, s), f2(hart, s), f3(hart, s))); }
inline void fmsub_s(Hart& hart, const Step& s) { fused(hart, s, std::fma(f1(hart, s), f2(hart, s), -f3(hart, s))); }
inline void fnmsub_s(Hart& hart, const Step& s) { fused(hart, s, std::fma(-f1(hart, s), f2(hart, s), f3(hart, s))); }
inline void fnmadd_s(Hart& hart, const Step& s) { fused(hart, s, std::fma(-f1(hart, s), f2(hart, s), -f3(hart, s))); }

inline Access fused_any(Hart& hart, const Step& s, f32::Bits negate_product, f32::Bits negate_addend) {
    return in_any_mode<Operation::fused_multiply_add>(hart, s, fs1(hart, s) ^ negate_product, fs2(hart, s),
                                                      fs3(hart, s) ^ negate_addend);
}
inline Access fmadd_s_any(Hart& hart, const Step& s) { return fused_any(hart, s, 0, 0); }
inline Access fmsub_s_any(Hart& hart, const Step& s) { return fused_any(hart, s, 0, f32::sign_bit); }
inline Access fnmsub_s_any(Hart& hart, const Step& s) { return fused_any(hart, s, f32::sign_bit, 0); }
inline Access fnmadd_s_any(Hart& hart, const Step& s) { return fused_any(hart, s, f32::sign_bit, f32::sign_bit); }

inline void fcvt_s_w(Hart& hart, const Step& s) { hart.f[s.rd] = f32::result(static_cast<float>(signed_rs1(hart, s))); }
inline void fcvt_s_wu(Hart& hart, const Step& s) {
    hart.f[s.rd] = f32::result(static_cast<float>(std::int64_t{rs1(hart, s)}));
}
inline Access fcvt_s_w_any(Hart& hart, const Step& s) {
    return in_any_mode<Operation::from_int32>(hart, s, rs1(hart, s));
}
inline Access fcvt_s_wu_any(Hart& hart, const Step& s) {
    return in_any_mode<Operation::from_uint32>(hart, s, rs1(hart, s));
}

inline Access fcvt_w_s(Hart& hart, const Step& s) {
    Rounding rounding{};
    if (!rounding_of(hart, s, rounding)) return illegal(hart, s);
    hart.x[s.rd] = f32::to_int32(fs1(hart, s), rounding, hart.fflags);
    return Access::ok;
}
inline Access fcvt_wu_s(Hart& hart, const Step& s) {
    Rounding rounding{};
    if (!rounding_of(hart, s, rounding)) return illegal(hart, s);
    hart.x[s.rd] = f32::to_uint32(fs1(hart, s), rounding, hart.fflags);
    return Access::ok;
}

inline void fsgnj_s(Hart& hart, const Step& s) {
    hart.f[s.rd] = f32::magnitude(fs1(hart, s)) | (fs2(hart, s) & f32::sign_bit);
}
inline void fsgnjn_s(Hart& hart, const Step& s) {
    hart.f[s.rd] = f32::magnitude(fs1(hart, s)) | (~fs2(hart, s) & f32::sign_bit);
}
inline void fsgnjx_s(Hart& hart, const Step& s) { hart.f[s.rd] = fs1(hart, s) ^ (fs2(hart, s) & f32::sign_bit); }
inline void fmin_s(Hart& hart, const Step& s) { hart.f[s.rd] = f32::minimum(fs1(hart, s), fs2(hart, s), hart.fflags); }
inline void fmax_s(Hart& hart, const Step& s) { hart.f[s.rd] = f32::maximum(fs1(hart, s), fs2(hart, s), hart.fflags); }
inline void feq_s(Hart& hart, const Step& s) { hart.x[s.rd] = f32::equal(fs1(hart, s), fs2(hart, s), hart.fflags); }
inline void flt_s(Hart& hart, const Step& s) { hart.x[s.rd] = f32::less(fs1(hart, s), fs2(hart, s), hart.fflags); }
inline void fle_s(Hart& hart, const Step& s) {
    hart.x[s.rd] = f32::less_or_equal(fs1(hart, s), fs2(hart, s), hart.fflags);
}
inline void fclass_s(Hart& hart, const Step& s) { hart.x[s.rd] = f32::classify(fs1(hart, s)); }
inline void fmv_x_w(Hart& hart, const Step& s) { hart.x[s.rd] = fs1(hart, s); }
inline void fmv_w_x(Hart& hart, const Step& s) { hart.f[s.rd] = rs1(hart, s); }

} // namespace p4jit::machine::meaning
