// Calls from the public API down to the virtual chip, in both protocols.
#include "tests/device/device_support.hpp"

#include <numeric>

using namespace p4jit;
using p4jit::tests::Board;

namespace {

const char* const functions = R"(
#include <stdint.h>
#include <stdio.h>
int add(int a, int b) { return a + b; }
double mix(double x, int64_t n, float f, uint8_t c) { return x * (double)n + f - c; }
int32_t scale(float *x, int32_t n, float k) { for (int i = 0; i < n; ++i) x[i] *= k; return n; }
uint32_t sum(const uint8_t *x, uint32_t n) { uint32_t s = 0; for (uint32_t i = 0; i < n; ++i) s += x[i]; return s; }
void both(int32_t *a, const int32_t *b, int32_t n) { for (int i = 0; i < n; ++i) a[i] += b[i]; }
int deep(int n) { volatile char big[64]; big[0] = (char)n; return n == 0 ? 0 : deep(n - 1) + big[0] - (char)n; }
void say(int n) { for (int i = 0; i < n; ++i) printf("line %d of many, to be long\n", i); }
)";

} // namespace

TEST_CASE("a call is one round trip with protocol v2, scalars and arrays alike") {
    Board board;
    auto add = board.load(functions, "add");
    CHECK(add.call<int>(10, 20) == 30);
    CHECK(add.last_call().round_trips == 1);
    CHECK(add.last_call().cycles > 0);
    CHECK(add.last_call().cycles < 20);
    CHECK(add.last_call().cpu_hz == 360'000'000);

    auto scale = board.load(functions, "scale");
    std::vector<float> x(16'384);
    std::iota(x.begin(), x.end(), 0.0f);
    CHECK(scale.call<int>(x, 16'384, 0.5f) == 16'384);
    CHECK(scale.last_call().round_trips == 1);
    CHECK(x[16'383] == 16'383 * 0.5f);
}

TEST_CASE("both protocols give the same results") {
    for (const int protocol : {0, 1}) {
        CAPTURE(protocol);
        Board board(protocol);
        auto mix = board.load(functions, "mix");
        CHECK(mix.call<double>(1.5, std::int64_t{1} << 40, 0.25f, std::uint8_t{200}) ==
              1.5 * static_cast<double>(std::int64_t{1} << 40) + 0.25 - 200);
        auto both = board.load(functions, "both");
        std::vector<std::int32_t> a{1, 2, 3};
        const std::vector<std::int32_t> b{10, 20, 30};
        both.call(a, b, 3);
        CHECK(a == std::vector<std::int32_t>{11, 22, 33});
        const auto on_device = board.device.buffer(std::span<const std::int32_t>(b));
        both.call(a, on_device, 3);
        CHECK(a == std::vector<std::int32_t>{21, 42, 63});
        CHECK(both.last_call().round_trips == (protocol == 1 ? 7 : 1));
    }
}

TEST_CASE("arrays longer than a frame go by way of the device's memory") {
    Board board;
    auto sum = board.load(functions, "sum");
    const std::vector<std::uint8_t> bytes(1'500'000, 3);
    const auto before = board.device.heap_stats().free_spiram;
    CHECK(sum.call<std::uint32_t>(bytes, 1'500'000u) == 4'500'000);
    CHECK(sum.last_call().round_trips > 1);
    CHECK(board.device.heap_stats().free_spiram == before);
}

TEST_CASE("the stack that a call used is told when it is asked for") {
    Board board;
    auto deep = board.load(functions, "deep");
    const std::array<Argument, 1> shallow{Argument(1)}, deeper{Argument(200)};
    deep(shallow, {.timeout = {}, .measure_stack = true});
    const auto little = deep.last_call().stack;
    deep(deeper, {.timeout = {}, .measure_stack = true});
    const auto much = deep.last_call().stack;
    CHECK(little > 100);
    CHECK(little < 1000);
    CHECK(much - little > 199 * 64);
    CHECK(much - little < 199 * 200);
    deep(shallow);
    CHECK(deep.last_call().stack == 0);
}

TEST_CASE("what kernels print comes with the call, all of it and in order") {
    Board board;
    auto say = board.load(functions, "say");
    say.call(1);
    CHECK(board.console == "line 0 of many, to be long\n");
    board.console.clear();
    say.call(500); // more than the device can keep back
    std::string expected;
    for (int i = 0; i < 500; ++i) expected += "line " + std::to_string(i) + " of many, to be long\n";
    CHECK(board.console == expected);
}

TEST_CASE("a block of arguments on the device is there for those who want one") {
    Board board;
    auto add = board.load(functions, "add");
    CHECK(add.arguments_address() % 8 == 0);
    CHECK(add.call<int>(1, 2) == 3);
}
