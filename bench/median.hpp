// What the benchmarks share: clocks and medians.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <vector>

namespace p4jit::bench {

/// How long `work` takes, in microseconds.
template <typename Work>
double microseconds(Work work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
}

/// The value that `share` of the values are below: 0.5 is the median.
inline double quantile(std::vector<double> values, double share) {
    const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + at, values.end());
    return values[static_cast<std::size_t>(at)];
}

inline double median(const std::vector<double>& values) { return quantile(values, 0.5); }

/// The first word of the command line as a count of rounds.
inline int rounds(int argc, char** argv, int otherwise) { return argc > 1 ? std::max(1, std::atoi(argv[1])) : otherwise; }

} // namespace p4jit::bench
