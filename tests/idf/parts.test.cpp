// The component's small parts: caches, cycles, stack, heaps, what kernels print.
#include "firmware/core/p4_world.h"
#include "tests/idf/fake_idf.hpp"

#include <doctest/doctest.h>

#include <cstring>

#include <esp_cache.h>

extern "C" {
#include "firmware/idf/p4jit/cache.h"
#include "firmware/idf/p4jit/console.h"
#include "firmware/idf/p4jit/cycles.h"
#include "firmware/idf/p4jit/doorbell.h"
#include "firmware/idf/p4jit/heap.h"
#include "firmware/idf/p4jit/kernel.h"
#include "firmware/idf/p4jit/stack.h"

struct _reent;
ssize_t __wrap__write_r(struct _reent*, int, const void*, size_t);
}

using namespace p4jit;
using p4jit::test::FakeIdf;

namespace {

constexpr int write_back = ESP_CACHE_MSYNC_FLAG_DIR_C2M | ESP_CACHE_MSYNC_FLAG_TYPE_DATA;
constexpr int fetch_anew = ESP_CACHE_MSYNC_FLAG_DIR_M2C | ESP_CACHE_MSYNC_FLAG_TYPE_INST;

using Syncs = std::vector<FakeIdf::Sync>;

Syncs synced(std::uint32_t address, std::uint32_t size) {
    FakeIdf idf;
    CHECK(p4jit_cache_sync(nullptr, address, size));
    return idf.syncs;
}

/// A kernel that prints, in a session that wants it.
struct Printing : FakeIdf {
    Printing() {
        REQUIRE(p4jit_kernel_start() == ESP_OK);
        p4jit_doorbell_open();
        p4jit_console_route(nullptr, true);
        current = kernel_task;
    }
    ~Printing() { p4jit_console_route(nullptr, false); }

