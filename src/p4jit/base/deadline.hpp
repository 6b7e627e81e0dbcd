// How long a blocking call may take, and who may cut it short.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>

namespace p4jit {

/// Asked by every blocking call at least each 50 ms; true means the user wants
/// out (Ctrl-C) and the call throws Interrupted. Empty: never.
using InterruptCheck = std::function<bool()>;

class Deadline {
public:
    using Clock = std::chrono::steady_clock;
    using Duration = Clock::duration;

    static Deadline after(Duration duration, InterruptCheck interrupted = {}) {
        return Deadline(from_now(duration), std::move(interrupted));
    }
    static Deadline never(InterruptCheck interrupted = {}) {
        return Deadline(Clock::time_point::max(), std::move(interrupted));
    }

    /// This deadline, or one after `duration` if that comes first; interrupted
    /// by the same check.
    Deadline at_most(Duration duration) const { return {std::min(at_, from_now(duration)), interrupted_}; }

    bool expired() const { return at_ != Clock::time_point::max() && Clock::now() >= at_; }

    /// How long to sleep before looking again: until the deadline, at most
    /// 50 ms. Throws Interrupted when the user wants out.
    std::chrono::milliseconds slice() const;

    /// Throws Interrupted when the user wants out.
    void check() const;

private:
    /// A duration too long for the clock is for ever.
    static Clock::time_point from_now(Duration duration) {
        const auto now = Clock::now();
        return duration < Clock::time_point::max() - now ? now + duration : Clock::time_point::max();
    }

    Deadline(Clock::time_point at, InterruptCheck interrupted) : at_(at), interrupted_(std::move(interrupted)) {}

    Clock::time_point at_;
    InterruptCheck interrupted_;
};

/// Seconds that a user gave as a duration; nothing unless more than 0. Beyond
/// thirty years there is no difference to ever.
std::optional<std::chrono::nanoseconds> duration_of_seconds(double seconds);

} // namespace p4jit
