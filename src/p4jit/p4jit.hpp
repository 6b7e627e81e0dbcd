// P4-JIT: native functions on a running ESP32-P4, from C++.
#pragma once

#include "p4jit/jit/build.hpp"
#include "p4jit/jit/device.hpp"
