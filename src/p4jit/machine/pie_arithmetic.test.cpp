#include "p4jit/machine/test_pie.hpp"

#include <limits>

using namespace p4jit::machine;
using namespace p4jit::machine::test;

TEST_CASE("sums and differences saturate, signed and unsigned") {
    PieChip chip;
    chip.pie.cfg = pie_cfg::vxsat_en;
    chip.set<std::int8_t>(1, {100, -100, 127, -128, 5});
    chip.set<std::int8_t>(2, {100, -100, 1, -1, 6});
    chip("esp.vadd.s8 q0, q1, q2");
    CHECK(chip.q<std::int8_t>(0) == Lanes<std::int8_t>{127, -128, 127, -128, 11});
    CHECK(chip.saturated());
    chip("esp.vsub.u8 q0, q2, q1");
    CHECK(chip.q<std::uint8_t>(0) == Lanes<std::uint8_t>{0, 0, 0, 127, 1});
    chip.set<std::int32_t>(3, {std::numeric_limits<std::int32_t>::min(), 7, -7, 0});
    chip.set<std::int32_t>(4, {1, 8, std::numeric_limits<std::int32_t>::max(), 0});
    chip("esp.vsub.s32 q0, q3, q4");
    CHECK(chip.q<std::int32_t>(0) == Lanes<std::int32_t>{std::numeric_limits<std::int32_t>::min(), -1,
                                                         std::numeric_limits<std::int32_t>::min(), 0});
    chip.hart.x[x8] = 0x1'FFFE; // only 16 bits count
    chip.set<std::uint16_t>(1, {1, 2, 3});
    chip("esp.vsadds.u16 q0, q1, x8");
    CHECK(chip.q<std::uint16_t>(0) == Lanes<std::uint16_t>{65535, 65535, 65535, 65534, 65534, 65534, 65534, 65534});
}

TEST_CASE("in 2.2 sums wrap if told to, and vxsat is left alone") {
    PieChip chip(revision_3_1);
    chip.pie.cfg = pie_cfg::vxsat_en;
    chip.fill<std::int8_t>(1, 100);
    chip("esp.vadd.s8 q0, q1, q1, trunc");
    CHECK(chip.q<std::int8_t>(0)[3] == -56);
    CHECK(!chip.saturated());
    chip("esp.vadd.s8 q0, q1, q1");
    CHECK(chip.q<std::int8_t>(0)[3] == 127);
    CHECK(chip.saturated());
}

TEST_CASE("the smallest value's absolute value saturates") {
    PieChip chip;
    chip.set<std::int16_t>(1, {-32768, -1, 1, 32767, -32767});
    chip("esp.vabs.16 q0, q1");
    CHECK(chip.q<std::int16_t>(0) == Lanes<std::int16_t>{32767, 1, 1, 32767, 32767});
}

TEST_CASE("clamps take their bounds in either order and are no saturation") {
    PieChip chip;
    chip.pie.cfg = pie_cfg::vxsat_en;
    chip.set<std::int16_t>(1, {-32768, -33, -32, 31, 32, 32767});
    chip("esp.vclamp.s16 q0, q1, 5");
    CHECK(chip.q<std::int16_t>(0) == Lanes<std::int16_t>{-32, -32, -32, 31, 31, 31});
    chip.hart.x[x8] = 10;
    chip.hart.x[x9] = static_cast<std::uint32_t>(-10);
    for (const auto* text : {"esp.vsat.s16 q0, q1, x8, x9", "esp.vsat.s16 q0, q1, x9, x8"}) {
        chip(text);
        CHECK(chip.q<std::int16_t>(0) == Lanes<std::int16_t>{-10, -10, -10, 10, 10, 10});
    }
    chip.hart.x[x10] = static_cast<std::uint32_t>(-100);
    chip("esp.sat x10, x8, x9");
    CHECK(chip.hart.x[x10] == static_cast<std::uint32_t>(-10));
    CHECK(!chip.saturated());
}

TEST_CASE("comparisons fill lanes; the largest lane goes to a register, extended") {
    PieChip chip;
    chip.set<std::int8_t>(1, {-1, 0, 1});
    chip("esp.vcmp.lt.s8 q0, q1, q2");
    CHECK(chip.q<std::uint8_t>(0) == Lanes<std::uint8_t>{255});
    chip("esp.vcmp.gt.u8 q0, q1, q2");
    CHECK(chip.q<std::uint8_t>(0) == Lanes<std::uint8_t>{255, 0, 255});
    chip("esp.min.s8.a q1, x8")("esp.max.u8.a q1, x9");
    CHECK(chip.hart.x[x8] == 0xFFFF'FFFF);
    CHECK(chip.hart.x[x9] == 255);
}

TEST_CASE("a fused load works on the old register, and so does a fused store") {
    PieChip chip;
    chip.count_up_memory();
    chip.hart.x[x8] = PieChip::data + 3; // low address bits are dropped, but not from the pointer
    chip.fill<std::uint8_t>(1, 9);
    chip("esp.vadd.u8.ld.incp q1, x8, q0, q1, q1");
    CHECK(chip.q<std::uint8_t>(0)[15] == 18);
    CHECK(chip.q<std::uint8_t>(1)[15] == 15);
    CHECK(chip.hart.x[x8] == PieChip::data + 19);
    chip("esp.vadd.u8.st.incp q1, x8, q1, q1, q1");
    CHECK(chip.byte(PieChip::data + 31) == 15);
    CHECK(chip.q<std::uint8_t>(1)[15] == 30);
}
