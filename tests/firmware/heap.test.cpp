#include "tests/firmware/fake_world.hpp"

#include <map>
#include <optional>

using namespace p4jit;
using namespace p4jit::test;

namespace {

constexpr std::uint32_t unit = P4_HEAP_UNIT;

/// A heap, and what must be in it: used blocks by address, with their bytes.
struct Checked {
    struct Block {
        std::uint32_t size; // usable
        std::uint8_t fill;
    };

    Checked(std::uint32_t base, std::uint32_t size) : arena(base, size) {
        REQUIRE(p4_heap_start(&heap, arena.storage, base, size) == P4_OK);
    }

    /// The free stretches between used blocks, as [begin of header, end).
    std::vector<std::pair<std::uint32_t, std::uint32_t>> gaps() const {
        std::vector<std::pair<std::uint32_t, std::uint32_t>> found;
        std::uint32_t at = heap.address;
        for (const auto& [address, block] : blocks) {
            if (address - unit > at) found.emplace_back(at, address - unit);
            at = address + block.size;
        }
        if (at < heap.address + heap.size) found.emplace_back(at, heap.address + heap.size);
        return found;
    }

    /// Where a block could go, by trying every multiple of the alignment.
    bool could_hold(std::uint32_t size, std::uint32_t alignment) const {
        alignment = std::max(alignment, unit);
        for (auto [begin, end] : gaps()) {
            const std::uint64_t first = begin + unit;
            for (auto at = align_up<std::uint64_t>(first, alignment); at + size <= end; at += alignment)
                if (at == first || at - first >= 2 * unit) return true;
        }
        return false;
    }

    std::uint32_t alloc(std::uint32_t size, std::uint32_t alignment) {
        const auto address = p4_heap_alloc(&heap, size, alignment);
        if (address == 0) {
            CHECK_FALSE(could_hold(size, alignment));
            return 0;
        }
        REQUIRE(address % alignment == 0);
        REQUIRE(address % unit == 0);
        const auto usable = p4_heap_size_of(&heap, address);
        REQUIRE(usable >= size);
        REQUIRE(usable < align_up(size, unit) + 2 * unit);
        bool inside = false;
        for (auto [begin, end] : gaps()) inside |= address >= begin + unit && address + usable <= end;
        REQUIRE(inside);
        remember(address, usable);
        return address;
    }

    void remember(std::uint32_t address, std::uint32_t size) {
        const auto fill = static_cast<std::uint8_t>(++fills);
        blocks[address] = {size, fill};
        std::memset(arena.at(address), fill, size);
    }

    bool is_intact(std::uint32_t address) {
        const auto [size, fill] = blocks.at(address);
        const auto* bytes = arena.at(address);
        return std::all_of(bytes, bytes + size, [fill = fill](auto byte) { return byte == fill; });
    }

    void free(std::uint32_t address) {
        REQUIRE(is_intact(address));
        REQUIRE(p4_heap_free(&heap, address) == P4_OK);
        blocks.erase(address);
    }

    void resize(std::uint32_t address, std::uint32_t size) {
        const auto old = blocks.at(address);
        const auto status = p4_heap_resize(&heap, address, size);
        if (status == P4_NO_MEMORY) {
            const auto end = address + old.size;
            for (auto [begin, stop] : gaps()) CHECK((begin != end || stop - address < size));
            return;
        }
        REQUIRE(status == P4_OK);
        const auto usable = p4_heap_size_of(&heap, address);
        REQUIRE(usable >= size);
        const auto* bytes = arena.at(address);
        REQUIRE(std::all_of(bytes, bytes + std::min(old.size, size), [&](auto byte) { return byte == old.fill; }));
        remember(address, usable);
    }

    std::uint32_t pick(std::mt19937& random) const {
        return std::next(blocks.begin(), static_cast<std::ptrdiff_t>(random() % blocks.size()))->first;
    }

    void check() const {
        REQUIRE(p4_heap_check(&heap) == P4_OK);
        REQUIRE(heap.used_blocks == blocks.size());
        std::uint32_t largest = 0, free = 0;
        for (auto [begin, end] : gaps()) {
            largest = std::max(largest, end - begin - unit);
            free += end - begin - unit;
        }
        REQUIRE(p4_heap_largest(&heap) == largest);
        REQUIRE(heap.free_bytes == free);
    }

    Arena arena;
    p4_heap heap;
    std::map<std::uint32_t, Block> blocks;
    unsigned fills = 0;
};

std::uint32_t random_size(std::mt19937& random, std::uint32_t most) {
    switch (random() % 4) {
    case 0: return 1 + random() % 64;
    case 1: return 1 + random() % 1024;
    case 2: return unit * (1 + random() % 64);
    default: return 1 + random() % most;
    }
}

} // namespace

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
