// xesploop: the hardware loops, which this chip does not execute yet.
#pragma once

#include "p4jit/machine/meaning.hpp"

namespace p4jit::machine::meaning {

inline Flow no_hardware_loops(Hart& hart, const Step& s) {
    illegal(hart, s);
    return Flow::trap;
}
inline Flow esp_lp_starti(Hart& hart, const Step& s) { return no_hardware_loops(hart, s); }
inline Flow esp_lp_endi(Hart& hart, const Step& s) { return no_hardware_loops(hart, s); }
inline Flow esp_lp_count(Hart& hart, const Step& s) { return no_hardware_loops(hart, s); }
inline Flow esp_lp_counti(Hart& hart, const Step& s) { return no_hardware_loops(hart, s); }
inline Flow esp_lp_setup(Hart& hart, const Step& s) { return no_hardware_loops(hart, s); }
inline Flow esp_lp_setupi(Hart& hart, const Step& s) { return no_hardware_loops(hart, s); }

} // namespace p4jit::machine::meaning
