#include "p4jit/jit/footprint.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace p4jit::jit {

namespace {

using Offset = std::ptrdiff_t;

std::size_t count_of(const std::vector<Dimension>& dimensions) {
    std::size_t count = 1;
    for (const auto& dimension : dimensions) count *= dimension.count;
    return count;
}

Offset reach(const Dimension& dimension) { return static_cast<Offset>(dimension.count - 1) * dimension.stride; }

/// Dimensions of one step, and those that go on where the next one ends, say
/// nothing.
void simplify(Footprint& footprint) {
    std::vector<Dimension> simple;
    for (const auto& dimension : footprint.dimensions) {
        if (dimension.count == 1) continue;
        if (!simple.empty() && simple.back().stride == static_cast<Offset>(dimension.count) * dimension.stride)
            simple.back() = {simple.back().count * dimension.count, dimension.stride};
        else
            simple.push_back(dimension);
    }
    if (!simple.empty() && simple.back().stride == static_cast<Offset>(footprint.run)) {
        footprint.run *= simple.back().count;
        simple.pop_back();
    }
    footprint.dimensions = std::move(simple);
}

/// Lowest byte, and the one behind the highest.
struct Extent {
    std::uintptr_t low, high;
};
Extent extent_of(const Footprint& footprint) {
    auto low = reinterpret_cast<std::uintptr_t>(footprint.first), high = low;
    for (const auto& dimension : footprint.dimensions)
        (dimension.stride < 0 ? low : high) += static_cast<std::uintptr_t>(reach(dimension));
    return {low, high + footprint.run};
}

/// Calls what(offset) for each run, in C order.
template <typename What>
void for_each_run(const Footprint& footprint, const What& what, std::size_t depth = 0, Offset at = 0) {
    if (depth == footprint.dimensions.size()) return what(at);
    const auto& dimension = footprint.dimensions[depth];
    if (depth + 1 == footprint.dimensions.size()) {
        for (std::size_t i = 0; i < dimension.count; ++i, at += dimension.stride) what(at);
        return;
    }
    for (std::size_t i = 0; i < dimension.count; ++i, at += dimension.stride)
        for_each_run(footprint, what, depth + 1, at);
}

bool repeats(const Dimension& dimension) { return dimension.stride == 0; }

/// Addresses of all runs, ascending; those that are repeated, once.
std::vector<std::uintptr_t> addresses(Footprint footprint) {
    std::erase_if(footprint.dimensions, repeats);
    // Longest steps first and upwards: sorted at once, unless runs interleave.
    for (auto& dimension : footprint.dimensions)
        if (dimension.stride < 0) {
            footprint.first += reach(dimension);
            dimension.stride = -dimension.stride;
        }
    std::ranges::sort(footprint.dimensions, std::greater{}, &Dimension::stride);
    std::vector<std::uintptr_t> all;
    all.reserve(count_of(footprint.dimensions));
    const auto first = reinterpret_cast<std::uintptr_t>(footprint.first);
    for_each_run(footprint, [&](Offset at) { all.push_back(first + static_cast<std::uintptr_t>(at)); });
    if (!std::ranges::is_sorted(all)) std::ranges::sort(all);
    return all;
}

/// Do steps of both keep them apart, like even and odd elements?
bool interleave(const Footprint& a, const Footprint& b) {
    Offset step = 0;
    for (const auto* footprint : {&a, &b})
        for (const auto& dimension : footprint->dimensions) step = std::gcd(step, dimension.stride);
    if (step == 0) return false;
    const auto difference = (b.first - a.first) % step;
    const auto from = static_cast<std::size_t>(difference < 0 ? difference + step : difference);
    return from >= a.run && from + b.run <= static_cast<std::size_t>(step);
}

bool meet(const std::vector<std::uintptr_t>& a, std::size_t a_run, const std::vector<std::uintptr_t>& b,
          std::size_t b_run) {
    for (auto i = a.begin(), k = b.begin(); i != a.end() && k != b.end();) {
        if (*i + a_run <= *k)
            ++i;
        else if (*k + b_run <= *i)
            ++k;
        else
            return true;
    }
    return false;
}

/// The dimensions of both, for which `a` may get an outermost one of one step.
bool align_dimensions(Footprint& a, Footprint& b) {
    if (a.dimensions.size() + 1 == b.dimensions.size())
        a.dimensions.insert(a.dimensions.begin(), {1, b.dimensions.front().stride});
    else if (b.dimensions.size() + 1 == a.dimensions.size())
        b.dimensions.insert(b.dimensions.begin(), {1, a.dimensions.front().stride});
    return a.dimensions.size() == b.dimensions.size();
}

template <std::size_t size>
struct Copy {
    void operator()(std::uint8_t* to, const std::uint8_t* from) const { std::memcpy(to, from, size); }
};

/// Calls what(copy), where copy(to, from) copies a run.
template <typename What>
void with_copy(std::size_t run, const What& what) {
    switch (run) {
    case 1: return what(Copy<1>{});
    case 2: return what(Copy<2>{});
    case 4: return what(Copy<4>{});
    case 8: return what(Copy<8>{});
    default: what([run](std::uint8_t* to, const std::uint8_t* from) { std::memcpy(to, from, run); });
    }
}

} // namespace

