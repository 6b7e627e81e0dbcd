// P4-JIT: native functions on a running ESP32-P4, from C++.
#pragma once

#if __cplusplus < 202002L
#error "P4-JIT needs C++20: compile with -std=c++20"
#else
#include "p4jit/jit/build.hpp"
#include "p4jit/jit/device.hpp"
#endif
