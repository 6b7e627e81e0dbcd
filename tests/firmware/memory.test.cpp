#include "tests/firmware/fake_world.hpp"

using namespace p4jit;
using namespace p4jit::test;

namespace {

/// Which region an allocation came from.
enum Where { nowhere, l2mem, psram, spm };

struct Board {
    Where alloc(std::uint32_t caps, std::uint32_t size = 64, std::uint32_t alignment = 16) {
        const auto address = p4_memory_alloc(&world.heaps, size, caps, alignment);
        if (address == 0) return nowhere;
        last = address;
        return address >= 0x4FF00000 ? l2mem : address >= 0x48000000 ? psram : spm;
    }
    FakeWorld world;
    std::uint32_t last = 0;
};

} // namespace

TEST_CASE("capabilities find the region that ESP-IDF would take") {
    Board board;
    CHECK(board.alloc(P4_CAP(SPIRAM)) == psram);
    CHECK(board.alloc(P4_CAP(SPIRAM) | P4_CAP(8BIT)) == psram);
    CHECK(board.alloc(P4_CAP(INTERNAL)) == l2mem);
    CHECK(board.alloc(P4_CAP(INTERNAL) | P4_CAP(8BIT)) == l2mem);
    CHECK(board.alloc(P4_CAP(INTERNAL) | P4_CAP(EXEC)) == l2mem);
    CHECK(board.alloc(P4_CAP(DMA) | P4_CAP(INTERNAL) | P4_CAP(8BIT)) == l2mem);
    CHECK(board.alloc(P4_CAP(EXEC)) == l2mem);
    CHECK(board.alloc(P4_CAP(32BIT)) == l2mem);
    CHECK(board.alloc(P4_CAP(8BIT)) == l2mem);
    CHECK(board.alloc(P4_CAP(DEFAULT)) == l2mem);
    CHECK(board.alloc(P4_CAP(TCM)) == spm);
    CHECK(board.alloc(P4_CAP(TCM) | P4_CAP(INTERNAL)) == spm);
}

TEST_CASE("a region must have all the capabilities") {
    Board board;
    CHECK(board.alloc(P4_CAP(SPIRAM) | P4_CAP(EXEC)) == nowhere);
    CHECK(board.alloc(P4_CAP(SPIRAM) | P4_CAP(INTERNAL)) == nowhere);
    CHECK(board.alloc(P4_CAP(TCM) | P4_CAP(EXEC)) == nowhere);
    CHECK(board.alloc(P4_CAP(TCM) | P4_CAP(DMA)) == nowhere);
    for (std::uint32_t cap : {P4_CAP(PID2), P4_CAP(IRAM_8BIT), P4_CAP(RETENTION), P4_CAP(RTCRAM), P4_CAP(INVALID)})
        CHECK(board.alloc(cap | P4_CAP(8BIT)) == nowhere);
    CHECK(board.alloc(0) == nowhere);
}

TEST_CASE("a full region passes the request on by priority") {
    Board board;
    while (board.alloc(P4_CAP(8BIT), 16384) == l2mem) {
    }
    CHECK(board.alloc(P4_CAP(8BIT), 16384) == psram);
    CHECK(board.alloc(P4_CAP(INTERNAL) | P4_CAP(EXEC), 16384) == nowhere);
    while (board.alloc(P4_CAP(INTERNAL), 64) == l2mem) {
    }
    CHECK(board.alloc(P4_CAP(INTERNAL), 64) == spm);
}

TEST_CASE("capabilities that are a matter of alignment raise it") {
    Board board;
    const auto aligned = [&](std::uint32_t caps, std::uint32_t alignment) {
        board.alloc(P4_CAP(8BIT), 16); // puts the next block off the line
        board.alloc(P4_CAP(SPIRAM), 16);
        CHECK(board.alloc(caps, 20, 4) != nowhere);
        return board.last % alignment == 0;
    };
    for (int i = 0; i < 5; ++i) {
        CHECK(aligned(P4_CAP(DMA), 128));
        CHECK(aligned(P4_CAP(CACHE_ALIGNED) | P4_CAP(INTERNAL), 128));
        CHECK(aligned(P4_CAP(CACHE_ALIGNED) | P4_CAP(SPIRAM), 128));
        CHECK(aligned(P4_CAP(DMA_DESC_AHB), 128));
        CHECK(aligned(P4_CAP(DMA_DESC_AXI), 128));
        CHECK(aligned(P4_CAP(SIMD), 16));
    }
    // DMA reaches PSRAM, its descriptors do not.
    CHECK(board.alloc(P4_CAP(DMA) | P4_CAP(SPIRAM)) == psram);
    CHECK(board.alloc(P4_CAP(DMA_DESC_AXI) | P4_CAP(SPIRAM)) == nowhere);
}

