#include "p4jit/machine/pie_rounding.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace p4jit::machine;

namespace {

/// value / 2^amount as a fraction, rounded by the words of the mode's name.
/// Exact for the values used here, which a double holds.
double by_words(VectorRounding mode, double value, unsigned amount) {
    const double exact = std::ldexp(value, -static_cast<int>(amount));
    const double down = std::floor(exact), up = std::ceil(exact), away = exact < 0 ? down : up,
                 toward = exact < 0 ? up : down;
    const double fraction = std::abs(exact) - std::floor(std::abs(exact));
    switch (mode) {
    case VectorRounding::up: return up;
    case VectorRounding::away_from_zero: return away;
    case VectorRounding::toward_zero: return toward;
    case VectorRounding::half_away: return fraction >= 0.5 ? away : toward;
    case VectorRounding::half_toward_zero: return fraction > 0.5 ? away : toward;
    case VectorRounding::half_even:
        if (fraction == 0.5) return std::fmod(down, 2) == 0 ? down : up;
        return fraction > 0.5 ? away : toward;
    case VectorRounding::down:
    case VectorRounding::unnecessary: break;
    }
    return down;
}

template <typename W>
void compare_with_words(unsigned bits) {
    std::vector<W> values{std::numeric_limits<W>::min(), 0, 1, std::numeric_limits<W>::max()};
    for (int i = -300; i < 300; ++i) values.push_back(static_cast<W>(i));
    for (unsigned bit = 8; bit < bits; ++bit)
        for (int near = -1; near <= 1; ++near)
            values.push_back(static_cast<W>((std::uint64_t{1} << bit) + static_cast<std::uint64_t>(near)));
    for (unsigned mode = 0; mode < 8; ++mode)
        for (unsigned amount = 0; amount < bits; ++amount)
            for (const W value : values) {
                RoundingShift<W> shift(VectorRounding{mode}, amount);
                const W result = shift(value);
                const double expected = by_words(VectorRounding{mode}, static_cast<double>(value), amount);
                if (static_cast<double>(result) != expected)
                    FAIL("mode " << mode << ": " << value << " / 2^" << amount << " = " << result << ", not "
                                 << expected);
                const bool lost = std::ldexp(static_cast<double>(value), -static_cast<int>(amount)) !=
                                  std::floor(std::ldexp(static_cast<double>(value), -static_cast<int>(amount)));
                if (shift.inexact() != (mode == 7 && lost)) FAIL("mode " << mode << ", value " << value << ": inexact");
            }
}

} // namespace

TEST_CASE("every rounding mode does what its name says, for every amount") {
    compare_with_words<std::int32_t>(32);
    compare_with_words<std::uint32_t>(32);
}

TEST_CASE("64-bit values round by amounts up to 63") {
    RoundingShift<std::int64_t> even(VectorRounding::half_even, 63);
    CHECK(even(std::numeric_limits<std::int64_t>::min()) == -1);
    CHECK(even(std::int64_t{1} << 62) == 0); // half of 1, to even
    RoundingShift<std::uint64_t> up(VectorRounding::up, 63);
    CHECK(up(~std::uint64_t{0}) == 2);
}

TEST_CASE("narrowing clamps to the type's range and tells, or keeps the low bits and does not") {
    Narrowing<std::int8_t, std::int32_t> clamping(true);
    CHECK(clamping(127) == 127);
    CHECK(clamping(-128) == -128);
    CHECK(!clamping.saturated());
    CHECK(clamping(128) == 127);
    CHECK(clamping.saturated());
    Narrowing<std::uint8_t, std::int32_t> to_unsigned(true);
    CHECK(to_unsigned(-1) == 0);
    CHECK(to_unsigned(256) == 255);
    Narrowing<std::int8_t, std::int32_t> cutting(false);
    CHECK(cutting(0x180) == -128);
    CHECK(!cutting.saturated());
}

TEST_CASE("vxsat is noted only while it is enabled, rm_exc always") {
    Pie pie;
    const Notes both{.saturated = true, .inexact = true};
    both.tell(pie);
    CHECK(pie.cfg == pie_cfg::rm_exc);
    pie.cfg = pie_cfg::vxsat_en;
    both.tell(pie);
    CHECK(pie.cfg == (pie_cfg::vxsat_en | pie_cfg::vxsat | pie_cfg::rm_exc));
}