Footprint Footprint::of(const ArrayView& array) {
    const auto count = count_of(array.dimensions);
    if (count == 0 || array.size == 0) return {array.data, {}, 0};
    Footprint footprint{array.data, array.dimensions, array.size / count};
    simplify(footprint);
    return footprint;
}

std::size_t Footprint::size() const { return count_of(dimensions) * run; }

bool overlaps_itself(const Footprint& footprint) {
    if (std::ranges::any_of(footprint.dimensions, repeats)) return true;
    auto dimensions = footprint.dimensions;
    const auto step = [](const Dimension& dimension) { return std::abs(dimension.stride); };
    std::ranges::sort(dimensions, {}, step);
    auto below = static_cast<Offset>(footprint.run);
    const bool nested = std::ranges::all_of(dimensions, [&](const Dimension& dimension) {
        if (step(dimension) < below) return false;
        below += std::abs(reach(dimension));
        return true;
    });
    if (nested) return false;
    const auto all = addresses(footprint);
    return std::ranges::adjacent_find(all, [&](auto a, auto b) { return a + footprint.run > b; }) != all.end();
}

bool share_bytes(const Footprint& a, const Footprint& b) {
    if (a.run == 0 || b.run == 0) return false;
    const auto in_a = extent_of(a), in_b = extent_of(b);
    if (in_a.high <= in_b.low || in_b.high <= in_a.low) return false;
    if (a.is_contiguous() && b.is_contiguous()) return true;
    if (interleave(a, b)) return false;
    return meet(addresses(a), a.run, addresses(b), b.run);
}

std::optional<Joined> join(const Footprint& one, const Footprint& other) {
    if (one.is_contiguous() && other.is_contiguous()) {
        const auto* low = std::min(one.first, other.first);
        const auto* high = std::max(one.first + one.run, other.first + other.run);
        const auto offset = [&](const Footprint& part) { return static_cast<std::size_t>(part.first - low); };
        return Joined{{low, {}, static_cast<std::size_t>(high - low)}, offset(one), offset(other)};
    }
    auto a = one, b = other;
    if (a.run != b.run || !align_dimensions(a, b)) return std::nullopt;
    if (!std::equal(a.dimensions.begin() + 1, a.dimensions.end(), b.dimensions.begin() + 1)) return std::nullopt;
    const auto stride = a.dimensions.front().stride;
    if (b.dimensions.front().stride != stride || stride == 0 || (b.first - a.first) % stride != 0) return std::nullopt;

    // Steps of the outermost dimension, counted from where a begins.
    const auto steps = [](const Footprint& part) { return static_cast<Offset>(part.dimensions.front().count); };
    const auto b_from = (b.first - a.first) / stride, from = std::min<Offset>(0, b_from);
    const auto to = std::max(steps(a), b_from + steps(b));
    if (b_from >= steps(a) || b_from + steps(b) <= 0) return std::nullopt;
    const auto per_step = a.size() / a.dimensions.front().count;
    auto sequence = a;
    sequence.first += from * stride;
    sequence.dimensions.front().count = static_cast<std::size_t>(to - from);
    if (overlaps_itself(sequence)) return std::nullopt;
    return Joined{std::move(sequence), static_cast<std::size_t>(-from) * per_step,
                  static_cast<std::size_t>(b_from - from) * per_step};
}

void gather(const Footprint& from, std::uint8_t* to) {
    if (from.run == 0) return;
    with_copy(from.run, [&](const auto& copy) {
        for_each_run(from, [&](Offset at) {
            copy(to, from.first + at);
            to += from.run;
        });
    });
}

void scatter(const std::uint8_t* from, const Footprint& to) {
    if (to.run == 0) return;
    auto* first = const_cast<std::uint8_t*>(to.first);
    with_copy(to.run, [&](const auto& copy) {
        for_each_run(to, [&](Offset at) {
            copy(first + at, from);
            from += to.run;
        });
    });
}

} // namespace p4jit::jit
