// Zicsr: control and status register instructions (unprivileged manual,
// chapter 9). The step's imm is the CSR; rs1 is a register or the immediate.
#pragma once

#include "p4jit/machine/csr.hpp"
#include "p4jit/machine/rv32i.hpp"

namespace p4jit::machine::meaning {

enum class CsrAction { write, set, clear };

/// Reads the CSR unless nobody wants the value, writes it unless nothing is to
/// change (table 9.1). `writes` is false for set and clear with x0 or 0.
template <CsrAction action>
Flow access_csr(Hart& hart, const Step& s, std::uint32_t operand, bool writes) {
    const auto number = imm(s);
    std::uint32_t old = 0;
    const bool reads = action != CsrAction::write || s.rd != x_discard;
    bool exists = !reads || read_csr(hart, number, old);
    if (exists && writes) {
        const auto value = action == CsrAction::write ? operand
                           : action == CsrAction::set ? old | operand
                                                      : old & ~operand;
        exists = write_csr(hart, number, value);
    }
    if (!exists) {
        illegal(hart, s);
        return Flow::trap;
    }
    hart.x[s.rd] = old;
    return Flow::next;
}

inline Flow csrrw(Hart& hart, const Step& s) { return access_csr<CsrAction::write>(hart, s, rs1(hart, s), true); }
inline Flow csrrs(Hart& hart, const Step& s) { return access_csr<CsrAction::set>(hart, s, rs1(hart, s), s.rs1 != 0); }
inline Flow csrrc(Hart& hart, const Step& s) { return access_csr<CsrAction::clear>(hart, s, rs1(hart, s), s.rs1 != 0); }
inline Flow csrrwi(Hart& hart, const Step& s) { return access_csr<CsrAction::write>(hart, s, s.rs1, true); }
inline Flow csrrsi(Hart& hart, const Step& s) { return access_csr<CsrAction::set>(hart, s, s.rs1, s.rs1 != 0); }
inline Flow csrrci(Hart& hart, const Step& s) { return access_csr<CsrAction::clear>(hart, s, s.rs1, s.rs1 != 0); }

} // namespace p4jit::machine::meaning
