#include "p4jit/base/deadline.hpp"

#include "p4jit/base/error.hpp"

#include <algorithm>

namespace p4jit {

using namespace std::chrono_literals;

void Deadline::check() const {
    if (interrupted_ && interrupted_()) throw Interrupted("interrupted");
}

std::chrono::milliseconds Deadline::slice() const {
    check();
    if (at_ == Clock::time_point::max()) return 50ms;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(at_ - Clock::now());
    return std::clamp(left, 0ms, 50ms);
}

std::optional<std::chrono::nanoseconds> duration_of_seconds(double seconds) {
    if (!(seconds > 0)) return std::nullopt; // nor NaN
    return std::chrono::nanoseconds(static_cast<std::int64_t>(std::min(seconds, 1e9) * 1e9));
}

} // namespace p4jit
