#include "p4jit/base/deadline.hpp"

#include "p4jit/base/error.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace p4jit;
using namespace std::chrono_literals;

TEST_CASE("a deadline expires, never() does not") {
    CHECK(Deadline::after(0ms).expired());
    CHECK_FALSE(Deadline::after(1h).expired());
    CHECK_FALSE(Deadline::never().expired());
    CHECK_FALSE(Deadline::after(Deadline::Duration::max()).expired());
}

TEST_CASE("a slice is never longer than 50 ms nor than what is left") {
    CHECK(Deadline::never().slice() == 50ms);
    CHECK(Deadline::after(10ms).slice() <= 10ms);
    CHECK(Deadline::after(-1s).slice() == 0ms);
}

TEST_CASE("an interrupt cuts every deadline short") {
    CHECK_THROWS_AS(Deadline::never([] { return true; }).slice(), Interrupted);
    CHECK_THROWS_AS(Deadline::after(1h, [] { return true; }).check(), Interrupted);
}

TEST_CASE("at_most shortens a deadline, never lengthens it, and keeps its interrupt") {
    CHECK(Deadline::never().at_most(0ms).expired());
    CHECK(Deadline::after(0ms).at_most(1h).expired());
    CHECK_FALSE(Deadline::never().at_most(1h).expired());
    CHECK_THROWS_AS(Deadline::never([] { return true; }).at_most(1h).check(), Interrupted);
}

TEST_CASE("seconds are a duration if they are more than 0, and never too many to count") {
    CHECK(duration_of_seconds(0.25) == 250ms);
    CHECK(duration_of_seconds(1e300) == std::chrono::seconds(1'000'000'000));
    for (const double none : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()})
        CHECK_FALSE(duration_of_seconds(none));
}
