#include "p4jit/machine/pie_qacc.hpp"
#include "p4jit/machine/test_pie.hpp"

using namespace p4jit::machine;
using namespace p4jit::machine::test;

TEST_CASE("8-bit lanes accumulate in 16 words, 16-bit lanes in 8 double words") {
    PieChip chip;
    chip.set<std::int8_t>(1, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, -16});
    chip.fill<std::int8_t>(2, -100);
    chip("esp.vmulas.s8.qacc q1, q2")("esp.vmulas.s8.qacc q1, q2");
    CHECK(chip.pie.qacc[0].lanes<std::int32_t>() == Lanes<std::int32_t>{-200, -400, -600, -800});
    CHECK(chip.pie.qacc[3].lanes<std::int32_t>() == Lanes<std::int32_t>{-2600, -2800, -3000, 3200});
    chip("esp.zero.qacc");
    chip.set<std::int16_t>(1, {1, 2, 3, 4, 5, 6, 7, -32768});
    chip.fill<std::int16_t>(2, -32768);
    chip("esp.vmulas.s16.qacc q1, q2");
    CHECK(chip.pie.qacc[0].lanes<std::int64_t>() == Lanes<std::int64_t>{-32768, -65536});
    CHECK(chip.pie.qacc[3].lanes<std::int64_t>() == Lanes<std::int64_t>{-32768 * 7, 1 << 30});
}

TEST_CASE("accumulators saturate at their ends, or wrap with 2.2's trunc") {
    const auto word = [](auto&& chip, const char* text) {
        chip.template fill<std::int8_t>(1, 127);
        for (auto& part : chip.pie.qacc) part = Vector::of(Lanes<std::int32_t>{0x7FFF'FFFF, -5, 0, 0});
        chip.pie.cfg = pie_cfg::vxsat_en;
        chip(text);
        CHECK(chip.pie.qacc[2].template lanes<std::int32_t>()[1] == 127 * 127 - 5);
        return std::pair(chip.pie.qacc[2].template lanes<std::int32_t>()[0], chip.saturated());
    };
    CHECK(word(PieChip(), "esp.vmulas.s8.qacc q1, q1") == std::pair(0x7FFF'FFFF, true));
    CHECK(word(PieChip(revision_3_1), "esp.vmulas.s8.qacc q1, q1, trunc") ==
          std::pair(static_cast<std::int32_t>(0x7FFF'FFFFu + 127 * 127), false));
    PieChip chip;
    chip.fill<std::uint16_t>(1, 65535);
    for (auto& part : chip.pie.qacc) part = Vector::of(Lanes<std::uint64_t>{~std::uint64_t{0} - 1, 0});
    chip("esp.vmulas.u16.qacc q1, q1");
    CHECK(chip.pie.qacc[1].lanes<std::uint64_t>() == Lanes<std::uint64_t>{~std::uint64_t{0}, 65535u * 65535u});
}

TEST_CASE("XACC takes one exact sum and saturates at 40 bits, once") {
    PieChip chip;
    chip.fill<std::int16_t>(1, -32768);
    chip("esp.vmulas.s16.xacc q1, q1");
    CHECK(chip.pie.xacc == std::uint64_t{8} << 30);
    for (int i = 0; i < 100; ++i) chip("esp.vmulas.s16.xacc q1, q1");
    CHECK(chip.pie.xacc == (std::uint64_t{1} << 39) - 1);
    chip.fill<std::int16_t>(2, 32767);
    for (int i = 0; i < 200; ++i) chip("esp.vmulas.s16.xacc q1, q2");
    CHECK(chip.pie.xacc == std::uint64_t{1} << 39);
    chip("esp.zero.xacc");
    chip.fill<std::uint16_t>(3, 65535);
    for (int i = 0; i < 100; ++i) chip("esp.vmulas.u16.xacc q3, q3");
    CHECK(chip.pie.xacc == meaning::xacc_mask);
}

TEST_CASE("complex MACs put real parts in even accumulators and touch one half only") {
    PieChip chip;
    chip.set<std::int16_t>(1, {1, 2, 3, 4, 5, 6, 7, 8});
    chip.set<std::int16_t>(2, {10, 20, 30, 40, 50, 60, 70, 80});
    chip("esp.vcmulas.s16.qacc.h q1, q2");
    CHECK(chip.pie.qacc[1] == Vector{});
    CHECK(chip.pie.qacc[2].lanes<std::int64_t>() == Lanes<std::int64_t>{-110, 600});
    CHECK(chip.pie.qacc[3].lanes<std::int64_t>() == Lanes<std::int64_t>{-150, 1120});
}

TEST_CASE("a MAC whose load goes to its own source uses the old value") {
    PieChip chip;
    chip.count_up_memory();
    chip.hart.x[x8] = PieChip::data;
    chip.fill<std::int8_t>(0, 2);
    chip.fill<std::int8_t>(1, 3);
    chip("esp.vmulas.s8.xacc.ld.ip q0, x8, 32, q0, q1");
    CHECK(chip.pie.xacc == 16 * 6);
    CHECK(chip.q<std::uint8_t>(0)[5] == 5);
    CHECK(chip.hart.x[x8] == PieChip::data + 32);
    chip("esp.vmulas.u16.qacc.ldbc.incp q0, x8, q1, q1");
    CHECK(chip.q<std::uint16_t>(0) ==
          Lanes<std::uint16_t>{0x2120, 0x2120, 0x2120, 0x2120, 0x2120, 0x2120, 0x2120, 0x2120});
    CHECK(chip.hart.x[x8] == PieChip::data + 34);
}

TEST_CASE("results leave QACC shifted, and QACC keeps them so") {
    PieChip chip;
    chip.pie.cfg = 6u << pie_cfg::vxrm_shift;
    for (auto& part : chip.pie.qacc) part = Vector::of(Lanes<std::int32_t>{3, 5, 4000, -4000});
    chip.hart.x[x8] = 1;
    chip("esp.srcmb.s8.qacc q0, x8, 1");
    CHECK(chip.q<std::int8_t>(0)[0] == 2); // 1.5 and 2.5 go to even
    CHECK(chip.q<std::int8_t>(0)[1] == 2);
    CHECK(chip.q<std::int8_t>(0)[2] == 127);
    CHECK(chip.q<std::int8_t>(0)[15] == -128);
    CHECK(chip.pie.qacc[3].lanes<std::int32_t>() == Lanes<std::int32_t>{2, 2, 2000, -2000});
    chip("esp.srcmb.s8.qacc q0, x8, 0");
    CHECK(chip.q<std::int8_t>(0)[2] == static_cast<std::int8_t>(1000));
}

TEST_CASE("XACC is read in two parts and leaves by a register, saturated to 32 bits") {
    PieChip chip;
    chip.hart.x[x8] = 0x8000'0001;
    chip.hart.x[x9] = 0x1FF; // eight bits count
    chip("esp.movx.w.xacc.l x8")("esp.movx.w.xacc.h x9");
    CHECK(chip.pie.xacc == 0xFF'8000'0001);
    chip.hart.x[x8] = 0;
    chip("esp.srs.s.xacc x10, x8");
    CHECK(chip.hart.x[x10] == 0x8000'0001);
    chip("esp.srs.u.xacc x10, x8");
    CHECK(chip.hart.x[x10] == 0xFFFF'FFFF);
    chip.hart.x[x8] = 4;
    chip("esp.srs.s.xacc x10, x8")("esp.movx.r.xacc.h x9");
    CHECK(chip.hart.x[x10] == 0xF800'0000);
    CHECK(chip.hart.x[x9] == 0xFF);
}
