#include "p4jit/machine/test_pie.hpp"

using namespace p4jit::machine;
using namespace p4jit::machine::test;

TEST_CASE("products are shifted by SAR, rounded by vxrm and saturated") {
    PieChip chip;
    chip.pie.sar = 1;
    chip.set<std::int8_t>(1, {3, -3, 100, -100});
    chip.set<std::int8_t>(2, {1, 1, 100, 100});
    chip("esp.vmul.s8 q0, q1, q2");
    CHECK(chip.q<std::int8_t>(0) == Lanes<std::int8_t>{1, -2, 127, -128});
    chip.pie.cfg = 6u << pie_cfg::vxrm_shift; // half to even
    chip("esp.vmul.s8 q0, q1, q2");
    CHECK(chip.q<std::int8_t>(0) == Lanes<std::int8_t>{2, -2, 127, -128});
}

TEST_CASE("amounts beyond 31 are exact") {
    PieChip chip;
    chip.pie.cfg = 4u << pie_cfg::vxrm_shift; // half away from zero
    chip.fill<std::int16_t>(1, -32768);
    chip.pie.sar = 31; // 2^30 / 2^31 is a half
    CHECK(chip("esp.vmul.s16 q0, q1, q1").q<std::int16_t>(0)[7] == 1);
    chip.pie.sar = 32;
    CHECK(chip("esp.vmul.s16 q0, q1, q1").q<std::int16_t>(0)[7] == 0);
    chip.fill<std::uint16_t>(2, 65535);
    CHECK(chip("esp.vmul.u16 q0, q2, q2").q<std::uint16_t>(0)[7] == 1);
    chip.pie.sar = 33;
    CHECK(chip("esp.vmul.u16 q0, q2, q2").q<std::uint16_t>(0)[7] == 0);
}

TEST_CASE("2.2 may round and cut off as the instruction says") {
    PieChip chip(revision_3_1);
    chip.pie.sar = 1;
    chip.fill<std::int16_t>(1, 3);
    chip.fill<std::int16_t>(2, 1);
    CHECK(chip("esp.vmul.s16 q0, q1, q2, rup").q<std::int16_t>(0)[0] == 2);
    CHECK(chip("esp.vmul.s16 q0, q1, q2").q<std::int16_t>(0)[0] == 1);
    chip.pie.sar = 0;
    chip.fill<std::int16_t>(1, 1000);
    CHECK(chip("esp.vmul.s16 q0, q1, q1, trunc").q<std::int16_t>(0)[0] == static_cast<std::int16_t>(1'000'000));
}

TEST_CASE("a widening product has its low half in the first register") {
    PieChip chip;
    chip.set<std::int8_t>(1, {-128, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
    chip.fill<std::int8_t>(2, -128);
    chip("esp.vmul.s16.s8xs8 q3, q4, q1, q2");
    CHECK(chip.q<std::int16_t>(3)[0] == 16384);
    CHECK(chip.q<std::int16_t>(3)[7] == -128 * 7);
    CHECK(chip.q<std::int16_t>(4)[0] == -128 * 8);
}

TEST_CASE("a complex product takes one half, may conjugate, and leaves the other half") {
    PieChip chip;
    chip.set<std::int16_t>(1, {1, 2, 3, 4, 5, 6, 7, 8});
    chip.set<std::int16_t>(2, {10, 20, 30, 40, 50, 60, 70, 80});
    chip.fill<std::int16_t>(0, 99);
    chip("esp.cmul.s16 q0, q1, q2, 0");
    CHECK(chip.q<std::int16_t>(0) == Lanes<std::int16_t>{-30, 40, -70, 240, 99, 99, 99, 99});
    chip("esp.cmul.s16 q0, q1, q2, 3");
    CHECK(chip.q<std::int16_t>(0) == Lanes<std::int16_t>{-30, 40, -70, 240, 610, 0, 1130, 0});
}

TEST_CASE("relu leaves lanes above zero alone, whatever their products would lose") {
    PieChip chip;
    chip.pie.cfg = pie_cfg::vxsat_en | 7u << pie_cfg::vxrm_shift;
    chip.set<std::int8_t>(1, {127, 5, 0, -4, -8});
    chip.hart.x[x8] = 64;
    chip.hart.x[x9] = 2;
    chip("esp.vrelu.s8 q1, x8, x9");
    CHECK(chip.q<std::int8_t>(1) == Lanes<std::int8_t>{127, 5, 0, -64, -128});
    CHECK(chip.pie.cfg == (pie_cfg::vxsat_en | 7u << pie_cfg::vxrm_shift));
}
