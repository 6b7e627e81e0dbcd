// PIE: the steps of a Fourier transform of 16-bit complex numbers, four to a
// register.
//
// Intermediate values are exact; only results become 16 bits, which 2.1 wraps
// and 2.2 saturates unless told otherwise. All round by CFG.vxrm, also in 2.2.
#pragma once

#include "p4jit/machine/pie_multiply.hpp"

#include <algorithm>

namespace p4jit::machine::meaning {

using Points = Lanes<std::int16_t>;

inline Complex operator+(const Complex& a, const Complex& b) { return {a.re + b.re, a.im + b.im}; }
inline Complex operator-(const Complex& a, const Complex& b) { return {a.re - b.re, a.im - b.im}; }

inline Points points(const Vector& vector) { return vector.lanes<std::int16_t>(); }

inline void set_point(Notes& notes, Points& points, std::size_t pair, const Complex& value, bool saturate) {
    points[2 * pair] = narrow<std::int16_t>(notes, value.re, saturate);
    points[2 * pair + 1] = narrow<std::int16_t>(notes, value.im, saturate);
}
inline void set_point(Vector& vector, std::size_t pair, const Points& from) {
    auto to = points(vector);
    to[2 * pair] = from[2 * pair];
    to[2 * pair + 1] = from[2 * pair + 1];
    vector = Vector::of(to);
}

/// Every lane / 2^amount.
inline Points scaled(Hart& hart, Notes& notes, Points lanes, unsigned amount) {
    RoundingShift<std::int32_t> shift(rounding_mode(hart), amount);
    for (auto& lane : lanes) lane = static_cast<std::int16_t>(shift(lane));
    notes.inexact |= shift.inexact();
    return lanes;
}

inline Vector words_reversed(const Vector& vector) {
    auto words = vector.lanes<std::uint32_t>();
    std::ranges::reverse(words);
    return Vector::of(words);
}

/// {v1, v2, …} from low to high as one vector of points, each as a word.
inline Vector of_words(const Lanes<std::uint32_t>& words) { return Vector::of(words); }
inline Lanes<std::uint32_t> words(const Points& points) { return std::bit_cast<Lanes<std::uint32_t>>(points); }

// ---- add, multiply, subtract: a step of a real transform ----

/// What fft.ams computes for one pair of X = qx, Y = qw, M = qy; in u and w only
/// that pair counts.
struct AddMultiplySubtract {
    Points u{}, w{};
    Notes notes;

