// M: integer multiplication and division (unprivileged manual, chapter 7).
#pragma once

#include "p4jit/machine/rv32i.hpp"

namespace p4jit::machine::meaning {

inline std::uint32_t high(std::uint64_t product) { return static_cast<std::uint32_t>(product >> 32); }
inline std::uint64_t sign_extended(std::uint32_t value) {
    return static_cast<std::uint64_t>(std::int64_t{static_cast<Signed>(value)});
}

inline void mul(Hart& hart, const Step& s) { hart.x[s.rd] = rs1(hart, s) * rs2(hart, s); }
inline void mulh(Hart& hart, const Step& s) {
    hart.x[s.rd] = high(sign_extended(rs1(hart, s)) * sign_extended(rs2(hart, s)));
}
inline void mulhsu(Hart& hart, const Step& s) { hart.x[s.rd] = high(sign_extended(rs1(hart, s)) * rs2(hart, s)); }
inline void mulhu(Hart& hart, const Step& s) { hart.x[s.rd] = high(std::uint64_t{rs1(hart, s)} * rs2(hart, s)); }

// Table 11: division by zero and overflow have results and do not trap.
inline bool overflows(Signed dividend, Signed divisor) { return dividend == INT32_MIN && divisor == -1; }

inline void div(Hart& hart, const Step& s) {
    const auto a = signed_rs1(hart, s), b = signed_rs2(hart, s);
    hart.x[s.rd] = static_cast<std::uint32_t>(b == 0 ? -1 : overflows(a, b) ? a : a / b);
}
inline void divu(Hart& hart, const Step& s) {
    const auto a = rs1(hart, s), b = rs2(hart, s);
    hart.x[s.rd] = b == 0 ? ~0u : a / b;
}
inline void rem(Hart& hart, const Step& s) {
    const auto a = signed_rs1(hart, s), b = signed_rs2(hart, s);
    hart.x[s.rd] = static_cast<std::uint32_t>(b == 0 ? a : overflows(a, b) ? 0 : a % b);
}
inline void remu(Hart& hart, const Step& s) {
    const auto a = rs1(hart, s), b = rs2(hart, s);
    hart.x[s.rd] = b == 0 ? a : a % b;
}

} // namespace p4jit::machine::meaning
