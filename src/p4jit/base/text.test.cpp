#include "p4jit/base/text.hpp"

#include <doctest/doctest.h>

using namespace p4jit;

TEST_CASE("lines ignores the last end of line and carriage returns") {
    const auto result = lines("one\r\n\ntwo\n");
    REQUIRE(result.size() == 3);
    CHECK(result[0] == "one");
    CHECK(result[1].empty());
    CHECK(result[2] == "two");
    CHECK(lines("").empty());
}

TEST_CASE("parse_integer takes decimal, hex and binary and nothing around them") {
    long long value = 0;
    CHECK((parse_integer("-12", value) && value == -12));
    CHECK((parse_integer("0x4FF00000", value) && value == 0x4FF00000));
    CHECK((parse_integer("0b101", value) && value == 5));
    for (const char* bad : {"", "-", "0x", "12 ", "1.5", "99999999999999999999", "--1", "0x-1"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_integer(bad, value));
    }
}

TEST_CASE("nearest finds the misspelt name and refuses a far one") {
    const std::vector<std::string> names{"kernel", "setup", "esp_timer_get_time"};
    CHECK(nearest("kernle", names) == "kernel");
    CHECK(nearest("esp_timer_gettime", names) == "esp_timer_get_time");
    CHECK(nearest("fft", names).empty());
    CHECK(nearest("x", {}).empty());
    CHECK(nearest("foo", std::vector<std::string>{"log", "f"}).empty());
    CHECK(nearest("ad", std::vector<std::string>{"add"}) == "add");
}
