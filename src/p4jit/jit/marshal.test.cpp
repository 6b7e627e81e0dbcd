// Arguments on the way to the device: arrays, conversions, and the messages.
#include "p4jit/jit/test_device.hpp"

#include <doctest/doctest.h>

#include <numeric>

using namespace p4jit;
using namespace p4jit::test;

namespace {

const Module& kernels() {
    static const auto module = load(R"(
        #include <stdint.h>
        int sum(const int32_t *x, int n) { int s = 0; for (int i = 0; i < n; i++) s += x[i]; return s; }
        float scale(float *x, int n, float gain) { float s = 0; for (int i = 0; i < n; i++) s += x[i] *= gain; return s; }
        void reverse(int64_t *x, unsigned n) { for (unsigned i = 0; i < n / 2; i++) { int64_t t = x[i]; x[i] = x[n - 1 - i]; x[n - 1 - i] = t; } }
        void fill(void *x, int n) { for (int i = 0; i < n; i++) ((char *)x)[i] = (char)i; }
        int blend(const uint8_t *a, const int16_t *b, double *out, int n) { for (int i = 0; i < n; i++) out[i] = a[i] + b[i]; return n; }
        int clamp(int8_t x, uint16_t y) { return x + y; }
        double half(double x) { return x / 2; }
        int *same(int *p) { return p; }
        struct pair { int a, b; }; int total(struct pair *p, int n) { int s = 0; for (int i = 0; i < n; i++) s += p[i].a * p[i].b; return s; }
        int spoil(int *x) { x[0] = 99; return *(volatile int *)0; }
        _Bool is_set(_Bool b) { return b; }
    )");
    return module;
}

Function function(const char* name) { return kernels().function(name); }

} // namespace

TEST_CASE("arrays go to the device, and what the function changed comes back") {
    std::vector<std::int32_t> numbers(1000);
    std::iota(numbers.begin(), numbers.end(), 1);
    CHECK(function("sum").call<int>(numbers, 1000) == 500500);

    std::vector<float> x{1, 2, 3, 4};
    CHECK(function("scale").call<float>(x, 4, 0.5f) == 5.0f);
    CHECK(x == std::vector<float>{0.5f, 1, 1.5f, 2});

    std::array<std::int64_t, 3> wide{1, -2, 3'000'000'000'000};
    function("reverse").call(wide, 3u);
    CHECK(wide == std::array<std::int64_t, 3>{3'000'000'000'000, -2, 1});

    std::vector<std::uint8_t> bytes(300);
    function("fill").call(bytes, 300);
    CHECK(bytes[299] == 43);

    const std::vector<std::uint8_t> a{255, 1};
    const std::vector<std::int16_t> b{-300, 5};
    std::vector<double> out(2);
    CHECK(function("blend").call<int>(a, b, out, 2) == 2);
    CHECK(out == std::vector<double>{-45, 6});

    struct Pair {
        int a, b;
    };
    std::vector<Pair> pairs{{2, 3}, {4, 5}};
    CHECK(function("total").call<int>(pairs, 2) == 26);
    std::vector<std::int32_t> nothing;
    CHECK(function("sum").call<int>(nothing, 0) == 0);
}

TEST_CASE("arrays stay as they are if told so, and when the call fails") {
    std::vector<float> x{1, 2};
    const Argument arguments[] = {x, 2, 10.0f};
    CallOptions keep;
    keep.sync_arrays = false;
    function("scale")(arguments, keep);
    CHECK(x == std::vector<float>{1, 2});

    std::vector<int> numbers{1, 2};
    CHECK_THROWS_AS(function("spoil").call<int>(numbers), DeviceFault);
    CHECK(numbers == std::vector<int>{1, 2});
}

TEST_CASE("the memory of a call's arrays is free after it") {
    std::vector<std::int32_t> numbers(5000, 1);
    function("sum").call<int>(numbers, 5000);
    const auto before = board().heap_stats().free_spiram;
    for (int i = 0; i < 20; ++i) function("sum").call<int>(numbers, 5000);
    CHECK_THROWS_AS(function("spoil").call<int>(numbers), DeviceFault);
    CHECK(board().heap_stats().free_spiram == before);
}

TEST_CASE("buffers stay on the device and are passed by address") {
    const std::vector<std::int32_t> numbers{5, 6, 7};
    auto buffer = board().buffer<std::int32_t>(numbers);
    CHECK(function("sum").call<int>(buffer, 3) == 18);
    CHECK(function("same").call<DeviceAddress>(buffer).value == buffer.address());
    CHECK(function("same").call<DeviceAddress>(nullptr).value == 0);
    CHECK(buffer.address() % 128 == 0);
    CHECK(buffer.to_vector() == numbers);
    CHECK(contains(message_of<UsageError>([&] { buffer.copy_from(numbers, 1); }),
                   "elements 1 to 4 are not inside a buffer of 3 elements"));
    buffer.free();
    CHECK(message_of<UseAfterFree>([&] { buffer.address(); }) == "this device memory has been freed");
}

