// PIE: the unit's own registers. XACC: pie_accumulator.hpp.
#pragma once

#include "p4jit/machine/pie.hpp"

namespace p4jit::machine::meaning {

/// Reading CFG clears vxsat while vxsat_en is set.
inline void esp_movx_r_cfg(Hart& hart, const Step& s) {
    auto& cfg = hart.pie.cfg;
    hart.x[s.rd] = cfg;
    if (cfg & pie_cfg::vxsat_en) cfg &= ~pie_cfg::vxsat;
}
inline void esp_movx_w_cfg(Hart& hart, const Step& s) {
    constexpr auto read_only = pie_cfg::vxsat | pie_cfg::rm_exc;
    constexpr auto writable = pie_cfg::mis_st | pie_cfg::mis_ld | pie_cfg::vxrm | pie_cfg::vxsat_en;
    hart.pie.cfg = (hart.pie.cfg & read_only) | (hart.x[s.rs1] & writable);
}

inline void esp_movx_r_sar(Hart& hart, const Step& s) { hart.x[s.rd] = hart.pie.sar; }
inline void esp_movx_w_sar(Hart& hart, const Step& s) { hart.pie.sar = hart.x[s.rs1] & 63; }
inline void esp_movx_r_sar_bytes(Hart& hart, const Step& s) { hart.x[s.rd] = hart.pie.sar_byte; }
inline void esp_movx_w_sar_bytes(Hart& hart, const Step& s) { hart.pie.sar_byte = hart.x[s.rs1] & 15; }
inline void esp_movx_r_fft_bit_width(Hart& hart, const Step& s) { hart.x[s.rd] = hart.pie.fft_bit_width; }
inline void esp_movx_w_fft_bit_width(Hart& hart, const Step& s) { hart.pie.fft_bit_width = hart.x[s.rs1] & 15; }

/// There are no performance counters: docs/pie-choices.md.
inline void esp_movx_r_perf(Hart& hart, const Step& s) { hart.x[s.rd] = 0; }
inline void esp_movx_w_perf(Hart&, const Step&) {}

} // namespace p4jit::machine::meaning
