// The first kernel from C++: compile add.c, run it on the ESP32-P4.
#include <p4jit/p4jit.hpp>

#include <cstdio>

int main()
{
    p4jit::Device device; // a board if there is one, else the virtual one
    auto add = device.load<int(int, int)>("add.c", "add");
    std::printf("10 + 20 = %d\n", add(10, 20));
}
