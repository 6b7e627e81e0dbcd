#include "tests/firmware/checked_heap.hpp"

using namespace p4jit;
using namespace p4jit::test;

TEST_CASE("a fresh heap is one free block, and all of it can be had") {
    Checked heap(0x48000000, 65536);
    heap.check();
    const auto all = p4_heap_largest(&heap.heap);
    CHECK(all == 65536 - unit);
    CHECK(heap.alloc(all, 1) == 0x48000000 + unit);
    heap.check();
    CHECK(p4_heap_largest(&heap.heap) == 0);
    CHECK(heap.alloc(1, 1) == 0);
    heap.free(0x48000000 + unit);
    heap.check();
    CHECK(p4_heap_largest(&heap.heap) == all);
}

TEST_CASE("regions too small or too large are refused, and then give nothing") {
    Arena arena(0x1000, 64);
    p4_heap heap;
    for (std::uint32_t size : {0u, 15u, 16u, 31u, P4_HEAP_LIMIT + 16, 0xFFFFFFFFu}) {
        CHECK(p4_heap_start(&heap, arena.storage, 0x1000, size) == P4_NO_MEMORY);
        CHECK(p4_heap_alloc(&heap, 1, 1) == 0);
        CHECK(p4_heap_free(&heap, 0x1010) == P4_NOT_OWNED);
        CHECK(p4_heap_largest(&heap) == 0);
        CHECK(p4_heap_check(&heap) == P4_OK);
    }
    CHECK(p4_heap_start(&heap, arena.storage, 0x1000, 47) == P4_OK); // rounded down to 32
    CHECK(p4_heap_alloc(&heap, 16, 16) == 0x1010);
    CHECK(p4_heap_alloc(&heap, 1, 1) == 0);
}

TEST_CASE("senseless requests are refused") {
    Checked heap(0x48000000, 4096);
    CHECK(p4_heap_alloc(&heap.heap, 0, 16) == 0);
    CHECK(p4_heap_alloc(&heap.heap, 1, 0) == 0);
    CHECK(p4_heap_alloc(&heap.heap, 1, 3) == 0);
    CHECK(p4_heap_alloc(&heap.heap, 1, 48) == 0);
    CHECK(p4_heap_alloc(&heap.heap, 4096, 16) == 0);
    CHECK(p4_heap_alloc(&heap.heap, 0xFFFFFFFF, 16) == 0);
    CHECK(p4_heap_alloc(&heap.heap, 0xFFFFFFF0, 0x80000000) == 0);
    CHECK(p4_heap_alloc(&heap.heap, 1, 0x80000000) == 0);
    heap.check();
}

TEST_CASE("what is no block cannot be freed or resized, and nothing happens") {
    Checked heap(0x48000000, 4096);
    const auto block = heap.alloc(100, 16);
    for (std::uint32_t wrong : {0u, block - 1, block + 1, block + 16, block - 16, 0x48000000u, 0x48001000u, 0x48000FF0u,
                                0xFFFFFFFFu, 0x47FFFFF0u}) {
        CAPTURE(wrong);
        CHECK(p4_heap_free(&heap.heap, wrong) == P4_NOT_OWNED);
        CHECK(p4_heap_resize(&heap.heap, wrong, 8) == P4_NOT_OWNED);
        CHECK(p4_heap_size_of(&heap.heap, wrong) == 0);
    }
    heap.check();
    heap.free(block);
    CHECK(p4_heap_free(&heap.heap, block) == P4_NOT_OWNED);
    heap.check();
}

TEST_CASE("a block is resized to nothing or beyond the heap by nobody") {
    Checked heap(0x48000000, 4096);
    const auto block = heap.alloc(100, 16);
    for (std::uint32_t size : {0u, 4096u, 0xFFFFFFF0u, 0xFFFFFFFFu})
        CHECK(p4_heap_resize(&heap.heap, block, size) == P4_NO_MEMORY);
    heap.resize(block, 4096 - 16);
    heap.check();
    heap.resize(block, 1);
    heap.check();
}

TEST_CASE("freeing twice is found out also after the block was joined with its neighbours") {
    Checked heap(0x48000000, 4096);
    const auto a = heap.alloc(64, 16), b = heap.alloc(64, 16), c = heap.alloc(64, 16);
    heap.free(a);
    heap.free(c);
    heap.free(b);
    for (auto block : {a, b, c}) CHECK(p4_heap_free(&heap.heap, block) == P4_NOT_OWNED);
    heap.check();
}

TEST_CASE("blocks of every size can be had, freed and had again") {
    Checked heap(0x48000000, 1 << 20);
    for (std::uint32_t size = 1; size < (1 << 20) - 4 * unit; size += 1 + size / 50) {
        CAPTURE(size);
        const auto block = heap.alloc(size, 16);
        const auto guard = heap.alloc(1, 16); // keeps the hole apart from the rest
        REQUIRE(block != 0);
        REQUIRE(guard != 0);
        heap.free(block);
        const auto again = heap.alloc(size, 16);
        REQUIRE(again != 0);
        heap.check();
        heap.free(guard);
        heap.free(again);
    }
    CHECK(heap.heap.free_blocks == 1);
}

TEST_CASE("random allocations, frees and resizes agree with a model, up to exhaustion") {
    for (unsigned seed = 1; seed <= 12; ++seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        Checked heap(seed % 3 ? 0x48000000 : 0x4FF14710, seed % 2 ? 8192 : 65536 + 16 * (random() % 100));
        unsigned appetite = 50;
        for (int round = 0; round < 3000; ++round) {
            if (round % 500 == 0) appetite = 30 + random() % 60;
            const auto dice = random() % 100;
            if (heap.blocks.empty() || dice < appetite) {
                heap.alloc(random_size(random, heap.heap.size / 4), 1u << random() % 12);
            } else if (dice % 4 == 0) {
                heap.resize(heap.pick(random), random_size(random, heap.heap.size / 8));
            } else {
                heap.free(heap.pick(random));
            }
            heap.check();
        }
        while (!heap.blocks.empty()) heap.free(heap.pick(random));
        heap.check();
        CHECK(heap.heap.free_blocks == 1);
        CHECK(heap.heap.free_bytes == heap.heap.size - unit);
    }
}

TEST_CASE("the largest heap works up to its last byte") {
    const auto size = P4_HEAP_LIMIT;
    Checked heap(0x48000000, size);
    CHECK(p4_heap_largest(&heap.heap) == size - unit);
    const auto half = p4_heap_alloc(&heap.heap, size / 2, 16);
    const auto rest = p4_heap_alloc(&heap.heap, size / 2 - 2 * unit, 16);
    CHECK(half != 0);
    CHECK(rest != 0);
    CHECK(p4_heap_alloc(&heap.heap, 1, 1) == 0);
    CHECK(p4_heap_free(&heap.heap, half) == P4_OK);
    CHECK(p4_heap_free(&heap.heap, rest) == P4_OK);
    CHECK(p4_heap_check(&heap.heap) == P4_OK);
}
