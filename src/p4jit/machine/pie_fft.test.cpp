#include "p4jit/machine/test_pie.hpp"

using namespace p4jit::machine;
using namespace p4jit::machine::test;

TEST_CASE("butterflies pair points at a distance of two, or neighbours") {
    PieChip chip;
    chip.set<std::int16_t>(1, {1, 2, 3, 4, 50, 60, 70, 80});
    chip("esp.fft.r2bf.s16 q3, q4, q1, q2, 0");
    CHECK(chip.q<std::int16_t>(3) == Lanes<std::int16_t>{51, 62, 73, 84, -49, -58, -67, -76});
    CHECK(chip.pie.q[4] == Vector{});
    chip("esp.fft.r2bf.s16 q3, q4, q1, q2, 1");
    CHECK(chip.q<std::int16_t>(3) == Lanes<std::int16_t>{4, 6, 120, 140, -2, -2, -20, -20});
}

TEST_CASE("16-bit results wrap in 2.1 and clamp in 2.2") {
    PieChip old, newer(revision_3_1);
    for (auto* chip : {&old, &newer}) {
        chip->fill<std::int16_t>(1, 20000);
        chip->pie.cfg = pie_cfg::vxsat_en;
        (*chip)("esp.fft.r2bf.s16 q3, q4, q1, q1, 0");
    }
    CHECK(old.q<std::int16_t>(3)[0] == static_cast<std::int16_t>(40000));
    CHECK(newer.q<std::int16_t>(3)[0] == 32767);
    CHECK(!old.saturated());
    CHECK(newer.saturated());
}

TEST_CASE("a twiddle is conjugated for an even sel8, and one pair changes") {
    PieChip chip;
    chip.count_up_memory();
    chip.hart.x[x8] = PieChip::data;
    chip.hart.x[x9] = 48;
    chip.set<std::int16_t>(1, {0, 0, 1, 2});
    chip.set<std::int16_t>(2, {0, 0, 10, 20});
    chip("esp.fft.cmul.s16.ld.xp q0, x8, x9, q3, q1, q2, 2");
    CHECK(chip.q<std::int16_t>(3) == Lanes<std::int16_t>{0, 0, 50, 0});
    chip("esp.fft.cmul.s16.ld.xp q0, x8, x9, q3, q1, q2, 3");
    CHECK(chip.q<std::int16_t>(3) == Lanes<std::int16_t>{0, 0, -30, 40});
    CHECK(chip.q<std::uint8_t>(0)[0] == 48);
    CHECK(chip.hart.x[x8] == PieChip::data + 96);
}

TEST_CASE("all four ways to store a complex product keep both of its parts") {
    for (unsigned upd4 = 0; upd4 < 4; ++upd4) {
        PieChip chip;
        chip.hart.x[x8] = PieChip::data;
        chip.set<std::int16_t>(1, {4, 8, 12, 16, 0, 0, 3, -2}); // data
        chip.set<std::int16_t>(2, {0, 0, 0, 0, 0, 0, 5, 7});    // twiddle
        chip.set<std::int16_t>(3, {21, 22, 23, 24, 25, 26, 27, 28});
        const auto text = "esp.fft.cmul.s16.st.xp q1, q2, q3, x8, x9, 7, " + std::to_string(upd4) + ", 2";
        chip(text)("esp.vld.128.ip q0, x8, 0");
        const Lanes<std::int16_t> plain{21, 22, 23, 24, 25, 26, 29, 11}, both{1, 2, 3, 4, 25, 26, 29, 11},
            turned{1, 2, 25, 26, 3, 4, 29, 11};
        CHECK(chip.q<std::int16_t>(0) == (upd4 == 1 ? both : upd4 == 2 ? turned : plain));
    }
}

TEST_CASE("bit reversal gives the larger of an index and its reversal, and counts on") {
    PieChip chip;
    chip.pie.fft_bit_width = 3;
    chip.hart.x[x8] = 8; // the same as 0
    chip("esp.fft.bitrev q0, x8");
    CHECK(chip.q<std::uint16_t>(0) == Lanes<std::uint16_t>{0, 4, 2, 6, 4, 5, 6, 7});
    CHECK(chip.hart.x[x8] == 16);
}

TEST_CASE("words are stored in reverse order, the pointer going down") {
    PieChip chip;
    chip.hart.x[x8] = PieChip::data + 16;
    chip.set<std::int16_t>(1, {2, -2, 3, -3, 4, -4, 5, -5});
    chip("esp.fft.vst.r32.decp q1, x8, 1");
    CHECK(chip.hart.x[x8] == PieChip::data);
    chip.hart.x[x8] += 16;
    chip("esp.vld.128.ip q0, x8, 0");
    CHECK(chip.q<std::int16_t>(0) == Lanes<std::int16_t>{2, -3, 2, -2, 1, -2, 1, -1});
}

TEST_CASE("reading CFG clears vxsat while it is enabled; two bits cannot be written") {
    PieChip chip;
    chip.hart.x[x8] = 0xFFFF'FFFF;
    chip("esp.movx.w.cfg x8")("esp.movx.r.cfg x9");
    CHECK(chip.hart.x[x9] == 0x1F3);
    chip.pie.cfg |= pie_cfg::vxsat;
    chip("esp.movx.r.cfg x9")("esp.movx.r.cfg x10");
    CHECK(chip.hart.x[x9] == 0x1F7);
    CHECK(chip.hart.x[x10] == 0x1F3);
}
