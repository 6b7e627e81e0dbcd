#include "p4jit/machine/test_pie.hpp"

using namespace p4jit::machine;
using namespace p4jit::machine::test;

TEST_CASE("low address bits are dropped unless CFG allows misaligned access; the pointer keeps them") {
    PieChip chip;
    chip.count_up_memory();
    chip.hart.x[x8] = PieChip::data + 37;
    chip("esp.vld.128.ip q0, x8, -16");
    CHECK(chip.q<std::uint8_t>(0)[0] == 32);
    CHECK(chip.hart.x[x8] == PieChip::data + 21);
    chip.pie.cfg = pie_cfg::mis_ld;
    chip("esp.vld.128.ip q0, x8, 0");
    CHECK(chip.q<std::uint8_t>(0)[0] == 21);
    chip("esp.vst.128.ip q0, x8, 0"); // stores have a bit of their own
    CHECK(chip.byte(PieChip::data + 16) == 21);
    chip.pie.cfg = pie_cfg::mis_st;
    chip("esp.vst.l.64.ip q0, x8, 0");
    CHECK(chip.byte(PieChip::data + 28) == 28);
}

TEST_CASE("a misaligned access may cross pages") {
    PieChip chip;
    chip.pie.cfg = pie_cfg::mis_ld | pie_cfg::mis_st;
    chip.set<std::uint8_t>(0, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
    chip.hart.x[x8] = PieChip::data + page_size - 5;
    chip("esp.vst.128.ip q0, x8, 0")("esp.vld.128.ip q1, x8, 0");
    CHECK(chip.pie.q[1] == chip.pie.q[0]);
    CHECK(chip.byte(PieChip::data + page_size) == 6);
}

TEST_CASE("registers of devices take words: a vector faults there, either way") {
    PieChip chip;
    for (const std::uint32_t address : {0x500C'A000u, 0x500F'0000u}) {
        chip.hart.x[x8] = address;
        CHECK(chip("esp.vst.128.ip q0, x8, 16").trap == Cause::store_access);
        CHECK(chip("esp.vld.128.ip q0, x8, 16").trap == Cause::load_access);
        CHECK(chip.hart.x[x8] == address);
    }
}

TEST_CASE("usar loads the aligned block and remembers the offset; src.q puts the bytes together") {
    PieChip chip;
    chip.count_up_memory();
    for (std::uint32_t offset = 0; offset < 16; ++offset) {
        chip.hart.x[x8] = PieChip::data + offset;
        chip("esp.ld.128.usar.ip q0, x8, 16");
        CHECK(chip.pie.sar_byte == offset);
        chip("esp.vld.128.ip q1, x8, 0")("esp.src.q q2, q0, q1");
        CHECK(chip.q<std::uint8_t>(2)[0] == offset);
        CHECK(chip.q<std::uint8_t>(2)[15] == offset + 15);
    }
}

TEST_CASE("indexed words: an unsigned halfword picks, the address is aligned") {
    PieChip chip;
    chip.count_up_memory();
    chip.set<std::uint16_t>(1, {0, 5, 0xFFFF});
    chip.hart.x[x8] = PieChip::data + 3;
    chip("esp.ldxq.32 q0, q1, x8, 2, 1");
    CHECK(chip.q<std::uint32_t>(0) == Lanes<std::uint32_t>{0, 0, 0x1716'1514, 0});
    chip("esp.stxq.32 q0, q1, x8, 2, 0");
    CHECK(chip.byte(PieChip::data) == 0x14);
    CHECK(chip.hart.x[x8] == PieChip::data + 3);
}

TEST_CASE("extending loads split into two registers, broadcasts fill one") {
    PieChip chip;
    chip.count_up_memory();
    chip.hart.x[x8] = PieChip::data + 240;
    chip("esp.vldext.s8.ip q0, q1, x8, 0");
    CHECK(chip.q<std::int16_t>(0)[0] == -16);
    CHECK(chip.q<std::int16_t>(1)[7] == -1);
    chip("esp.vldhbc.16.incp q0, q1, x8");
    CHECK(chip.q<std::uint16_t>(0)[1] == 0xF1F0);
    CHECK(chip.q<std::uint16_t>(1)[7] == 0xFFFE);
    chip.hart.x[x8] = PieChip::data + 9;
    chip("esp.vldbc.8.ip q0, x8, 1")("esp.vldbc.32.ip q1, x8, 4");
    CHECK(chip.q<std::uint8_t>(0)[15] == 9);
    CHECK(chip.q<std::uint32_t>(1)[3] == 0x0B0A'0908);
}
