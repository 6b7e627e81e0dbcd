#include "p4jit/machine/test_pie.hpp"

using namespace p4jit::machine;
using namespace p4jit::machine::test;

TEST_CASE("unzip undoes zip, of two registers and of three") {
    PieChip chip;
    chip.set<std::uint8_t>(1, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
    chip.set<std::uint8_t>(2, {16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31});
    chip.set<std::uint8_t>(3, {32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47});
    const auto before = chip.pie.q;
    chip("esp.vzip.8 q1, q2");
    CHECK(chip.q<std::uint8_t>(1) == Lanes<std::uint8_t>{0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23});
    CHECK(chip("esp.vunzip.8 q1, q2").pie.q == before);
    chip("esp.vzipt.16 q1, q2, q3");
    CHECK(chip.q<std::uint16_t>(1) ==
          Lanes<std::uint16_t>{0x0100, 0x1110, 0x2120, 0x0302, 0x1312, 0x2322, 0x0504, 0x1514});
    CHECK(chip("esp.vunzipt.16 q1, q2, q3").pie.q == before);
}

TEST_CASE("a pair of registers shifts by bytes as one, and takes zeros in") {
    PieChip chip;
    chip.fill<std::uint8_t>(1, 0x11); // high
    chip.fill<std::uint8_t>(2, 0x22); // low
    chip("esp.slci.2q q1, q2, 2");
    CHECK(chip.q<std::uint8_t>(1)[2] == 0x22);
    CHECK(chip.q<std::uint8_t>(1)[3] == 0x11);
    CHECK(chip.q<std::uint8_t>(2)[2] == 0);
    chip.hart.x[x8] = 15; // 16 bytes
    chip.hart.x[x9] = 4;
    chip("esp.srcxxp.2q q1, q2, x8, x9");
    CHECK(chip.q<std::uint8_t>(2)[2] == 0x22);
    CHECK(chip.pie.q[1] == Vector{});
    CHECK(chip.hart.x[x8] == 15); // not moved by x9
}

TEST_CASE("single lanes come zero-extended and go alone") {
    PieChip chip;
    chip.fill<std::uint16_t>(1, 0xFFFE);
    chip.hart.x[x9] = 0x1234'5678;
    chip("esp.movi.16.a q1, x8, 9")("esp.movi.8.q q1, x9, 15")("esp.movi.32.q q1, x9, 0");
    CHECK(chip.hart.x[x8] == 0xFFFE);
    CHECK(chip.q<std::uint32_t>(1) == Lanes<std::uint32_t>{0x1234'5678, 0xFFFE'FFFE, 0xFFFE'FFFE, 0x78FE'FFFE});
}

TEST_CASE("lanes shift by amounts of their own, the other way if negative") {
    PieChip chip;
    chip.set<std::int8_t>(1, {3, 3, -128, 127});
    chip.set<std::int8_t>(2, {2, -1, -8, 7}); // -8 to 7
    chip("esp.vsld.8 q0, q1, q2");
    CHECK(chip.q<std::int8_t>(0) == Lanes<std::int8_t>{12, 1, -1, -128});
    chip.pie.cfg = 1u << pie_cfg::vxrm_shift; // up
    chip("esp.vsrd.8 q0, q1, q2");
    CHECK(chip.q<std::int8_t>(0) == Lanes<std::int8_t>{1, 6, 0, 1});
    PieChip newer(revision_3_1);
    newer.pie.q = chip.pie.q;
    CHECK(newer("esp.vsld.8 q0, q1, q2").q<std::int8_t>(0) == Lanes<std::int8_t>{12, 1, -1, 127});
    CHECK(newer("esp.vsld.8 q0, q1, q2, trunc, rup").q<std::int8_t>(0) == Lanes<std::int8_t>{12, 2, 0, -128});
}

TEST_CASE("words shift by SAR: 2.1 drops bits, 2.2 clamps") {
    PieChip old, newer(revision_3_1);
    for (auto* chip : {&old, &newer}) {
        chip->set<std::uint32_t>(1, {1, 0x0001'0001, 0x8000'0000, 3});
        chip->pie.sar = 15;
    }
    CHECK(old("esp.vsl.32 q0, q1").q<std::uint32_t>(0) == Lanes<std::uint32_t>{0x8000, 0x8000'8000, 0, 0x1'8000});
    CHECK(newer("esp.vsl.u32 q0, q1").q<std::uint32_t>(0) ==
          Lanes<std::uint32_t>{0x8000, 0x8000'8000, 0xFFFF'FFFF, 0x1'8000});
    CHECK(newer("esp.vsl.s32 q0, q1").q<std::uint32_t>(0) ==
          Lanes<std::uint32_t>{0x8000, 0x7FFF'FFFF, 0x8000'0000, 0x1'8000});
    old.pie.sar = 1;
    CHECK(old("esp.vsr.s32 q0, q1").q<std::uint32_t>(0) == Lanes<std::uint32_t>{0, 0x8000, 0xC000'0000, 1});
    CHECK(old("esp.vsr.u32 q0, q1").q<std::uint32_t>(0)[2] == 0x4000'0000);
}
