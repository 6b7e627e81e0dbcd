// Zba, Zbb, Zbs: bit manipulation (bit-manipulation specification 1.0).
#pragma once

#include "p4jit/machine/rv32i.hpp"

#include <algorithm>
#include <bit>

namespace p4jit::machine::meaning {

inline void sh1add(Hart& hart, const Step& s) { hart.x[s.rd] = (rs1(hart, s) << 1) + rs2(hart, s); }
inline void sh2add(Hart& hart, const Step& s) { hart.x[s.rd] = (rs1(hart, s) << 2) + rs2(hart, s); }
inline void sh3add(Hart& hart, const Step& s) { hart.x[s.rd] = (rs1(hart, s) << 3) + rs2(hart, s); }

inline void andn(Hart& hart, const Step& s) { hart.x[s.rd] = rs1(hart, s) & ~rs2(hart, s); }
inline void orn(Hart& hart, const Step& s) { hart.x[s.rd] = rs1(hart, s) | ~rs2(hart, s); }
inline void xnor(Hart& hart, const Step& s) { hart.x[s.rd] = ~(rs1(hart, s) ^ rs2(hart, s)); }
inline void clz(Hart& hart, const Step& s) {
    hart.x[s.rd] = static_cast<std::uint32_t>(std::countl_zero(rs1(hart, s)));
}
inline void ctz(Hart& hart, const Step& s) {
    hart.x[s.rd] = static_cast<std::uint32_t>(std::countr_zero(rs1(hart, s)));
}
inline void cpop(Hart& hart, const Step& s) { hart.x[s.rd] = static_cast<std::uint32_t>(std::popcount(rs1(hart, s))); }
inline void sext_b(Hart& hart, const Step& s) {
    hart.x[s.rd] = static_cast<std::uint32_t>(sign_extend(rs1(hart, s), 8));
}
inline void sext_h(Hart& hart, const Step& s) {
    hart.x[s.rd] = static_cast<std::uint32_t>(sign_extend(rs1(hart, s), 16));
}
inline void zext_h(Hart& hart, const Step& s) { hart.x[s.rd] = rs1(hart, s) & 0xFFFF; }
inline void max_(Hart& hart, const Step& s) {
    hart.x[s.rd] = static_cast<std::uint32_t>(std::max(signed_rs1(hart, s), signed_rs2(hart, s)));
}
inline void maxu(Hart& hart, const Step& s) { hart.x[s.rd] = std::max(rs1(hart, s), rs2(hart, s)); }
inline void min_(Hart& hart, const Step& s) {
    hart.x[s.rd] = static_cast<std::uint32_t>(std::min(signed_rs1(hart, s), signed_rs2(hart, s)));
}
inline void minu(Hart& hart, const Step& s) { hart.x[s.rd] = std::min(rs1(hart, s), rs2(hart, s)); }
inline void rol(Hart& hart, const Step& s) {
    hart.x[s.rd] = std::rotl(rs1(hart, s), static_cast<int>(rs2(hart, s) & 31));
}
inline void ror(Hart& hart, const Step& s) {
    hart.x[s.rd] = std::rotr(rs1(hart, s), static_cast<int>(rs2(hart, s) & 31));
}
inline void rori(Hart& hart, const Step& s) { hart.x[s.rd] = std::rotr(rs1(hart, s), s.imm & 31); }
inline void orc_b(Hart& hart, const Step& s) {
    const auto value = rs1(hart, s);
    std::uint32_t result = 0;
    for (unsigned i = 0; i < 32; i += 8) result |= bits(value, i + 7, i) != 0 ? 0xFFu << i : 0;
    hart.x[s.rd] = result;
}
inline void rev8(Hart& hart, const Step& s) { hart.x[s.rd] = __builtin_bswap32(rs1(hart, s)); }

inline std::uint32_t one_at(std::uint32_t index) { return 1u << (index & 31); }
inline void bclr(Hart& hart, const Step& s) { hart.x[s.rd] = rs1(hart, s) & ~one_at(rs2(hart, s)); }
inline void bclri(Hart& hart, const Step& s) { hart.x[s.rd] = rs1(hart, s) & ~one_at(imm(s)); }
inline void bext(Hart& hart, const Step& s) { hart.x[s.rd] = bit(rs1(hart, s), rs2(hart, s) & 31); }
inline void bexti(Hart& hart, const Step& s) { hart.x[s.rd] = bit(rs1(hart, s), imm(s) & 31); }
inline void binv(Hart& hart, const Step& s) { hart.x[s.rd] = rs1(hart, s) ^ one_at(rs2(hart, s)); }
inline void binvi(Hart& hart, const Step& s) { hart.x[s.rd] = rs1(hart, s) ^ one_at(imm(s)); }
inline void bset(Hart& hart, const Step& s) { hart.x[s.rd] = rs1(hart, s) | one_at(rs2(hart, s)); }
inline void bseti(Hart& hart, const Step& s) { hart.x[s.rd] = rs1(hart, s) | one_at(imm(s)); }

} // namespace p4jit::machine::meaning
