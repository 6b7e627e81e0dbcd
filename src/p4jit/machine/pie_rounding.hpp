// How vector results lose bits: rounding right shifts and saturation.
//
// Both run over many lanes without a branch, so that loops over lanes become
// host vectors, and tell at the end what happened: CFG.rm_exc and CFG.vxsat are
// noted once an instruction, when nothing can fail any more.
#pragma once

#include "p4jit/machine/pie_state.hpp"

#include <algorithm>
#include <limits>
#include <type_traits>

namespace p4jit::machine {

/// What an instruction has to tell CFG.
struct Notes {
    bool saturated = false; ///< a lane was clamped to its type's range
    bool inexact = false;   ///< bits were lost although the mode says that none would be

    void tell(Pie& pie) const {
        if (saturated && (pie.cfg & pie_cfg::vxsat_en)) pie.cfg |= pie_cfg::vxsat;
        if (inexact) pie.cfg |= pie_cfg::rm_exc;
    }
};

/// The rounding modes of CFG.vxrm and of 2.2's rounding operand.
enum class VectorRounding : unsigned {
    down,
    up,
    away_from_zero,
    toward_zero,
    half_away,
    half_toward_zero,
    half_even,
    unnecessary, ///< down, and CFG.rm_exc if a bit was lost
};

/// value / 2^amount for many values of one type; amount is below the type's
/// width. The bits that are lost, plus a bias, carry into the result:
///
///   value  |    down    |   rest   |            result = down + ((rest + bias) >> amount)
///                        <- amount ->
template <typename W>
class RoundingShift {
public:
    using U = std::make_unsigned_t<W>;

    RoundingShift(VectorRounding mode, unsigned amount) : amount_(amount), mask_((U{1} << amount) - 1) {
        if (amount == 0) return;
        const U half = U{1} << (amount - 1);
        switch (mode) {
        case VectorRounding::down: break;
        case VectorRounding::up: bias_ = mask_; break;
        case VectorRounding::away_from_zero: bias_ = mask_, if_negative_ = U{0} - mask_; break;
        case VectorRounding::toward_zero: if_negative_ = mask_; break;
        case VectorRounding::half_away: bias_ = half, if_negative_ = U{0} - U{1}; break;
        case VectorRounding::half_toward_zero: bias_ = half - 1, if_negative_ = 1; break;
        case VectorRounding::half_even: bias_ = half - 1, if_odd_ = 1; break;
        case VectorRounding::unnecessary: unwanted_ = mask_; break;
        }
    }

    W operator()(W value) {
        const auto down = static_cast<W>(value >> amount_);
        const auto rest = static_cast<U>(static_cast<U>(value) & mask_);
        lost_ |= static_cast<U>(rest & unwanted_);
        const auto bias = static_cast<U>(bias_ + (value < 0 ? if_negative_ : U{0}) + (static_cast<U>(down) & if_odd_));
        return static_cast<W>(static_cast<U>(down) + (static_cast<U>(rest + bias) >> amount_));
    }

    bool inexact() const { return lost_ != 0; }

private:
    unsigned amount_;
    U mask_, bias_ = 0, if_negative_ = 0, if_odd_ = 0, unwanted_ = 0;
    U lost_ = 0;
};

/// Values of a wide type as Ts: clamped if `saturate`, otherwise their low bits.
template <typename T, typename W>
class Narrowing {
public:
    explicit Narrowing(bool saturate)
        : low_(saturate ? static_cast<W>(std::numeric_limits<T>::min()) : std::numeric_limits<W>::min()),
          high_(saturate ? static_cast<W>(std::numeric_limits<T>::max()) : std::numeric_limits<W>::max()) {}

    T operator()(W value) {
        const W clamped = std::clamp(value, low_, high_);
        lost_ |= static_cast<W>(clamped ^ value);
        return static_cast<T>(clamped);
    }

    bool saturated() const { return lost_ != 0; }

private:
    static_assert(sizeof(W) > sizeof(T) || std::is_same_v<W, T>);
    W low_, high_;
    W lost_ = 0;
};

} // namespace p4jit::machine
