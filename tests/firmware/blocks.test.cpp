#include "tests/firmware/fake_world.hpp"

#include <map>

using namespace p4jit;
using namespace p4jit::test;

namespace {

struct Table {
    Table() { REQUIRE(p4_blocks_start(&blocks, &world.table) == P4_OK); }
    FakeWorld world;
    p4_blocks blocks;
};

/// The same table, slowly.
struct Model {
    std::map<std::uint32_t, std::uint32_t> sizes;

    bool overlaps(std::uint64_t address, std::uint64_t size) const {
        for (auto [begin, length] : sizes)
            if (address < std::uint64_t{begin} + length && begin < address + size) return true;
        return false;
    }
    bool holds(std::uint64_t address, std::uint64_t size) const {
        for (auto [begin, length] : sizes)
            if (address >= begin && address + size <= std::uint64_t{begin} + length) return true;
        return false;
    }
};

} // namespace

TEST_CASE("an empty table holds nothing") {
    Table table;
    CHECK_FALSE(p4_blocks_hold(&table.blocks, 0, 0));
    CHECK_FALSE(p4_blocks_hold(&table.blocks, 0x48000000, 1));
    CHECK(p4_blocks_remove(&table.blocks, 0) == P4_NOT_OWNED);
}

TEST_CASE("adjacent blocks are two blocks") {
    Table table;
    REQUIRE(p4_blocks_add(&table.blocks, 0x1000, 0x100) == P4_OK);
    REQUIRE(p4_blocks_add(&table.blocks, 0x1100, 0x100) == P4_OK);
    CHECK(p4_blocks_hold(&table.blocks, 0x1000, 0x100));
    CHECK(p4_blocks_hold(&table.blocks, 0x1100, 0x100));
    CHECK(p4_blocks_hold(&table.blocks, 0x1100, 0));
    CHECK_FALSE(p4_blocks_hold(&table.blocks, 0x10FF, 2));
}

TEST_CASE("blocks at the very ends of the address space") {
    Table table;
    CHECK(p4_blocks_add(&table.blocks, 0xFFFFFF00, 0x100) == P4_OK);
    CHECK(p4_blocks_add(&table.blocks, 0, 0x10) == P4_OK);
    CHECK(p4_blocks_hold(&table.blocks, 0xFFFFFFFF, 1));
    CHECK_FALSE(p4_blocks_hold(&table.blocks, 0xFFFFFFFF, 2));
    CHECK_FALSE(p4_blocks_hold(&table.blocks, 0xFFFFFFFF, 0xFFFFFFFF));
    CHECK(p4_blocks_add(&table.blocks, 0xFFFFFE00, 0x201) == P4_DAMAGED);
    CHECK(p4_blocks_add(&table.blocks, 0xFFFFFE00, 0xFFFFFFFF) == P4_DAMAGED);
    CHECK(p4_blocks_add(&table.blocks, 0x100, 0) == P4_DAMAGED);
    CHECK(table.blocks.count == 2);
}

TEST_CASE("a block that wraps around the address space is none") {
    Table table;
    CHECK(p4_blocks_add(&table.blocks, 0xFFFFFE00, 0x201) == P4_DAMAGED);
    CHECK(p4_blocks_add(&table.blocks, 0xFFFFFFFF, 2) == P4_DAMAGED);
    CHECK(p4_blocks_add(&table.blocks, 1, 0xFFFFFFFF) == P4_OK);
    CHECK(p4_blocks_remove(&table.blocks, 1) == P4_OK);
    CHECK(p4_blocks_add(&table.blocks, 2, 0xFFFFFFFF) == P4_DAMAGED);
    CHECK(table.blocks.count == 0);
}

TEST_CASE("the table agrees with a slow one over random operations") {
    for (unsigned seed = 1; seed <= 5; ++seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        Table table;
        Model model;
        const auto somewhere = [&] { return 0x48000000 + static_cast<std::uint32_t>(random() % 4096); };
        for (int round = 0; round < 20000; ++round) {
            const auto address = somewhere();
            switch (random() % 4) {
            case 0: {
                const auto size = 1 + static_cast<std::uint32_t>(random() % 6);
                const bool free = !model.overlaps(address, size);
                REQUIRE(p4_blocks_add(&table.blocks, address, size) == (free ? P4_OK : P4_DAMAGED));
                if (free) model.sizes[address] = size;
                break;
            }
            case 1: {
                const bool known = model.sizes.erase(address) == 1;
                REQUIRE(p4_blocks_remove(&table.blocks, address) == (known ? P4_OK : P4_NOT_OWNED));
                break;
            }
            default: {
                const auto size = static_cast<std::uint32_t>(random() % 8);
                REQUIRE(p4_blocks_hold(&table.blocks, address, size) == model.holds(address, size));
            }
            }
            REQUIRE(table.blocks.count == model.sizes.size());
        }
    }
}

TEST_CASE("the table grows, keeps its rows and gives the old memory back") {
    Table table;
    for (std::uint32_t i = 0; i < 5000; ++i) REQUIRE(p4_blocks_add(&table.blocks, 0x1000 + 16 * i, 16) == P4_OK);
    CHECK(table.blocks.room == 8192);
    CHECK(table.world.allocated.size() == 1);
    for (std::uint32_t i = 0; i < 5000; ++i) REQUIRE(p4_blocks_remove(&table.blocks, 0x1000 + 16 * i) == P4_OK);
    CHECK(table.blocks.count == 0);
}

TEST_CASE("a table that cannot grow stays as it is") {
    Table table;
    for (std::uint32_t i = 0; i < 512; ++i) REQUIRE(p4_blocks_add(&table.blocks, 0x1000 + 16 * i, 16) == P4_OK);
    table.world.refuses_allocations = true;
    CHECK(p4_blocks_add(&table.blocks, 0x10, 16) == P4_NO_MEMORY);
    CHECK(p4_blocks_hold(&table.blocks, 0x1000, 16));
    CHECK_FALSE(p4_blocks_hold(&table.blocks, 0x10, 1));
    CHECK(p4_blocks_remove(&table.blocks, 0x1000) == P4_OK);
    CHECK(p4_blocks_add(&table.blocks, 0x10, 16) == P4_OK);
}
