// What kernels do to heaps: writing past the end, before the beginning, after
// free, and anywhere.
#include "tests/firmware/checked_heap.hpp"

using namespace p4jit;
using namespace p4jit::test;

TEST_CASE("any single bit of a header or a link that is flipped is found") {
    std::mt19937 random(7);
    Checked heap(0x48000000, 4096);
    while (heap.alloc(random_size(random, 300), 16) != 0) {
    }
    for (int i = 0; i < 4; ++i) heap.free(heap.pick(random));
    heap.check();

    // A byte of each header: those in front of used blocks and of gaps.
    std::vector<std::uint32_t> headers;
    for (const auto& [address, block] : heap.blocks) headers.push_back(address - unit);
    for (auto [begin, end] : heap.gaps()) headers.push_back(begin);
    for (auto header : headers) {
        for (std::uint32_t bit = 0; bit < 8 * unit; ++bit) {
            CAPTURE(header);
            CAPTURE(bit);
            auto& byte = *heap.arena.at(header + bit / 8);
            byte ^= static_cast<std::uint8_t>(1 << bit % 8);
            CHECK(p4_heap_check(&heap.heap) == P4_DAMAGED);
            byte ^= static_cast<std::uint8_t>(1 << bit % 8);
        }
    }
    heap.check();
}

TEST_CASE("a block whose end was overrun is not freed, and the damage is remembered") {
    for (std::uint8_t fill : {0x00, 0x01, 0xFF, 0x5A}) {
        CAPTURE(fill);
        Checked heap(0x48000000, 4096);
        const auto a = heap.alloc(64, 16);
        const auto b = heap.alloc(64, 16);
        std::memset(heap.arena.at(a), fill, 64 + 8);
        CHECK(p4_heap_free(&heap.heap, a) == P4_DAMAGED);
        CHECK(p4_heap_check(&heap.heap) == P4_DAMAGED);
        CHECK(p4_heap_free(&heap.heap, b) == P4_DAMAGED);
        CHECK(p4_heap_resize(&heap.heap, a, 200) == P4_DAMAGED);
        CHECK(p4_heap_alloc(&heap.heap, 64, 16) != 0); // from the other end, which is sound
    }
}

TEST_CASE("a block whose beginning was overrun is not freed") {
    for (std::uint32_t bytes : {1u, 4u, 8u}) {
        CAPTURE(bytes);
        Checked heap(0x48000000, 4096);
        heap.alloc(64, 16);
        const auto block = heap.alloc(64, 16);
        std::memset(heap.arena.at(block - bytes), 0x11, bytes);
        CHECK(p4_heap_check(&heap.heap) == P4_DAMAGED);
        if (bytes < 8) CHECK(p4_heap_free(&heap.heap, block) == P4_DAMAGED);
        if (bytes == 8) CHECK(p4_heap_free(&heap.heap, block) == P4_NOT_OWNED); // nothing looks like a block any more
    }
}

TEST_CASE("figures and lists that do not agree with the blocks are damage") {
    const auto finds = [](auto&& harm) {
        Checked heap(0x48000000, 4096);
        const auto hole = heap.alloc(64, 16);
        heap.alloc(64, 16);
        heap.free(hole);
        heap.check();
        harm(heap.heap);
        return p4_heap_check(&heap.heap) == P4_DAMAGED;
    };
    CHECK(finds([](p4_heap& heap) { heap.free_bytes += 16; }));
    CHECK(finds([](p4_heap& heap) { heap.free_blocks += 1; }));
    CHECK(finds([](p4_heap& heap) { heap.free_blocks -= 1; }));
    CHECK(finds([](p4_heap& heap) { heap.used_blocks += 1; }));
    CHECK(finds([](p4_heap& heap) { heap.damaged = true; }));
    CHECK(finds([](p4_heap& heap) { heap.rows ^= 1; }));
    CHECK(finds([](p4_heap& heap) { heap.rows ^= 1u << 19; }));
    CHECK(finds([](p4_heap& heap) { heap.columns[0] ^= 16; }));
    CHECK(finds([](p4_heap& heap) { heap.lists[0][4] = 0xFFFFFFFF; }));
    CHECK(finds([](p4_heap& heap) { std::swap(heap.lists[0][4], heap.lists[0][5]); }));
    CHECK(finds([](p4_heap& heap) {
        heap.lists[0][4] = 0xFFFFFFFF; // consistently empty, but the block is there
        heap.columns[0] = 0;
        heap.rows &= ~1u;
    }));
}

TEST_CASE("writing after free is found, and stops the list it broke") {
    Checked heap(0x48000000, 4096);
    const auto a = heap.alloc(64, 16);
    heap.alloc(64, 16);
    heap.free(a);
    std::memset(heap.arena.at(a - 8), 0x11, 8); // the links, just below the payload
    CHECK(p4_heap_check(&heap.heap) == P4_DAMAGED);
    CHECK(p4_heap_alloc(&heap.heap, 64, 16) == 0);
    CHECK(heap.heap.damaged);
    CHECK(p4_heap_alloc(&heap.heap, 128, 16) != 0);
}

TEST_CASE("a heap written over at random refuses or works, but stays inside its bytes and ends") {
    for (unsigned seed = 1; seed <= 400; ++seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        Checked heap(0x48000000, 2048 + 16 * (seed % 7));
        std::vector<std::uint32_t> known;
        for (int i = 0; i < 12; ++i) known.push_back(heap.alloc(random_size(random, 200), 16));
        for (int round = 0; round < 120; ++round) {
            auto* bytes = heap.arena.storage;
            if (random() % 3 == 0) {
                // Whole words, often plausible ones: offsets and sizes.
                const auto word = random() % 2 ? unit * (random() % 128) + random() % 2 : random();
                store_le<std::uint32_t>(bytes + 4 * (random() % (heap.heap.size / 4)),
                                        static_cast<std::uint32_t>(word));
            }
            const auto address = known[random() % known.size()];
            switch (random() % 4) {
            case 0: p4_heap_free(&heap.heap, address); break;
            case 1: p4_heap_resize(&heap.heap, address, random_size(random, 400)); break;
            case 2: p4_heap_check(&heap.heap); break;
            default: {
                const auto fresh = p4_heap_alloc(&heap.heap, random_size(random, 200), 1u << random() % 9);
                CHECK((fresh == 0 || p4_heap_spans(&heap.heap, fresh)));
                if (fresh != 0) known.push_back(fresh);
            }
            }
            p4_heap_largest(&heap.heap);
        }
    }
}