TEST_CASE("slices of a buffer are the same memory, keep it alive, and are freed with it") {
    const auto before = board().heap_stats().free_spiram;
    {
        std::optional whole = board().buffer<float>(std::vector<float>{1, 2, 3, 4, 5});
        auto middle = whole->subspan(1, 3), last = middle.last(1);
        CHECK(middle.size() == 3);
        CHECK(middle.address() == whole->address() + 4);
        CHECK(function("scale").call<float>(middle, 3, 2.0f) == 18.0f);
        whole.reset();
        CHECK(middle.to_vector() == std::vector<float>{4, 6, 8});
        CHECK(last.to_vector() == std::vector<float>{8});
        middle.fill(7);
        last.copy_from(std::vector<float>{1});
        CHECK(middle.to_vector() == std::vector<float>{7, 7, 1});
        CHECK(middle.first(0).empty());
        for (const auto& [first, count] : {std::pair{0, 4}, {4, 0}, {3, 1}})
            CHECK(message_of<UsageError>([&] { middle.subspan(first, count); }) ==
                  "elements " + std::to_string(first) + " to " + std::to_string(first + count) +
                      " are not inside a buffer of 3 elements");
        middle.free();
        CHECK(last.is_freed());
        CHECK_THROWS_AS(last.to_vector(), UseAfterFree);
        CHECK_THROWS_AS(function("scale").call<float>(last, 1, 1.0f), UseAfterFree);
    }
    CHECK(board().heap_stats().free_spiram == before);
}

TEST_CASE("a buffer must have the parameter's elements, and const ones go only behind const") {
    auto numbers = board().buffer<std::int32_t>(4);
    numbers.fill(2);
    const Buffer<const std::int32_t> fixed = numbers;
    CHECK(function("sum").call<int>(fixed, 4) == 8);
    CHECK(contains(message_of<ArgumentTypeError>([&] { function("same").call(fixed); }),
                   "argument 1 'p' is int *, which the function may write to, and the buffer is read-only"));
    CHECK(contains(message_of<ArgumentTypeError>([&] { function("scale").call(numbers, 4, 1.0f); }),
                   "argument 1 'x' is float *: elements of type float; got a buffer of 4 int32_t."));
    CHECK(contains(message_of<ArgumentTypeError>([&] { function("total").call(numbers.first(3), 1); }),
                   "is struct pair * of 8 bytes each; got a buffer of 3 int32_t."));
    struct Pair {
        int a, b;
    };
    auto pairs = board().buffer<Pair>(std::vector<Pair>{{2, 3}, {4, 5}});
    CHECK(function("total").call<int>(pairs, 2) == 26);
    CHECK(contains(message_of<ArgumentTypeError>([&] { function("sum").call(pairs, 4); }),
                   "got a buffer of 2 × 8 bytes."));
    CHECK(board().buffer<int>(std::size_t{0}).size() == 0);
}

TEST_CASE("numbers are converted where they stay the same, and refused where not") {
    CHECK(function("clamp").call<int>(-128LL, 65535.0) == 65407);
    CHECK(function("half").call<double>(7) == 3.5);
    CHECK(function("is_set").call<bool>(1));
    CHECK(function("half").call<float>(0.25f) == 0.125f);
    const auto refused = [](auto... arguments) {
        return message_of<ArgumentValueError>([&] { function("clamp").call<int>(arguments...); });
    };
    CHECK(contains(refused(128, 0), "int clamp(int8_t x, uint16_t y): argument 1 'x': 128 does not fit int8_t"));
    CHECK(contains(refused(0, -1), "argument 2 'y': -1 does not fit uint16_t"));
    CHECK(contains(refused(0.5, 1), "argument 1 'x': 0.5 does not fit int8_t"));
    CHECK(contains(message_of<ArgumentValueError>([&] { function("is_set").call<bool>(2); }),
                   "argument 1 'b': 2 does not fit bool"));
    CHECK(contains(message_of<ArgumentValueError>([&] { function("half").call<int>(3.0); }),
                   "the result 1.5 does not fit int32_t"));
}

TEST_CASE("a wrong argument is told with the function, its place, and what it takes") {
    std::vector<float> floats{1};
    const std::vector<float> constant{1};
    CHECK(message_of<ArgumentCountError>([&] { function("half").call<double>(); }) ==
          "double half(double x) takes 1 argument, got 0");
    CHECK(message_of<ArgumentCountError>([&] { function("sum").call<int>(1, 2, 3); }) ==
          "int sum(const int32_t *x, int n) takes 2 arguments, got 3");
    CHECK(contains(message_of<ArgumentTypeError>([&] { function("sum").call<int>(floats, 1); }),
                   "argument 1 'x' is const int32_t *: elements of type int32_t; got an array of 1 float."));
    CHECK(contains(message_of<ArgumentTypeError>([&] { function("sum").call<int>(5, 1); }),
                   "argument 1 'x' takes an array (const int32_t *); got 5 of type int32_t."));
    CHECK(contains(message_of<ArgumentTypeError>([&] { function("half").call<double>(floats); }),
                   "argument 1 'x' takes a number (double); got an array of 1 float."));
    CHECK(contains(message_of<ArgumentTypeError>([&] { function("scale").call<float>(constant, 1, 1.0f); }),
                   "which the function may write to, and the array is read-only"));
    std::vector<std::uint8_t> odd(12);
    CHECK(contains(message_of<ArgumentTypeError>([&] { function("total").call<int>(odd, 1); }),
                   "is struct pair * of 8 bytes each"));
    CHECK(contains(message_of<SignatureError>([&] { function("half").as<float(double)>(); }),
                   "double half(double x) does not return float"));
    CHECK(contains(message_of<SignatureError>([&] { function("half").as<double(int)>(); }),
                   "parameter 1 is double, not int32_t"));
}
