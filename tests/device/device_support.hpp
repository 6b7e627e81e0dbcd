// The virtual board with functions from text, for tests of the public API.
#pragma once

#include "p4jit/p4jit.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

namespace p4jit::tests {

struct Board {
    explicit Board(int protocol = 0) : device(options(protocol)) {}

    Function load(const std::string& text, const std::string& function, const std::string& name = "kernel.c") {
        LoadOptions load;
        load.functions = {function};
        load.optimization = "O1";
        return device.load(Source::code(text, name), load).function(function);
    }

    DeviceOptions options(int protocol) {
        DeviceOptions options;
        options.port = "virtual";
        options.protocol = protocol;
        // Another port of the firmware, to be as good as the built-in one.
        if (const char* firmware = std::getenv("P4JIT_TEST_FIRMWARE")) options.firmware_elf = firmware;
        options.console = [this](std::string_view text) { console += text; };
        options.interrupted = [this] { return interrupted && interrupted(); };
        return options;
    }

    std::string console;
    std::function<bool()> interrupted;
    Device device;
};

} // namespace p4jit::tests
