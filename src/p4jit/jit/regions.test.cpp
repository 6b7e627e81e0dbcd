// Arrays of one call that share memory, over both protocols.
#include "p4jit/jit/test_device.hpp"

#include <doctest/doctest.h>

#include <numeric>

using namespace p4jit;
using namespace p4jit::test;

namespace {

using Numbers = std::vector<std::int32_t>;

/// The function on a device of its own that speaks the protocol.
Function function(int protocol, const char* name) {
    DeviceOptions options;
    options.port = "virtual";
    options.protocol = protocol;
    options.console = [](std::string_view) {};
    return Device(std::move(options))
        .load(Source::code(R"(
        void accumulate(int *y, const int *x, int n) { for (int i = 0; i < n; i++) y[i] += x[i]; }
        void both(int *y, int *x, int n) { for (int i = 0; i < n; i++) y[i] += x[i]++; }
        int align(const char *a, const double *b, const short *c) { return ((int)b & 7) + ((int)c & 1) + 1000 * ((char *)b - a); }
        int lines(const char *a, const char *b, char *c) { return ((int)a | (int)b | (int)c) & 127; }
        int apart(int *a, int *b) { a[0] = 1; b[0] = 2; return *(volatile int *)0; }
    )"))
        .function(name);
}

Numbers counted(std::size_t size) {
    Numbers numbers(size);
    std::iota(numbers.begin(), numbers.end(), 1);
    return numbers;
}

/// Every so many numbers from `first` on.
ArrayView every(Numbers& numbers, std::size_t first, std::ptrdiff_t step, std::size_t count) {
    return {ScalarType::of<std::int32_t>(),
            reinterpret_cast<std::uint8_t*>(&numbers[first]),
            4 * count,
            true,
            {{count, 4 * step}}};
}

} // namespace

TEST_CASE("spans that overlap alias as in C, whatever their length and the protocol") {
    for (const int protocol : {1, 2}) {
        auto accumulate = function(protocol, "accumulate");
        for (const std::size_t size : {10u, 400'000u}) {
            auto numbers = Numbers(size, 1);
            const std::span all(numbers);
            accumulate.call(all.subspan(1), all.first(size - 1), static_cast<int>(size - 1));
            CHECK(numbers == counted(size));
            accumulate.call(numbers, numbers, 3);
            CHECK(numbers[2] == 6);
            CHECK(numbers[3] == 4);
        }
    }
}

TEST_CASE("strided views arrive flat and come back to where they are") {
    for (const int protocol : {1, 2}) {
        auto accumulate = function(protocol, "accumulate"), both = function(protocol, "both");
        auto numbers = counted(10);
        accumulate.call(every(numbers, 9, -2, 5), every(numbers, 0, 2, 5), 5);
        CHECK(numbers == Numbers{1, 11, 3, 11, 5, 11, 7, 11, 9, 11});
        numbers = counted(10);
        both.call(every(numbers, 2, 2, 4), every(numbers, 0, 2, 4), 4);
        auto expected = counted(10);
        for (std::size_t i = 0; i < 4; ++i) expected[2 + 2 * i] += expected[2 * i]++;
        CHECK(numbers == expected);
        const auto before = numbers;
        const auto refused =
            message_of<ArgumentValueError>([&] { both.call(every(numbers, 9, -1, 10), every(numbers, 0, 1, 10), 10); });
        CHECK(contains(refused, "void both(int *y, int *x, int n): arguments 1 'y' and 2 'x' share memory"));
        CHECK(numbers == before);
    }
}

TEST_CASE("elements are aligned and arrays have cache lines of their own") {
    alignas(8) std::array<std::uint8_t, 64> memory{};
    const std::span doubles(reinterpret_cast<const double*>(&memory[8]), 3);
    const std::span shorts(reinterpret_cast<const short*>(&memory[6]), 4);
    for (const int protocol : {1, 2}) {
        CHECK(function(protocol, "align").call<int>(std::span(memory).subspan(3), doubles, shorts) == 5000);
        const std::vector<std::uint8_t> one(1), more(130);
        std::vector<std::uint8_t> other(3);
        CHECK(function(protocol, "lines").call<int>(one, more, other) == 0);
    }
}

TEST_CASE("a crash leaves every array as it was") {
    for (const int protocol : {1, 2}) {
        auto apart = function(protocol, "apart");
        auto small = counted(3), large = counted(500'000);
        CHECK_THROWS_AS(apart.call(small, every(large, 499'998, -2, 200'000)), DeviceFault);
        CHECK(small == counted(3));
        CHECK(large == counted(500'000));
    }
}
