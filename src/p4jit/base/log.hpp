// What the library tells while it works. Silent unless somebody listens.
#pragma once

#include "p4jit/base/printable.hpp"

#include <fmt/format.h>

#include <functional>
#include <string_view>

namespace p4jit {

/// Levels and their numbers are Python's, with INFO_VERBOSE as in the original.
enum class LogLevel { debug = 10, info_verbose = 15, info = 20, warning = 30, error = 40 };

/// Receives messages, harmless for terminals: what is logged through it, and from which level on.
/// Copied freely; an empty one discards everything.
class Log {
public:
    using Sink = std::function<void(LogLevel, std::string_view message)>;

    Log() = default;
    Log(LogLevel from, Sink sink) : from_(from), sink_(std::move(sink)) {}

    template <typename... Args>
    void operator()(LogLevel level, fmt::format_string<Args...> text, Args&&... args) const {
        if (sink_ && level >= from_) sink_(level, printable(fmt::format(text, std::forward<Args>(args)...)));
    }

private:
    LogLevel from_ = LogLevel::info;
    Sink sink_;
};

} // namespace p4jit
