// PIE: add, subtract, absolute value, clamp, larger and smaller lanes, compare.
#pragma once

#include "p4jit/machine/pie.hpp"

namespace p4jit::machine::meaning {

/// qv := qx + qy in each lane, saturated.
template <typename T>
void add_lanes(Hart& hart, const Step& s) {
    const auto x = qx(hart, s).lanes<T>(), y = qy(hart, s).lanes<T>();
    Lanes<T> sum;
    for (std::size_t i = 0; i < sum.size(); ++i)
        sum[i] = saturate<T>(hart, std::int64_t{x[i]} + std::int64_t{y[i]}, PieOperands::sat(s));
    qv(hart, s) = Vector::of(sum);
}

// Each form by its row's name: plain, with a load, with a store.
#define PLAIN_LOAD_STORE(id, arithmetic)                                                                               \
    inline void id(Hart& hart, const Step& s) { arithmetic(hart, s); }                                                 \
    inline Access id##_ld_incp(Hart& hart, const Step& s, auto memory) {                                               \
        return with_load<ByBytes<16>>(hart, s, memory, arithmetic);                                                    \
    }                                                                                                                  \
    inline Access id##_st_incp(Hart& hart, const Step& s, auto memory) {                                               \
        return with_store<ByBytes<16>>(hart, s, memory, arithmetic);                                                   \
    }
PLAIN_LOAD_STORE(esp_vadd_s8, add_lanes<std::int8_t>)

} // namespace p4jit::machine::meaning
