#include "p4jit/link/fields.hpp"

#include <doctest/doctest.h>

using namespace p4jit;
using namespace p4jit::link;
using elf::RelocationType;

namespace {

/// The field after the relocation, or what is wrong.
struct Written {
    Bytes bytes;
    std::string_view problem;
};

Written write(RelocationType type, Bytes bytes, std::uint32_t value) {
    const auto problem = write_field(type, bytes, value);
    return {std::move(bytes), problem};
}

Bytes word(std::uint32_t value) {
    Bytes bytes(4);
    store_le(bytes.data(), value);
    return bytes;
}
Bytes half(std::uint16_t value) {
    Bytes bytes(2);
    store_le(bytes.data(), value);
    return bytes;
}

/// Values at the edges of a reach: the last that fit, the first that do not,
/// and one that is off the step.
struct Reach {
    RelocationType type;
    Bytes instruction;
    std::int32_t lowest, highest;
};

} // namespace

TEST_CASE("every short jump reaches exactly as far as its field") {
    const Reach reaches[] = {{RelocationType::R_BRANCH, word(0x0000'0063), -4096, 4094},
                             {RelocationType::R_JAL, word(0x0000'00EF), -(1 << 20), (1 << 20) - 2},
                             {RelocationType::R_RVC_BRANCH, half(0xC101), -256, 254},
                             {RelocationType::R_RVC_JUMP, half(0xA001), -2048, 2046}};
    for (const auto& [type, instruction, lowest, highest] : reaches) {
        INFO(elf::name(type));
        for (const auto value : {lowest, highest, 2, 0})
            CHECK(write(type, instruction, static_cast<std::uint32_t>(value)).problem.empty());
        for (const auto value : {lowest - 2, highest + 2, 0x7FFF'FFFE, 1})
            CHECK(write(type, instruction, static_cast<std::uint32_t>(value)).problem == "the target is out of reach");
    }
}

TEST_CASE("a field that the section's end cuts off is a problem for every relocation that writes") {
#define R_RISCV(NAME, number, calculation) RelocationType::R_##NAME,
    const RelocationType all[] = {
#include "spec/elf/relocations.def"
    };
    for (const auto type : all) {
        INFO(elf::name(type));
        const bool writes = type != RelocationType::R_NONE && type != RelocationType::R_TPREL_ADD;
        CHECK(write(type, {}, 0).problem.empty() != writes);
    }
    CHECK(write(RelocationType::R_CALL, Bytes(7), 0).problem == "the section ends inside the field");
    CHECK(write(RelocationType::R_32, Bytes(3), 0).problem == "the section ends inside the field");
    CHECK(write(RelocationType::R_ADD64, Bytes(7), 0).problem == "the section ends inside the field");
    CHECK(write(RelocationType::R_SET_ULEB128, {0x80, 0x80}, 0).problem == "the section ends inside the field");
}

TEST_CASE("dynamic, thread-local and 64-bit relocations are refused in words") {
    for (const auto type : {RelocationType::R_64, RelocationType::R_COPY, RelocationType::R_TLS_GD_HI20,
                            RelocationType::R_IRELATIVE, RelocationType::R_GPREL_I, static_cast<RelocationType>(200)})
        CHECK(write(type, Bytes(8), 0).problem ==
              "this relocation is not for linking static code (thread-local, dynamic or 64-bit)");
}

TEST_CASE("the upper and lower halves add up to the value, whatever its sign") {
    for (const std::uint32_t value : {0u, 0x7FFu, 0x800u, 0xFFFu, 0x1000u, 0x7FFF'F7FFu, 0x7FFF'F800u, 0x8000'0000u,
                                      0xFFFF'F7FFu, 0xFFFF'F800u, 0xFFFF'FFFFu})
        CHECK(static_cast<std::uint32_t>(upper(value)) + static_cast<std::uint32_t>(lower(value)) == value);
    const auto call = write(RelocationType::R_CALL, Bytes{0x97, 0, 0, 0, 0xE7, 0x80, 0, 0}, 0x1234'5FFF);
    CHECK(load_le<std::uint32_t>(call.bytes.data()) == 0x1234'6097);
    CHECK(load_le<std::uint32_t>(&call.bytes[4]) == 0xFFF0'80E7);
}

TEST_CASE("c.lui of a value below 2048 becomes c.li 0, and one above its 18 bits is out of reach") {
    const auto c_lui_a5 = half(0x6785);
    CHECK(load_le<std::uint16_t>(write(RelocationType::R_RVC_LUI, c_lui_a5, 0x7FF).bytes.data()) == 0x4781);
    CHECK(load_le<std::uint16_t>(write(RelocationType::R_RVC_LUI, c_lui_a5, 0x1F000).bytes.data()) == 0x67FD);
    CHECK(write(RelocationType::R_RVC_LUI, c_lui_a5, 0x20000).problem == "the target is out of reach");
    CHECK(write(RelocationType::R_RVC_LUI, c_lui_a5, 0xFFFE'0000).problem.empty());
}

TEST_CASE("sums in data wrap around in their own width and leave their neighbours alone") {
    CHECK(write(RelocationType::R_ADD8, {0xFF, 0x55}, 2).bytes == Bytes{0x01, 0x55});
    CHECK(write(RelocationType::R_SUB8, {0x00, 0x55}, 1).bytes == Bytes{0xFF, 0x55});
    CHECK(write(RelocationType::R_ADD16, {0xFF, 0xFF, 0x55}, 3).bytes == Bytes{0x02, 0x00, 0x55});
    CHECK(write(RelocationType::R_SUB16, {0x00, 0x00, 0x55}, 3).bytes == Bytes{0xFD, 0xFF, 0x55});
    CHECK(write(RelocationType::R_SUB32, word(1), 2).bytes == word(0xFFFF'FFFF));
    CHECK(write(RelocationType::R_ADD64, Bytes{0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0}, 1).bytes ==
          Bytes{0, 0, 0, 0, 1, 0, 0, 0});
    CHECK(write(RelocationType::R_SET6, {0xC0}, 0x7F).bytes == Bytes{0xFF});
    CHECK(write(RelocationType::R_SUB6, {0xC1}, 2).bytes == Bytes{0xFF});
}

TEST_CASE("a number of variable length keeps its length, and must be long enough") {
    CHECK(write(RelocationType::R_SET_ULEB128, {0x80, 0x80, 0x00, 0x55}, 5).bytes == Bytes{0x85, 0x80, 0x00, 0x55});
    CHECK(write(RelocationType::R_SET_ULEB128, {0x00}, 127).bytes == Bytes{0x7F});
    CHECK(write(RelocationType::R_SET_ULEB128, {0x00}, 128).problem ==
          "the difference does not fit its ULEB128 number");
    CHECK(write(RelocationType::R_SET_ULEB128, {0x80, 0x80, 0x80, 0x80, 0x00}, ~0u).problem.empty());
}
