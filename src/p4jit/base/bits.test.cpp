#include "p4jit/base/bits.hpp"

#include <doctest/doctest.h>

using namespace p4jit;

TEST_CASE("bits takes an inclusive range, up to the whole word") {
    CHECK(bits(0xABCD'1234, 31, 28) == 0xA);
    CHECK(bits(0xABCD'1234, 7, 0) == 0x34);
    CHECK(bits(0xABCD'1234, 31, 0) == 0xABCD'1234);
    CHECK(bit(0x8000'0000, 31) == 1);
}

TEST_CASE("sign_extend looks only at the low bits") {
    CHECK(sign_extend(0xFFF, 12) == -1);
    CHECK(sign_extend(0xF7FF, 12) == 0x7FF);
    CHECK(sign_extend(0x8000'0000, 32) == INT32_MIN);
    CHECK(sign_extend(1, 1) == -1);
}

TEST_CASE("fits_signed and fits_unsigned know their borders") {
    CHECK(fits_signed(-2048, 12));
    CHECK_FALSE(fits_signed(2048, 12));
    CHECK(fits_unsigned(4095, 12));
    CHECK_FALSE(fits_unsigned(4096, 12));
    CHECK_FALSE(fits_unsigned(-1, 12));
}

TEST_CASE("align_up leaves a multiple where it is") {
    CHECK(align_up(128u, 128u) == 128);
    CHECK(align_up(129u, 128u) == 256);
    CHECK(align_up(0u, 16u) == 0);
}
