// One virtual board for the tests of this part, and what they say often.
#pragma once

#include "p4jit/jit/device.hpp"
#include "tests/support/cross_compiler.hpp"

#include <cstdlib>

namespace p4jit::test {

/// The board, its console kept; with a cache of its own, which a test that was
/// never run before finds empty.
inline Device& board() {
    static const TempFolder cache;
    static Device device = [] {
        setenv("XDG_CACHE_HOME", cache.path().c_str(), 1);
        DeviceOptions options;
        options.port = "virtual";
        options.console = [](std::string_view) {};
        return Device(std::move(options));
    }();
    return device;
}

inline Module load(const std::string& text, const LoadOptions& options = {}, const char* name = "kernel.c") {
    return board().load(Source::code(text, name), options);
}

inline LoadOptions optimized(std::string level) {
    LoadOptions options;
    options.optimization = std::move(level);
    return options;
}

/// The message of the E that the call throws; a text no message has if it
/// throws nothing.
template <typename E, typename Call>
std::string message_of(Call call) {
    try {
        call();
    } catch (const E& error) {
        return error.what();
    }
    return "(nothing was thrown)";
}

inline bool contains(const std::string& text, const std::string& piece) { return text.find(piece) != text.npos; }

} // namespace p4jit::test
