// RV32I: base integer instructions (unprivileged manual, chapter 2), and the
// machine-mode ones that go with them (privileged manual, chapter 3.3).
#pragma once

#include "p4jit/machine/meaning.hpp"

namespace p4jit::machine::meaning {

using Signed = std::int32_t;

inline std::uint32_t rs1(const Hart& hart, const Step& s) { return hart.x[s.rs1]; }
inline std::uint32_t rs2(const Hart& hart, const Step& s) { return hart.x[s.rs2]; }
inline Signed signed_rs1(const Hart& hart, const Step& s) { return static_cast<Signed>(hart.x[s.rs1]); }
inline Signed signed_rs2(const Hart& hart, const Step& s) { return static_cast<Signed>(hart.x[s.rs2]); }
inline std::uint32_t imm(const Step& s) { return static_cast<std::uint32_t>(s.imm); }
inline std::uint32_t address(const Hart& hart, const Step& s) { return hart.x[s.rs1] + imm(s); }

// The decoder has added pc to auipc's immediate.
inline void lui(Hart& hart, const Step& s) { hart.x[s.rd] = imm(s); }
inline void auipc(Hart& hart, const Step& s) { hart.x[s.rd] = imm(s); }

inline void addi(Hart& hart, const Step& s) { hart.x[s.rd] = rs1(hart, s) + imm(s); }
inline void slti(Hart& hart, const Step& s) { hart.x[s.rd] = signed_rs1(hart, s) < s.imm; }
inline void sltiu(Hart& hart, const Step& s) { hart.x[s.rd] = rs1(hart, s) < imm(s); }
inline void xori(Hart& hart, const Step& s) { hart.x[s.rd] = rs1(hart, s) ^ imm(s); }
inline void ori(Hart& hart, const Step& s) { hart.x[s.rd] = rs1(hart, s) | imm(s); }
inline void andi(Hart& hart, const Step& s) { hart.x[s.rd] = rs1(hart, s) & imm(s); }
inline void slli(Hart& hart, const Step& s) { hart.x[s.rd] = rs1(hart, s) << (imm(s) & 31); }
inline void srli(Hart& hart, const Step& s) { hart.x[s.rd] = rs1(hart, s) >> (imm(s) & 31); }
inline void srai(Hart& hart, const Step& s) {
    hart.x[s.rd] = static_cast<std::uint32_t>(signed_rs1(hart, s) >> (imm(s) & 31));
}

inline void add(Hart& hart, const Step& s) { hart.x[s.rd] = rs1(hart, s) + rs2(hart, s); }
inline void sub(Hart& hart, const Step& s) { hart.x[s.rd] = rs1(hart, s) - rs2(hart, s); }
inline void sll(Hart& hart, const Step& s) { hart.x[s.rd] = rs1(hart, s) << (rs2(hart, s) & 31); }
inline void slt(Hart& hart, const Step& s) { hart.x[s.rd] = signed_rs1(hart, s) < signed_rs2(hart, s); }
inline void sltu(Hart& hart, const Step& s) { hart.x[s.rd] = rs1(hart, s) < rs2(hart, s); }
inline void xor_(Hart& hart, const Step& s) { hart.x[s.rd] = rs1(hart, s) ^ rs2(hart, s); }
inline void srl(Hart& hart, const Step& s) { hart.x[s.rd] = rs1(hart, s) >> (rs2(hart, s) & 31); }
inline void sra(Hart& hart, const Step& s) {
    hart.x[s.rd] = static_cast<std::uint32_t>(signed_rs1(hart, s) >> (rs2(hart, s) & 31));
}
inline void or_(Hart& hart, const Step& s) { hart.x[s.rd] = rs1(hart, s) | rs2(hart, s); }
inline void and_(Hart& hart, const Step& s) { hart.x[s.rd] = rs1(hart, s) & rs2(hart, s); }

// Jumps and branches. jal's and the branches' offset is the interpreter's
// business; jal only writes its link.
inline void jal(Hart& hart, const Step& s) { hart.x[s.rd] = s.pc + length_of(s); }
inline Target jalr(Hart& hart, const Step& s) {
    const auto target = address(hart, s) & ~1u;
    hart.x[s.rd] = s.pc + length_of(s);
    return {target};
}
inline Condition beq(Hart& hart, const Step& s) { return Condition{rs1(hart, s) == rs2(hart, s)}; }
inline Condition bne(Hart& hart, const Step& s) { return Condition{rs1(hart, s) != rs2(hart, s)}; }
inline Condition blt(Hart& hart, const Step& s) { return Condition{signed_rs1(hart, s) < signed_rs2(hart, s)}; }
inline Condition bge(Hart& hart, const Step& s) { return Condition{signed_rs1(hart, s) >= signed_rs2(hart, s)}; }
inline Condition bltu(Hart& hart, const Step& s) { return Condition{rs1(hart, s) < rs2(hart, s)}; }
inline Condition bgeu(Hart& hart, const Step& s) { return Condition{rs1(hart, s) >= rs2(hart, s)}; }

template <typename T, typename Path>
Access load_x(Hart& hart, const Step& s, Path memory) {
    T value{};
    const auto access = memory.load(hart, address(hart, s), value);
    if (access == Access::ok) [[likely]]
        hart.x[s.rd] = static_cast<std::uint32_t>(static_cast<Signed>(value)); // extends as T is signed or not
    return access;
}
inline Access lb(Hart& hart, const Step& s, auto memory) { return load_x<std::int8_t>(hart, s, memory); }
inline Access lh(Hart& hart, const Step& s, auto memory) { return load_x<std::int16_t>(hart, s, memory); }
inline Access lw(Hart& hart, const Step& s, auto memory) { return load_x<std::uint32_t>(hart, s, memory); }
inline Access lbu(Hart& hart, const Step& s, auto memory) { return load_x<std::uint8_t>(hart, s, memory); }
inline Access lhu(Hart& hart, const Step& s, auto memory) { return load_x<std::uint16_t>(hart, s, memory); }

template <typename T, typename Path>
Access store_x(Hart& hart, const Step& s, Path memory) {
    return memory.store(hart, address(hart, s), static_cast<T>(rs2(hart, s)));
}
inline Access sb(Hart& hart, const Step& s, auto memory) { return store_x<std::uint8_t>(hart, s, memory); }
inline Access sh(Hart& hart, const Step& s, auto memory) { return store_x<std::uint16_t>(hart, s, memory); }
inline Access sw(Hart& hart, const Step& s, auto memory) { return store_x<std::uint32_t>(hart, s, memory); }

// Memory is seen in program order by every hart.
inline void fence(Hart&, const Step&) {}
inline void fence_tso(Hart&, const Step&) {}
// Stores to code reset its steps at once; there is nothing left to do.
inline Flow fence_i(Hart&, const Step&) { return Flow::next; }

inline Flow trap(Hart& hart, Cause cause, std::uint32_t tval) {
    hart.fail(cause, tval);
    return Flow::trap;
}
inline Flow ecall(Hart& hart, const Step&) { return trap(hart, Cause::ecall_m, 0); }
inline Flow ebreak(Hart& hart, const Step& s) { return trap(hart, Cause::breakpoint, s.pc); }

inline Flow mret(Hart& hart, const Step&) {
    const auto previous = hart.mstatus & mstatus::mpie;
    hart.mstatus |= mstatus::mie | mstatus::mpie;
    if (!previous) hart.mstatus &= ~mstatus::mie;
    hart.pc = hart.mepc;
    return Flow::jump;
}
inline Flow wfi(Hart& hart, const Step&) { return (hart.mip & hart.mie) != 0 ? Flow::next : Flow::wait; }

} // namespace p4jit::machine::meaning
