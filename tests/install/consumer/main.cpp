#include <p4jit/p4jit.hpp>

#include <cstdio>
#include <span>
#include <vector>

constexpr auto source = "int sum(const short *x, int n) { int s = 0; for (int i = 0; i < n; i++) s += x[i]; return s; }";

int main() {
    p4jit::Device device({.port = "virtual"});
    auto sum = device.load<int(std::span<const short>, int)>(p4jit::Source::code(source), "sum");
    const std::vector<short> x{1, 20, 300};
    std::printf("%d\n", sum(x, 3));
}