TEST_CASE("a senseless alignment stays one when capabilities raise it") {
    Board board;
    for (std::uint32_t alignment : {0u, 3u, 24u, 0xFFFFFFFFu})
        for (std::uint32_t caps : {P4_CAP(DMA), P4_CAP(CACHE_ALIGNED) | P4_CAP(8BIT), P4_CAP(SIMD)})
            CHECK(board.alloc(caps, 64, alignment) == nowhere);
    CHECK(board.alloc(P4_CAP(DMA), 64, 4096) == l2mem);
    CHECK(board.last % 4096 == 0);
}

TEST_CASE("addresses lead back to their region") {
    Board board;
    CHECK(p4_memory_free(&board.world.heaps, 0) == P4_OK);
    CHECK(p4_memory_free(&board.world.heaps, 0x20000000) == P4_NOT_OWNED);
    CHECK(p4_memory_resize(&board.world.heaps, 0x20000000, 8) == P4_NOT_OWNED);
    CHECK(p4_memory_size_of(&board.world.heaps, 0x20000000) == 0);
    CHECK_FALSE(p4_memory_has(&board.world.heaps, 0x20000000, 0));
    for (auto caps : {P4_CAP(SPIRAM), P4_CAP(INTERNAL), P4_CAP(TCM)}) {
        board.alloc(caps, 100);
        CHECK(p4_memory_has(&board.world.heaps, board.last, caps));
        CHECK(p4_memory_size_of(&board.world.heaps, board.last) == 112);
        CHECK(p4_memory_resize(&board.world.heaps, board.last, 200) == P4_OK);
        CHECK(p4_memory_free(&board.world.heaps, board.last) == P4_OK);
        CHECK(p4_memory_free(&board.world.heaps, board.last) == P4_NOT_OWNED);
    }
}

TEST_CASE("figures are of the regions that have the capabilities") {
    Board board;
    const auto& heaps = board.world.heaps;
    CHECK(p4_memory_total_size(&heaps, P4_CAP(SPIRAM)) == 4 << 20);
    CHECK(p4_memory_total_size(&heaps, P4_CAP(INTERNAL)) == 0x8B900 + 0x2000);
    CHECK(p4_memory_total_size(&heaps, P4_CAP(TCM)) == 0x2000);
    CHECK(p4_memory_total_size(&heaps, 0) == (4 << 20) + 0x8B900 + 0x2000);
    CHECK(p4_memory_total_size(&heaps, P4_CAP(SPIRAM) | P4_CAP(INTERNAL)) == 0);
    CHECK(p4_memory_free_size(&heaps, P4_CAP(TCM)) == 0x2000 - 16);
    CHECK(p4_memory_largest(&heaps, P4_CAP(INTERNAL)) == 0x8B900 - 16);
    CHECK(p4_memory_largest(&heaps, P4_CAP(INVALID)) == 0);
    CHECK(p4_memory_used_blocks(&heaps) == 0);
    board.alloc(P4_CAP(TCM), 1024);
    CHECK(p4_memory_free_size(&heaps, P4_CAP(TCM)) == 0x2000 - 16 - 1024 - 16);
    CHECK(p4_memory_used_blocks(&heaps) == 1);
    std::memset(board.world.at(board.last), 0, 1040);
    CHECK(p4_memory_check(&heaps) == 1);
}

TEST_CASE("no more regions than there is room for") {
    p4_memory memory;
    p4_memory_start(&memory);
    Arena arena(0x1000, 256);
    const std::uint32_t caps[] = {P4_CAP(8BIT), 0, 0};
    CHECK(p4_memory_add(&memory, arena.storage, 0x1000, 16, caps) == P4_NO_MEMORY);
    for (int i = 0; i < P4_MEMORY_REGIONS; ++i)
        CHECK(p4_memory_add(&memory, arena.storage + 64 * i, 0x1000u + 64 * i, 64, caps) == P4_OK);
    CHECK(p4_memory_add(&memory, arena.storage, 0x1000, 64, caps) == P4_NO_MEMORY);
    CHECK(memory.count == P4_MEMORY_REGIONS);
}
