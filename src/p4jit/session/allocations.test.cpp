#include "p4jit/session/allocations.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace p4jit::session;

TEST_CASE("a range must lie in one block; neighbours do not merge") {
    Allocations table;
    REQUIRE(table.add({0x1000, 0x100}));
    REQUIRE(table.add({0x1100, 0x100}));
    CHECK(table.containing(0x1000, 0x100)->address == 0x1000);
    CHECK(table.containing(0x1100, 0x100)->address == 0x1100);
    CHECK(table.containing(0x11FF, 1)->address == 0x1100);
    CHECK_FALSE(table.containing(0x1000, 0x101));
    CHECK_FALSE(table.containing(0x10FF, 2));
    CHECK_FALSE(table.containing(0x0FFF, 1));
    CHECK_FALSE(table.containing(0x1200, 1));
}

TEST_CASE("an empty range may stand at a block's end, not behind it") {
    Allocations table;
    REQUIRE(table.add({0x1000, 0x100}));
    CHECK(table.containing(0x1100, 0));
    CHECK_FALSE(table.containing(0x1101, 0));
    CHECK_FALSE(table.containing(0x0FFF, 0));
}

TEST_CASE("sizes that would wrap around are outside") {
    Allocations table;
    REQUIRE(table.add({0xFFFF'FF00, 0x100}));
    CHECK(table.containing(0xFFFF'FF00, 0x100));
    CHECK_FALSE(table.containing(0xFFFF'FF00, 0x101));
    CHECK_FALSE(table.containing(0xFFFF'FF80, SIZE_MAX));
    CHECK_FALSE(table.containing(0, 1));
}

TEST_CASE("blocks that overlap or leave the address space are refused") {
    Allocations table;
    REQUIRE(table.add({0x1000, 0x100}));
    CHECK_FALSE(table.add({0x1000, 0x10}));
    CHECK_FALSE(table.add({0x0FFF, 2}));
    CHECK_FALSE(table.add({0x10FF, 1}));
    CHECK_FALSE(table.add({0x0800, 0x1000}));
    CHECK_FALSE(table.add({0xFFFF'FFFF, 2}));
    CHECK(table.add({0x1100, 1}));
    CHECK(table.add({0x0FFF, 1}));
    CHECK(table.all().size() == 3);
}

TEST_CASE("the table agrees with a plain list of blocks") {
    const unsigned seed = 3;
    INFO("seed ", seed);
    std::mt19937 random(seed);
    Allocations table;
    std::vector<Block> list;
    const auto overlaps = [](const Block& a, const Block& b) {
        return a.address == b.address || (a.address < b.address + b.size && b.address < a.address + a.size);
    };
    for (int round = 0; round < 5000; ++round) {
        const Block block{std::uint32_t(random() % 1000), std::uint32_t(random() % 50), 0, 0};
        if (random() % 3 == 0) {
            std::erase_if(list, [&](const Block& other) { return other.address == block.address; });
            table.remove(block.address);
        } else {
            bool free = true;
            for (const auto& other : list) free = free && !overlaps(block, other);
            REQUIRE(table.add(block) == free);
            if (free) list.push_back(block);
        }
        const std::uint32_t address = random() % 1000, size = 1 + random() % 50;
        bool inside = false;
        for (const auto& other : list)
            inside = inside || (address >= other.address && address + size <= other.address + other.size);
        REQUIRE((table.containing(address, size) != nullptr) == inside);
    }
}

TEST_CASE("capabilities have their names") {
    CHECK(describe_caps(0x404) == "[8BIT SPIRAM]");
    CHECK(describe_caps(0) == "[]");
}
