// 64-bit division, double arithmetic and conversions give on the device what the
// host's own arithmetic gives: by members of libgcc and libc that are pulled as
// needed, and by those that the firmware has.
#include "p4jit/jit/test_device.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <random>

using namespace p4jit;
using namespace p4jit::test;

namespace {

LoadOptions from(bool firmware) {
    LoadOptions options;
    options.use_firmware_symbols = firmware;
    return options;
}

/// wide.c with the members of its own, then with the firmware's.
const std::vector<Module>& both_ways() {
    static const std::string file = P4JIT_SOURCE_FOLDER "/tests/relocation/kernels/wide.c";
    static const std::vector<Module> modules = {board().load(file, from(false)), board().load(file, from(true))};
    return modules;
}

/// Random, with the edges often.
std::int64_t integer(std::mt19937_64& random) {
    static const std::int64_t edges[] = {0,
                                         1,
                                         -1,
                                         2,
                                         10,
                                         0x7FFFFFFF,
                                         0x80000000,
                                         0xFFFFFFFF,
                                         0x100000000,
                                         std::numeric_limits<std::int64_t>::max(),
                                         std::numeric_limits<std::int64_t>::min()};
    if (random() % 4 == 0) return edges[random() % std::size(edges)];
    return static_cast<std::int64_t>(random()) >> random() % 63;
}

double real(std::mt19937_64& random) {
    static const double edges[] = {
        0.0, -0.0, 1, -1, 0.1, 1e308, -1e308, 5e-324, 2.2250738585072014e-308, INFINITY, 4503599627370496.5};
    if (random() % 4 == 0) return edges[random() % std::size(edges)];
    if (random() % 2 == 0) return std::ldexp(static_cast<double>(integer(random)), -static_cast<int>(random() % 40));
    const auto value = std::bit_cast<double>(random());
    return std::isnan(value) ? 1.5 : value;
}

/// The same bits, or both NaN: which NaN is the library's choice.
bool same(double a, double b) {
    return (std::isnan(a) && std::isnan(b)) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

} // namespace

TEST_CASE("64-bit division on the device is the host's") {
    for (auto wide : both_ways()) {
        auto divide = wide.function("divide"), rest = wide.function("remainder_of");
        auto divide_unsigned = wide.function("divide_unsigned"), rest_unsigned = wide.function("remainder_unsigned");
        std::mt19937_64 random(64);
        for (int i = 0; i < 300; ++i) {
            const auto a = integer(random);
            const auto b = integer(random);
            if (b == 0 || (b == -1 && a == std::numeric_limits<std::int64_t>::min())) continue;
            INFO(a << " and " << b);
            const auto ua = static_cast<std::uint64_t>(a), ub = static_cast<std::uint64_t>(b);
            CHECK(divide.call<std::int64_t>(a, b) == a / b);
            CHECK(rest.call<std::int64_t>(a, b) == a % b);
            CHECK(divide_unsigned.call<std::uint64_t>(ua, ub) == ua / ub);
            CHECK(rest_unsigned.call<std::uint64_t>(ua, ub) == ua % ub);
        }
    }
}

TEST_CASE("double arithmetic on the device is the host's, to the last bit") {
    for (auto wide : both_ways()) {
        auto add = wide.function("add"), subtract = wide.function("subtract"), multiply = wide.function("multiply");
        auto divide = wide.function("divide_double"), compare = wide.function("compare");
        std::mt19937_64 random(65);
        for (int i = 0; i < 300; ++i) {
            const double a = real(random), b = real(random);
            INFO(a << " and " << b);
            CHECK(same(add.call<double>(a, b), a + b));
            CHECK(same(subtract.call<double>(a, b), a - b));
            CHECK(same(multiply.call<double>(a, b), a * b));
            CHECK(same(divide.call<double>(a, b), a / b));
            CHECK(compare.call<int>(a, b) == (a < b) + 2 * (a == b) + 4 * (a >= b));
        }
    }
}

TEST_CASE("conversions between doubles, floats and 64-bit integers are the host's") {
    for (auto wide : both_ways()) {
        std::mt19937_64 random(66);
        const auto call = [&](const char* name) { return wide.function(name); };
        for (int i = 0; i < 150; ++i) {
            const auto n = integer(random);
            INFO(n);
            CHECK(call("from_long").call<double>(n) == static_cast<double>(n));
            CHECK(call("from_unsigned").call<double>(static_cast<std::uint64_t>(n)) ==
                  static_cast<double>(static_cast<std::uint64_t>(n)));
            CHECK(call("from_integer").call<double>(static_cast<int>(n)) == static_cast<int>(n));
            CHECK(call("long_to_float").call<float>(n) == static_cast<float>(n));
            const double inside = std::ldexp(static_cast<double>(n), -static_cast<int>(random() % 30) - 2);
            CHECK(call("to_long").call<std::int64_t>(inside) == static_cast<std::int64_t>(inside));
            CHECK(call("to_unsigned").call<std::uint64_t>(std::fabs(inside)) ==
                  static_cast<std::uint64_t>(std::fabs(inside)));
            CHECK(call("to_float").call<float>(inside) == static_cast<float>(inside));
            CHECK(call("bits_set").call<int>(static_cast<std::uint64_t>(n)) ==
                  std::popcount(static_cast<std::uint64_t>(n)));
            CHECK(call("leading").call<int>(static_cast<std::uint64_t>(n)) ==
                  std::countl_zero(static_cast<std::uint64_t>(n) | 1));
        }
        CHECK(call("truncated").call<double>(-2.5) == std::trunc(-2.5) + std::floor(-2.5) + 2.5);
    }
}

TEST_CASE("a kernel brings the members it needs, none that the firmware has, and no others") {
    const auto size = [](const char* text, bool firmware) { return load(text, from(firmware)).size(); };
    CHECK(size("int f(int a, int b) { return a / b; }", false) < 250);
    CHECK(size("double f(double a, double b) { return a / b; }", false) > 800);
    CHECK(size("double f(double a, double b) { return a / b; }", true) < 250);
}