    AddMultiplySubtract(Hart& hart, const Step& s, std::size_t pair) {
        const auto x = complex_lane(points(qx(hart, s)), pair), y = complex_lane(points(qw(hart, s)), pair);
        const auto m = complex_lane(points(qy(hart, s)), pair);
        const Complex sum{x.re + y.re, x.im - y.im}, difference{x.re - y.re, x.im + y.im};
        const auto product = difference * (PieOperands::sel2(s) ? conjugate(m) : m);
        const auto turned = shift_rounded(notes, product, hart.pie.sar, rounding_mode(hart));
        set_point(notes, u, pair, sum + turned, PieOperands::sat(s));
        set_point(notes, w, pair, {sum.re - turned.re, turned.im - sum.im}, PieOperands::sat(s));
    }
};

/// qz and qv get the results, then qu what `loaded` makes of the load.
template <std::size_t pair, std::int32_t step>
Access ams_with_load(Hart& hart, const Step& s, auto memory, auto use) {
    return loading<Vector, ByBytes<step>>(hart, s, memory, [&](const Vector& loaded) {
        const AddMultiplySubtract result(hart, s, pair);
        set_point(qz(hart, s), pair, result.u);
        set_point(qv(hart, s), pair, result.w);
        result.notes.tell(hart.pie);
        qu(hart, s) = use(loaded);
    });
}
inline Access esp_fft_ams_s16_ld_incp_uaup(Hart& hart, const Step& s, auto memory) {
    return ams_with_load<0, 16>(hart, s, memory, [&](const Vector& loaded) {
        const auto result = splice(hart.pie.ua_state, loaded, hart.pie.sar_byte);
        hart.pie.ua_state = loaded;
        return result;
    });
}
inline Access esp_fft_ams_s16_ld_incp(Hart& hart, const Step& s, auto memory) {
    return ams_with_load<1, 16>(hart, s, memory, [](const Vector& loaded) { return loaded; });
}
inline Access esp_fft_ams_s16_ld_r32_decp(Hart& hart, const Step& s, auto memory) {
    return ams_with_load<2, -16>(hart, s, memory, words_reversed);
}

/// Stores the previous call's pair 3, which waits in rs2, below qu's pairs 0 to
/// 2; the present one's goes to rs2.
inline Access esp_fft_ams_s16_st_incp(Hart& hart, const Step& s, auto memory) {
    constexpr std::size_t pair = 3;
    AddMultiplySubtract result(hart, s, pair);
    const auto old = words(points(qu(hart, s)));
    const auto together = points(of_words({hart.x[s.rs2], old[0], old[1], old[2]}));
    const auto value = Vector::of(scaled(hart, result.notes, together, PieOperands::sel2(s) ? 0 : 1));
    const auto pointer = hart.x[s.rs1];
    return storing<ByBytes<0>>(hart, s, memory, value, [&] {
        set_point(qz(hart, s), pair, result.w);
        hart.x[s.rs2] = words(result.u)[pair];
        hart.x[s.rs1] = pointer + 16;
        result.notes.tell(hart.pie);
    });
}

// ---- complex multiplication of one pair ----

/// Data qy times twiddle qx of pair sel8 / 2; an even sel8 conjugates the
/// twiddle. In the result only that pair counts.
inline Points turned(Hart& hart, Notes& notes, const Step& s) {
    const std::size_t pair = PieOperands::sel8(s) / 2;
    const auto data = complex_lane(points(qy(hart, s)), pair), twiddle = complex_lane(points(qx(hart, s)), pair);
    const auto product = data * (PieOperands::sel8(s) & 1 ? twiddle : conjugate(twiddle));
    Points result{};
    set_point(notes, result, pair, shift_rounded(notes, product, hart.pie.sar, rounding_mode(hart)),
              PieOperands::sat(s));
    return result;
}

inline Access esp_fft_cmul_s16_ld_xp(Hart& hart, const Step& s, auto memory) {
    return with_load<ByRegister>(hart, s, memory, [](Hart& h, const Step& t) {
        Notes notes;
        set_point(qz(h, t), PieOperands::sel8(t) / 2, turned(h, notes, t));
        notes.tell(h.pie);
    });
}

inline Access esp_fft_cmul_s16_st_xp(Hart& hart, const Step& s, auto memory) {
    Notes notes;
    const auto c = words(turned(hart, notes, s))[PieOperands::sel8(s) / 2];
    const auto v = words(points(qu(hart, s)));
    auto data = points(qy(hart, s));
    const auto upd4 = PieOperands::upd4(s);
    // Only what is stored is shifted, so that nothing else can make it inexact.
    if (upd4 == 1 || upd4 == 2) {
        for (std::size_t i = 4; i < data.size(); ++i) data[i] = 0;
        data = scaled(hart, notes, data, PieOperands::sel4(s));
    }
    const auto a = words(data);
    const auto value = of_words(upd4 == 1   ? Lanes<std::uint32_t>{a[0], a[1], v[2], c}
                                : upd4 == 2 ? Lanes<std::uint32_t>{a[0], v[2], a[1], c}
                                            : Lanes<std::uint32_t>{v[0], v[1], v[2], c});
    return storing<ByRegister>(hart, s, memory, value, [&] { notes.tell(hart.pie); });
}

// ---- radix-2 butterflies ----

/// Sums and differences of pairs of points. sel2 = 0 pairs points 0 with 2 and
/// 1 with 3 of each register; 1 pairs neighbours.
inline void esp_fft_r2bf_s16(Hart& hart, const Step& s) {
    const auto x = points(qx(hart, s)), y = points(qy(hart, s));
    const std::size_t distance = PieOperands::sel2(s) ? 1 : 2;
    Notes notes;
    std::array<Points, 2> result{};
    for (std::size_t i = 0; i < 4; ++i) {
        const auto& from = i < 2 ? x : y;
        const std::size_t first = distance == 2 ? i % 2 : 2 * (i % 2);
        const auto a = complex_lane(from, first), b = complex_lane(from, first + distance);
        set_point(notes, result[i / 2], i % 2, a + b, PieOperands::sat(s));
        set_point(notes, result[i / 2], i % 2 + 2, a - b, PieOperands::sat(s));
    }
    notes.tell(hart.pie);
    qz(hart, s) = Vector::of(result[0]);
    qv(hart, s) = Vector::of(result[1]);
}

/// Memory gets the sums / 2^sel4, qz the differences.
inline Access esp_fft_r2bf_s16_st_incp(Hart& hart, const Step& s, auto memory) {
    const auto x = points(qx(hart, s)), y = points(qy(hart, s));
    RoundingShift<std::int32_t> shift(rounding_mode(hart), PieOperands::sel4(s));
    Narrowing<std::int16_t, std::int32_t> narrowing(PieOperands::sat(s));
    Points sums, differences;
    for (std::size_t i = 0; i < x.size(); ++i) {
        sums[i] = narrowing(shift(x[i] + y[i]));
        differences[i] = narrowing(x[i] - y[i]);
    }
    return storing<ByBytes<16>>(hart, s, memory, Vector::of(sums), [&] {
        qz(hart, s) = Vector::of(differences);
        Notes{narrowing.saturated(), shift.inexact()}.tell(hart.pie);
    });
}

// ---- order ----

/// Eight indices of a bit-reversed order from rs1 on: the larger of each index
/// and its reversal in FFT_BIT_WIDTH bits.
inline void esp_fft_bitrev(Hart& hart, const Step& s) {
    const auto width = hart.pie.fft_bit_width;
    Lanes<std::uint16_t> result;
    for (std::uint32_t i = 0; i < result.size(); ++i) {
        const std::uint32_t index = (hart.x[s.rs1] + i) & ((1u << width) - 1);
        std::uint32_t reversed = 0;
        for (std::uint32_t bit = 0; bit < width; ++bit) reversed |= (index >> bit & 1) << (width - 1 - bit);
        result[i] = static_cast<std::uint16_t>(std::max(index, reversed));
    }
    qv(hart, s) = Vector::of(result);
    hart.x[s.rs1] += 8;
}

inline Access esp_fft_vst_r32_decp(Hart& hart, const Step& s, auto memory) {
    Notes notes;
    const auto value = Vector::of(scaled(hart, notes, points(qu(hart, s)), PieOperands::sel2(s)));
    return storing<ByBytes<-16>>(hart, s, memory, words_reversed(value), [&] { notes.tell(hart.pie); });
}

} // namespace p4jit::machine::meaning