    void print(std::string_view text, int file = 1) {
        CHECK(__wrap__write_r(nullptr, file, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    }
    static std::string take(std::uint32_t room = 5000) {
        std::string text(room, '\0');
        text.resize(p4jit_console_take(nullptr, reinterpret_cast<std::uint8_t*>(text.data()), room));
        return text;
    }
};

} // namespace

TEST_CASE("a range is written back and fetched anew in whole cache lines") {
    CHECK(synced(0x48000080, 128) == Syncs{{0x48000080, 128, write_back}, {0x48000080, 128, fetch_anew}});
    CHECK(synced(0x48000081, 1) == Syncs{{0x48000080, 128, write_back}, {0x48000080, 128, fetch_anew}});
    CHECK(synced(0x480000FF, 2) == Syncs{{0x48000080, 256, write_back}, {0x48000080, 256, fetch_anew}});
    CHECK(synced(0x4FF40000, 129) == Syncs{{0x4FF40000, 256, write_back}, {0x4FF40000, 256, fetch_anew}});
}

TEST_CASE("an empty range is in step already, and memory without a cache has none") {
    CHECK(synced(0x48000081, 0).empty());
    FakeIdf idf;
    CHECK_FALSE(p4jit_cache_sync(nullptr, 0x30100000, 64));
    CHECK(idf.syncs.empty());
}

TEST_CASE("a long range goes in pieces that cover it without gaps, each written back first") {
    const auto syncs = synced(0x48000010, 100'000);
    REQUIRE(syncs.size() == 8);
    std::uint32_t at = 0x48000000;
    for (std::size_t i = 0; i < syncs.size(); i += 2) {
        CHECK(syncs[i].address == at);
        CHECK(syncs[i].flags == write_back);
        CHECK(syncs[i + 1] == FakeIdf::Sync{syncs[i].address, syncs[i].size, fetch_anew});
        at += static_cast<std::uint32_t>(syncs[i].size);
    }
    CHECK(at == 0x48000010 + 100'000 + 80); // up to the line's end
}

TEST_CASE("cycles go on where the counter wraps, whatever the clock rounds") {
    CHECK(p4jit_cycles(100, 350, 0, 360) == 250);
    CHECK(p4jit_cycles(0xFFFFFF00, 0x100, 1, 360) == 0x200);
    const std::uint64_t minute = 60'000'000ULL * 360;
    for (const std::int64_t error : {-1000, -1, 0, 1, 1000})
        CHECK(p4jit_cycles(7, static_cast<std::uint32_t>(7 + minute), static_cast<std::uint64_t>(60'000'000 + error),
                           360) == minute);
    CHECK(p4jit_cycles(0, 0xFFFFFFFF, 0xFFFFFFFFULL / 360, 360) == 0xFFFFFFFF);
}

TEST_CASE("the stack tells how deep it was used, and what is on it") {
    FakeIdf idf;
    p4jit_stack stack;
    REQUIRE(p4jit_stack_make(&stack));
    CHECK(stack.high - stack.low == CONFIG_P4JIT_KERNEL_STACK);
    CHECK(stack.low % 16 == 0);

    const auto sp = stack.high - 512;
    p4jit_stack_paint(&stack, sp);
    CHECK(p4jit_stack_used(&stack, sp) == 0);
    auto* words = reinterpret_cast<std::uint32_t*>(static_cast<std::uintptr_t>(sp - 64));
    words[0] = 1;
    CHECK(p4jit_stack_used(&stack, sp) == 64);

    p4_fault fault{};
    p4jit_stack_copy(&stack, &fault, sp - 64);
    CHECK(fault.stack_low == stack.low);
    CHECK(fault.stack_high == stack.high);
    CHECK(fault.count == std::min<std::uint32_t>(P4_V2_LIMIT_STACK_WORDS, (512 + 64) / 4));
    CHECK(fault.words[0] == 1);
    // FreeRTOS's registers at the low end are no use of it.
    reinterpret_cast<std::uint32_t*>(static_cast<std::uintptr_t>(stack.low))[100] = 1;
    CHECK(p4jit_stack_used(&stack, sp) == 64);
    p4jit_stack_copy(&stack, &fault, stack.low - 4096); // overflowed
    CHECK(fault.count == P4_V2_LIMIT_STACK_WORDS);
    p4jit_stack_copy(&stack, &fault, 0x1000); // anywhere
    CHECK(fault.count == 0);
    p4jit_stack_copy(&stack, &fault, stack.high - 2); // not a stack pointer
    CHECK(fault.count == 0);
}

TEST_CASE("heaps are told as ESP-IDF counts them") {
    FakeIdf idf;
    const auto sizes = p4jit_heap_sizes(nullptr);
    CHECK(sizes.total_spiram == 32 << 20);
    CHECK(sizes.free_internal == 300 << 10);
    const auto health = p4jit_heap_check(nullptr);
    CHECK(health.damaged == 0);
    CHECK(health.blocks == 42);
    CHECK(health.largest_internal == 200 << 10);
    const auto block = p4jit_heap_allocate(nullptr, 100, P4_CAP(SPIRAM), 128);
    CHECK(block != 0);
    CHECK(block % 128 == 0);
    p4jit_heap_release(nullptr, block);
}

TEST_CASE("what a kernel prints goes to the host line by line, what others print does not") {
    Printing board;
    board.print("half a line");
    CHECK_FALSE(p4jit_console_waits());
    board.print(", the rest\n");
    CHECK(p4jit_console_waits());
    CHECK(board.rings == 1);
    CHECK(board.take() == "half a line, the rest\n");
    CHECK_FALSE(p4jit_console_waits());
    board.print("to stderr\n", 2);
    CHECK(board.take() == "to stderr\n");

    board.print("to a file\n", 7);
    board.current = nullptr;
    board.print("of another task\n");
    CHECK(board.take().empty());
    CHECK(board.own_console == "to a file\nof another task\n");
    board.current = board.kernel_task;
    p4jit_console_route(nullptr, false);
    board.print("nobody wants it\n");
    CHECK(board.own_console.ends_with("nobody wants it\n"));
}

TEST_CASE("a kernel that prints faster than the host reads waits, and loses nothing") {
    Printing board;
    std::string printed, taken;
    board.meanwhile = [&] { return taken += Printing::take(100), true; };
    for (int i = 0; i < 3000; ++i) {
        const auto line = "line " + std::to_string(i) + "\n";
        board.print(line);
        printed += line;
    }
    taken += Printing::take();
    CHECK(taken == printed);
}
