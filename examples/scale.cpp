#include <p4jit/p4jit.hpp>

#include <cstdio>
#include <span>
#include <vector>

int main()
{
    p4jit::Device device;
    auto scale = device.load<float(std::span<float>, int, float)>("scale.c", "scale");

    std::vector<float> x{1, 2, 3, 4};
    std::printf("%g\n", scale(x, 4, 0.5f)); // 5
    std::printf("%g %g %g %g\n", x[0], x[1], x[2], x[3]); // 0.5 1 1.5 2
}
