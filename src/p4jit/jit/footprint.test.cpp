// Which bytes arrays have in common, against a count of every byte.
#include "p4jit/jit/footprint.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

using namespace p4jit;
using namespace p4jit::jit;

namespace {

std::array<std::uint8_t, 512> memory;

ArrayView view(std::size_t at, std::size_t item, std::vector<Dimension> dimensions) {
    std::size_t size = item;
    for (const auto& dimension : dimensions) size *= dimension.count;
    return {ScalarType::of<std::uint8_t>(), &memory[at], size, true, std::move(dimensions)};
}

/// Addresses of all bytes in C order, found the long way.
std::vector<std::ptrdiff_t> all_bytes(const ArrayView& array) {
    std::size_t count = 1;
    for (const auto& dimension : array.dimensions) count *= dimension.count;
    std::vector<std::ptrdiff_t> bytes;
    for (std::size_t i = 0; i < count; ++i) {
        std::ptrdiff_t at = array.data - memory.data();
        auto rest = i;
        for (auto d = array.dimensions.rbegin(); d != array.dimensions.rend(); ++d) {
            at += static_cast<std::ptrdiff_t>(rest % d->count) * d->stride;
            rest /= d->count;
        }
        for (std::size_t k = 0; k < array.size / count; ++k) bytes.push_back(at + static_cast<std::ptrdiff_t>(k));
    }
    return bytes;
}

/// Any view of the memory's middle; its bytes may lie on each other.
ArrayView random_view(std::mt19937& random) {
    const auto pick = [&](std::initializer_list<std::ptrdiff_t> values) {
        return values.begin()[random() % values.size()];
    };
    std::vector<Dimension> dimensions;
    for (auto n = random() % 3; n > 0; --n)
        dimensions.push_back({1 + random() % 4, pick({1, 2, 4, 4, 8, 8, 12, 16, 24, 0, -4, -8, -16})});
    const auto item = static_cast<std::size_t>(pick({1, 2, 4, 4, 8}));
    return view(200 + static_cast<std::size_t>(pick({0, 1, 2, 4, 8, 12, 16, 20})), item, dimensions);
}

bool distinct(const std::vector<std::ptrdiff_t>& bytes) {
    return std::set(bytes.begin(), bytes.end()).size() == bytes.size();
}

} // namespace

TEST_CASE("an array's bytes are gathered and scattered in C order") {
    std::mt19937 random(1);
    for (int round = 0; round < 3000; ++round) {
        const auto array = random_view(random);
        const auto footprint = Footprint::of(array);
        const auto bytes = all_bytes(array);
        REQUIRE(footprint.size() == bytes.size());
        for (std::size_t i = 0; i < memory.size(); ++i) memory[i] = static_cast<std::uint8_t>(i * 7 + i / 256);
        Bytes gathered(bytes.size());
        gather(footprint, gathered.data());
        for (std::size_t i = 0; i < bytes.size(); ++i) CHECK(gathered[i] == memory[static_cast<std::size_t>(bytes[i])]);

        memory.fill(0);
        std::ranges::generate(gathered, [n = std::uint8_t{0}]() mutable { return ++n; });
        scatter(gathered.data(), footprint);
        std::map<std::ptrdiff_t, std::uint8_t> expected;
        for (std::size_t i = 0; i < bytes.size(); ++i) expected[bytes[i]] = gathered[i];
        for (std::size_t i = 0; i < memory.size(); ++i) {
            const auto found = expected.find(static_cast<std::ptrdiff_t>(i));
            CHECK(memory[i] == (found == expected.end() ? 0 : found->second));
        }
    }
}

TEST_CASE("arrays share bytes when one byte is in both, and overlap themselves when one is there twice") {
    std::mt19937 random(2);
    int shared = 0;
    for (int round = 0; round < 20'000; ++round) {
        const auto a = random_view(random), b = random_view(random);
        const auto in_a = all_bytes(a), in_b = all_bytes(b);
        const std::set<std::ptrdiff_t> bytes(in_a.begin(), in_a.end());
        const bool common = std::ranges::any_of(in_b, [&](auto byte) { return bytes.contains(byte); });
        CHECK(share_bytes(Footprint::of(a), Footprint::of(b)) == common);
        CHECK(overlaps_itself(Footprint::of(a)) == !distinct(in_a));
        shared += common;
    }
    CHECK(shared > 5'000);
    CHECK(shared < 19'000);
}

TEST_CASE("joined arrays have the same byte in the sequence where they have the same byte in memory") {
    std::mt19937 random(3);
    int joined = 0;
    for (int round = 0; round < 50'000; ++round) {
        const auto a = random_view(random), b = random_view(random);
        const auto in_a = all_bytes(a), in_b = all_bytes(b);
        if (!distinct(in_a) || !distinct(in_b) || !share_bytes(Footprint::of(a), Footprint::of(b))) continue;
        const auto result = join(Footprint::of(a), Footprint::of(b));
        if (!result) continue;
        ++joined;
        CHECK(result->sequence.size() >= std::max(result->a + in_a.size(), result->b + in_b.size()));
        std::map<std::ptrdiff_t, std::size_t> place;
        for (std::size_t i = 0; i < in_a.size(); ++i) place[in_a[i]] = result->a + i;
        for (std::size_t i = 0; i < in_b.size(); ++i) {
            const auto [at, is_new] = place.try_emplace(in_b[i], result->b + i);
            CHECK(at->second == result->b + i);
        }
    }
    CHECK(joined > 2'000);
}

TEST_CASE("what joins and what does not") {
    const auto joins = [](const ArrayView& a, const ArrayView& b) {
        return join(Footprint::of(a), Footprint::of(b)).has_value();
    };
    const auto ints = [](std::size_t at, std::vector<Dimension> dimensions) {
        return view(at, 4, std::move(dimensions));
    };
    const auto whole = ints(100, {{10, 4}});
    CHECK(joins(whole, ints(120, {{10, 4}})));
    CHECK(joins(whole, view(101, 1, {{7, 1}})));
    CHECK_FALSE(joins(whole, ints(136, {{10, -4}})));
    CHECK_FALSE(joins(whole, ints(100, {{5, 8}})));
    CHECK(joins(ints(100, {{5, 8}}), ints(108, {{9, 8}})));
    CHECK_FALSE(joins(ints(100, {{5, 8}}), ints(108, {{5, 16}})));
    CHECK(joins(ints(136, {{10, -4}}), ints(120, {{6, -4}})));
    const auto transposed = ints(100, {{4, 4}, {5, 16}});
    CHECK(joins(transposed, transposed));
    CHECK(joins(transposed, ints(104, {{2, 4}, {5, 16}})));
    CHECK(joins(transposed, ints(104, {{5, 16}})));
    CHECK_FALSE(joins(transposed, ints(100, {{5, 16}, {4, 4}})));
    // Rows 3 to 6 of a window whose row 5 lies on its own row 0.
    CHECK_FALSE(joins(ints(100, {{5, 4}, {3, 20}}), ints(112, {{4, 4}, {3, 20}})));
}
