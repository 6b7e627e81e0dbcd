// A heap beside a model of it: which blocks are in use, and with what bytes.
// Every operation is compared with what the model allows.
#pragma once

#include "tests/firmware/fake_world.hpp"

#include <bit>
#include <map>

namespace p4jit::test {

inline constexpr std::uint32_t unit = P4_HEAP_UNIT;

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
        for (auto [begin, end] : gaps()) REQUIRE(is_listed(begin, end - begin - unit));
    }

    /// Is the free block in the list where p4_heap.c says it is?
    bool is_listed(std::uint32_t block, std::uint32_t size) const {
        const auto units = size / unit;
        auto row = 0u, column = units;
        if (units >= 16) {
            row = static_cast<unsigned>(std::bit_width(units)) - 4;
            column = (units >> (row - 1)) % 16; // the four bits below the highest
        }
        if (!(heap.rows >> row & 1) || !(heap.columns[row] >> column & 1)) return false;
        auto offset = heap.lists[row][column];
        for (; offset != 0xFFFFFFFF; offset = load_le<std::uint32_t>(heap.bytes + offset + 8)) // header.next
            if (heap.address + offset == block) return true;
        return false;
    }

    Arena arena;
    p4_heap heap;
    std::map<std::uint32_t, Block> blocks;
    unsigned fills = 0;
};

inline std::uint32_t random_size(std::mt19937& random, std::uint32_t most) {
    switch (random() % 4) {
    case 0: return 1 + random() % 64;
    case 1: return 1 + random() % 1024;
    case 2: return unit * (1 + random() % 64);
    default: return 1 + random() % most;
    }
}

} // namespace p4jit::test
