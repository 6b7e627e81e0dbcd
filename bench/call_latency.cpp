// The round trip of a call of add() on the virtual board in this process.
//
//   bench_call_latency [ROUNDS]
#include "median.hpp"

#include "p4jit/jit/device.hpp"

#include <fmt/format.h>

using namespace p4jit;
using namespace p4jit::bench;

int main(int argc, char** argv) {
    const auto count = rounds(argc, argv, 20'000);
    Device device({.port = "virtual"});
    auto add = device.load<int(int, int)>(Source::code("int add(int a, int b) { return a + b; }", "add.c"), "add");
    std::vector<double> times;
    for (int i = 0; i < count; ++i) {
        int sum = 0;
        times.push_back(microseconds([&] { sum = add(i, 1); }));
        if (sum != i + 1) {
            fmt::print(stderr, "add({}, 1) gave {}\n", i, sum);
            return 1;
        }
    }
    fmt::print("call of add() from C++, {} rounds: median {:.2f} us, 99 of 100 below {:.2f} us\n", count, median(times),
               quantile(times, 0.99));
}
