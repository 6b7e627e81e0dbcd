#include "tests/firmware/fake_world.hpp"

using namespace p4jit;
using namespace p4jit::test;

namespace {

const std::uint32_t psram_8bit = P4_CAP(SPIRAM) | P4_CAP(8BIT);

p4_outcome returns_nothing(std::uint32_t, std::uint32_t& result) {
    result = 0;
    return P4_RETURNED;
}

} // namespace

TEST_CASE("the recorded examples of the original come out byte for byte") {
    Device device;
    auto& world = device.world;
    world.kernel = returns_nothing;
    world.forced_addresses = {0x48210AE0, 0x48210D40, 0};
    world.forced_sizes.reset(new p4_heap_sizes{0x01DEF540, 0x02000000, 0x0005DC3F, 0x000714F7});

    CHECK(device.play(hex("a5 5a 01 00 04 00 00 00 ca fe ba be 44 04")) ==
          hex("a5 5a 01 01 04 00 00 00 ca fe ba be 45 04"));
    CHECK(device.play(hex("a5 5a 10 00 0c 00 00 00 40 02 00 00 04 04 00 00 10 00 00 00 75 01")) ==
          hex("a5 5a 10 01 08 00 00 00 e0 0a 21 48 00 00 00 00 6b 02"));
    CHECK(device.alloc(128) == 0x48210D40);
    CHECK(device.play(hex("a5 5a 10 00 0c 00 00 00 40 02 00 00 04 04 00 00 10 00 00 00 75 01")) ==
          hex("a5 5a 10 01 08 00 00 00 00 00 00 00 03 00 00 00 1b 01"));
    CHECK(device.play(hex("a5 5a 20 00 08 00 00 00 40 0d 21 48 01 02 03 04 e7 01")) ==
          hex("a5 5a 20 01 08 00 00 00 04 00 00 00 00 00 00 00 2c 01"));
    CHECK(Bytes(world.at(0x48210D40), world.at(0x48210D40) + 4) == Bytes{1, 2, 3, 4});

    store_le<std::uint32_t>(world.at(0x48210DBC), 30);
    CHECK(device.play(hex("a5 5a 21 00 08 00 00 00 bc 0d 21 48 04 00 00 00 5e 02")) ==
          hex("a5 5a 21 01 04 00 00 00 1e 00 00 00 43 01"));
    CHECK(device.play(hex("a5 5a 30 00 04 00 00 00 e0 0a 21 48 86 02")) ==
          hex("a5 5a 30 01 04 00 00 00 00 00 00 00 34 01"));
    CHECK(device.play(hex("a5 5a 11 00 04 00 00 00 e0 0a 21 48 67 02")) ==
          hex("a5 5a 11 01 04 00 00 00 00 00 00 00 15 01"));
    CHECK(device.play(hex("a5 5a 40 00 00 00 00 00 3f 01")) ==
          hex("a5 5a 40 01 10 00 00 00 40 f5 de 01 00 00 00 02 3f dc 05 00 f7 14 07 00 98 05"));
    CHECK(device.play(hex("a5 5a 01 00 04 00 00 00 ca fe ba be 45 04")) ==
          hex("a5 5a 01 02 04 00 00 00 01 00 00 00 07 01"));
    CHECK(device.play(hex("a5 5a 7f 00 00 00 00 00 7e 01")) == hex("a5 5a 7f 02 04 00 00 00 02 00 00 00 86 01"));
}

TEST_CASE("PING echoes any payload, also none and the longest") {
    Device device;
    CHECK(device.play(frame(P4_V1_PING)) == frame(P4_V1_PING, {}, P4_V1_FLAG_OK));
    Bytes longest(P4_V1_LIMIT_PAYLOAD);
    for (std::size_t i = 0; i < longest.size(); ++i) longest[i] = static_cast<std::uint8_t>(i * 7 + i / 256);
    CHECK(device.play(frame(P4_V1_PING, longest)) == frame(P4_V1_PING, longest, P4_V1_FLAG_OK));
}

TEST_CASE("request flags are not looked at") {
    Device device;
    CHECK(device.play(frame(P4_V1_PING, {}, 0xFF)) == frame(P4_V1_PING, {}, P4_V1_FLAG_OK));
}

TEST_CASE("every command with too short a payload, and every id without a command, is an unknown command") {
    Device device;
    struct Row {
        int id;
        std::uint32_t size;
    };
    const Row rows[] = {
#define V1_COMMAND(NAME, id, request_size, ...) {id, request_size},
#include "spec/protocol/v1.def"
    };
    std::set<int> known;
    for (const auto& row : rows) {
        known.insert(row.id);
        for (std::uint32_t size = 0; size < row.size; ++size) {
            CAPTURE(row.id);
            CAPTURE(size);
            CHECK(device.play(frame(row.id, Bytes(size))) == error(row.id, P4_V1_ERROR_UNKNOWN_COMMAND));
        }
    }
    CHECK(known.size() == 8);
    for (int id = 0; id < 256; ++id)
        if (!known.count(id)) CHECK(device.play(frame(id)) == error(id, P4_V1_ERROR_UNKNOWN_COMMAND));
}

TEST_CASE("payload bytes beyond what a command needs are ignored") {
    Device device;
    device.world.kernel = returns_nothing;
    const auto block = device.alloc(64);
    CHECK(device.play(request(P4_V1_READ_MEM, {block, 0, 99})) == answer(P4_V1_READ_MEM));
    CHECK(device.play(request(P4_V1_EXEC, {block, 1, 2, 3})) == answer(P4_V1_EXEC, {0}));
    CHECK(device.play(request(P4_V1_FREE, {block, 7})) == answer(P4_V1_FREE, {0}));
    CHECK(answers_in(device.play(request(P4_V1_HEAP_INFO, {1})))[0].payload.size() == 16);
    CHECK(answers_in(device.play(request(P4_V1_ALLOC, {8, psram_8bit, 16, 5})))[0].payload.size() == 8);
}

TEST_CASE("ALLOC gives whole cache lines at the alignment that was asked for") {
    Device device;
    std::uint32_t last_end = 0;
    for (std::uint32_t alignment : {1u, 2u, 16u, 128u, 256u, 4096u, 65536u}) {
        const auto address = device.alloc(100, psram_8bit, alignment);
        CHECK(address % std::max(alignment, 128u) == 0);
        CHECK(p4_memory_size_of(&device.world.heaps, address) >= 128);
        CHECK(address / 128 != last_end / 128);
        last_end = address + 99;
    }
}

TEST_CASE("ALLOC that cannot be is an answer with status 3") {
    Device device;
    const auto no = answer(P4_V1_ALLOC, {0, P4_V1_ERROR_ALLOC_FAIL});
    const auto alloc = [&](std::uint32_t size, std::uint32_t caps, std::uint32_t alignment) {
        return device.play(request(P4_V1_ALLOC, {size, caps, alignment}));
    };
    const auto blocks = device.world.allocated;
    CHECK(alloc(0, psram_8bit, 16) == no);
    CHECK(alloc(16, 0, 16) == no);
    CHECK(alloc(16, psram_8bit, 0) == no);
    CHECK(alloc(16, psram_8bit, 24) == no);
    CHECK(alloc(16, psram_8bit, 0xFFFFFFFF) == no);
    CHECK(alloc(16, P4_CAP(SPIRAM) | P4_CAP(EXEC), 16) == no);
    CHECK(alloc(16, P4_CAP(INVALID), 16) == no);
    CHECK(alloc(16, P4_CAP(RTCRAM), 16) == no);
    CHECK(alloc(0xFFFFFFFF, psram_8bit, 16) == no);
    CHECK(alloc(0xFFFFFF80, psram_8bit, 16) == no);
    CHECK(alloc(16, psram_8bit, 0x80000000) == no);
    CHECK(alloc(4 << 20, psram_8bit, 16) == no);
    CHECK(device.world.allocated == blocks);
}

TEST_CASE("ALLOC fails and leaks nothing when the table of blocks cannot grow") {
    Device device;
    for (std::uint32_t i = 0; i < device.core.blocks.room; ++i) REQUIRE(device.alloc(1) != 0);
    REQUIRE(device.core.blocks.count == 512);
    // The host's own block succeeds, the table's does not.
    device.world.forced_addresses = {0x48300000, 0, 0};
    const auto before = device.world.allocated;
    CHECK(device.alloc(1) == 0);
    CHECK(device.world.allocated == before);
    CHECK(device.alloc(1) != 0);
    CHECK(device.core.blocks.room == 1024);
}

TEST_CASE("a block that overlaps another one is refused and not given back") {
    Device device;
    const auto block = device.alloc(256);
    device.world.forced_addresses = {block + 128};
    CHECK(device.alloc(128) == 0);
    CHECK(device.world.allocated.count(block + 128) == 1);
    CHECK(device.play(request(P4_V1_FREE, {block + 128})) == error(P4_V1_FREE, P4_V1_ERROR_NOT_OWNED));
}

TEST_CASE("FREE takes address 0 and the beginnings of blocks, once, and nothing else") {
    Device device;
    const auto block = device.alloc(576);
    const auto refused = error(P4_V1_FREE, P4_V1_ERROR_NOT_OWNED);
    CHECK(device.play(request(P4_V1_FREE, {0})) == answer(P4_V1_FREE, {0}));
    for (std::uint32_t wrong : {block + 1, block + 16, block - 16, 4u, 0xFFFFFFFFu, 0x48000010u})
        CHECK(device.play(request(P4_V1_FREE, {wrong})) == refused);
    CHECK(device.play(request(P4_V1_FREE, {block})) == answer(P4_V1_FREE, {0}));
    CHECK(device.play(request(P4_V1_FREE, {block})) == refused);
}

TEST_CASE("the firmware's own buffers are not the host's") {
    Device device;
    const auto own = device.world.allocated;
    REQUIRE(own.size() == 2);
    for (auto address : own) {
        CHECK(device.play(request(P4_V1_READ_MEM, {address, 4})) == error(P4_V1_READ_MEM, P4_V1_ERROR_NOT_OWNED));
        CHECK(device.play(request(P4_V1_FREE, {address})) == error(P4_V1_FREE, P4_V1_ERROR_NOT_OWNED));
    }
}

TEST_CASE("WRITE_MEM stays inside one block") {
    Device device;
    const auto block = device.alloc(256);
    const auto neighbour = device.alloc(256);
    const auto write = [&](std::uint32_t address, std::size_t size) {
        return device.play(frame(P4_V1_WRITE_MEM, words({address}) + Bytes(size, 0xAB)));
    };
    const auto refused = error(P4_V1_WRITE_MEM, P4_V1_ERROR_NOT_OWNED);
    CHECK(write(block, 256) == answer(P4_V1_WRITE_MEM, {256, 0}));
    CHECK(write(block + 255, 1) == answer(P4_V1_WRITE_MEM, {1, 0}));
    CHECK(write(block, 0) == answer(P4_V1_WRITE_MEM, {0, 0}));
    CHECK(write(block + 256, 0) == answer(P4_V1_WRITE_MEM, {0, 0}));
    CHECK(write(block, 257) == refused);
    CHECK(write(block + 256, 1) == refused);
    CHECK(write(block + 257, 0) == refused);
    CHECK(write(block - 1, 1) == refused);
    CHECK(write(block, neighbour - block + 1) == refused);
    CHECK(write(0, 0) == refused);
    CHECK(write(0xFFFFFFFF, 4) == refused);
    device.play(request(P4_V1_FREE, {block}));
    CHECK(write(block, 4) == refused);
}

TEST_CASE("WRITE_MEM takes the longest payload and not a byte more") {
    Device device;
    const auto block = device.alloc(2 << 20);
    REQUIRE(block != 0);
    Bytes data(P4_V1_LIMIT_PAYLOAD - 4);
    for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::uint8_t>(i ^ i / 256);
    const auto size = static_cast<std::uint32_t>(data.size());
    CHECK(device.play(frame(P4_V1_WRITE_MEM, words({block}) + data)) == answer(P4_V1_WRITE_MEM, {size, 0}));
    CHECK(std::equal(data.begin(), data.end(), device.world.at(block)));
    data.push_back(0);
    CHECK(device.play(frame(P4_V1_WRITE_MEM, words({block}) + data)) == error(P4_V1_WRITE_MEM, P4_V1_ERROR_TOO_LONG));
}

TEST_CASE("every write is synchronised, and memory without a cache says so") {
    Device device;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> synced;
    device.world.on_sync = [&](std::uint32_t address, std::uint32_t size) { synced.emplace_back(address, size); };
    const auto psram = device.alloc(64);
    const auto tcm = device.alloc(64, P4_CAP(TCM));
    CHECK(device.play(request(P4_V1_WRITE_MEM, {psram + 8, 1, 2})) ==
          answer(P4_V1_WRITE_MEM, {8, P4_V1_STATUS_SYNCED}));
    CHECK(device.play(request(P4_V1_WRITE_MEM, {tcm, 1})) == answer(P4_V1_WRITE_MEM, {4, P4_V1_STATUS_NOT_SYNCED}));
    CHECK(synced == std::vector<std::pair<std::uint32_t, std::uint32_t>>{{psram + 8, 8}, {tcm, 4}});
    CHECK(*device.world.at(tcm) == 1);
}

TEST_CASE("READ_MEM stays inside one block and inside the longest answer") {
    Device device;
    const auto block = device.alloc(2 << 20);
    for (std::uint32_t i = 0; i < 4096; ++i) *device.world.at(block + i) = static_cast<std::uint8_t>(i % 251);
    const auto read = [&](std::uint32_t address, std::uint32_t size) {
        return device.play(request(P4_V1_READ_MEM, {address, size}));
    };
    const auto refused = error(P4_V1_READ_MEM, P4_V1_ERROR_NOT_OWNED);
    const auto too_long = error(P4_V1_READ_MEM, P4_V1_ERROR_TOO_LONG);
    const auto data = [&](std::uint32_t from, std::uint32_t size) {
        return frame(P4_V1_READ_MEM, ByteView(device.world.at(block) + from, size), P4_V1_FLAG_OK);
    };
    CHECK(read(block, 4096) == data(0, 4096));
    CHECK(read(block + 3, 5) == data(3, 5));
    CHECK(read(block, P4_V1_LIMIT_PAYLOAD) == data(0, P4_V1_LIMIT_PAYLOAD));
    CHECK(read(block, 0) == answer(P4_V1_READ_MEM));
    CHECK(read(block + (2 << 20), 0) == answer(P4_V1_READ_MEM));
    CHECK(read(block, P4_V1_LIMIT_PAYLOAD + 1) == too_long);
    CHECK(read(block, 0xFFFFFFFF) == too_long);
    CHECK(read(0, 0xFFFFFFFF) == too_long);
    CHECK(read(block + (2 << 20), 1) == refused);
    CHECK(read(block - 1, 2) == refused);
    CHECK(read(0xFFFFFFFC, 8) == refused);
    CHECK(read(0, 0) == refused);
}

TEST_CASE("EXEC runs code in a block and tells how it ended") {
    Device device;
    const auto block = device.alloc(64);
    std::vector<std::uint32_t> calls;
    p4_outcome outcome = P4_RETURNED;
    device.world.kernel = [&](std::uint32_t address, std::uint32_t& result) {
        calls.push_back(address);
        result = 0xFFFFFFFE;
        return outcome;
    };
    CHECK(device.play(request(P4_V1_EXEC, {block})) == answer(P4_V1_EXEC, {0xFFFFFFFE}));
    CHECK(device.play(request(P4_V1_EXEC, {block + 62})) == answer(P4_V1_EXEC, {0xFFFFFFFE}));
    outcome = P4_FAULTED;
    CHECK(device.play(request(P4_V1_EXEC, {block})) == error(P4_V1_EXEC, P4_V1_ERROR_FAULT));
    outcome = P4_STOPPED;
    CHECK(device.play(request(P4_V1_EXEC, {block})) == error(P4_V1_EXEC, P4_V1_ERROR_STOPPED));
    CHECK(calls == std::vector<std::uint32_t>{block, block + 62, block, block});

    for (std::uint32_t wrong : {block + 63, block + 64, block - 2, 0u, 0xFFFFFFFFu})
        CHECK(device.play(request(P4_V1_EXEC, {wrong})) == error(P4_V1_EXEC, P4_V1_ERROR_NOT_OWNED));
    CHECK(calls.size() == 4);
}

TEST_CASE("requests that came before a kernel starts are kept and answered after it") {
    Device device;
    const auto block = device.alloc(64);
    device.world.kernel = [&](std::uint32_t, std::uint32_t& result) {
        CHECK(device.world.script.empty()); // so that nothing is left that would stop it
        result = 5;
        return P4_RETURNED;
    };
    const auto ping = request(P4_V1_PING, {1});
    const auto expected = answer(P4_V1_EXEC, {5}) + answer(P4_V1_PING, {1});
    CHECK(device.play(request(P4_V1_EXEC, {block}) + ping) == expected);
    CHECK(device.play(request(P4_V1_EXEC, {block}), ping) == expected);
    const Bytes half(ping.begin(), ping.begin() + 5);
    const Bytes rest(ping.begin() + 5, ping.end());
    CHECK(device.play(request(P4_V1_EXEC, {block}) + half, rest) == expected);
}

TEST_CASE("the request that stops a kernel is answered after it") {
    Device device;
    const auto block = device.alloc(64);
    device.world.kernel = [&](std::uint32_t, std::uint32_t&) {
        device.world.script.emplace_back(request(P4_V1_PING, {7}));
        return P4_STOPPED;
    };
    CHECK(device.play(request(P4_V1_EXEC, {block})) ==
          error(P4_V1_EXEC, P4_V1_ERROR_STOPPED) + answer(P4_V1_PING, {7}));
}

TEST_CASE("HEAP_INFO sees a megabyte go and come back") {
    Device device(32 << 20);
    const auto info = [&] {
        const auto payload = answers_in(device.play(frame(P4_V1_HEAP_INFO)))[0].payload;
        REQUIRE(payload.size() == 16);
        return std::pair{load_le<std::uint32_t>(&payload[0]), load_le<std::uint32_t>(&payload[4])};
    };
    const auto [free_before, total] = info();
    CHECK(total == 33554432);
    const auto block = device.alloc(1 << 20);
    CHECK(free_before - info().first >= 1048576);
    CHECK(free_before - info().first <= 1048576 + 256);
    device.play(request(P4_V1_FREE, {block}));
    CHECK(info().first == free_before);
}

TEST_CASE("HEAP_CHECK counts blocks and finds damage") {
    Device device;
    const auto check = [&] {
        const auto payload = answers_in(device.play(frame(P4_V1_HEAP_CHECK)))[0].payload;
        REQUIRE(payload.size() == 16);
        std::vector<std::uint32_t> values;
        for (std::size_t i = 0; i < 16; i += 4) values.push_back(load_le<std::uint32_t>(&payload[i]));
        return values;
    };
    const auto start = check();
    CHECK(start[0] == 0);
    CHECK(start[1] == 2);
    CHECK(start[2] > 2000000);
    CHECK(start[3] > 500000);
    const auto block = device.alloc(start[2] - 512);
    CHECK(block != 0);
    CHECK(check()[1] == 3);
    CHECK(check()[2] < 512);
    const auto small = device.alloc(100, P4_CAP(INTERNAL));
    std::memset(device.world.at(small), 0xFF, 160); // past its end
    CHECK(check()[0] == 1);
    CHECK(device.play(request(P4_V1_FREE, {small})) == answer(P4_V1_FREE, {0}));
    CHECK(check()[0] == 1);
    CHECK(device.alloc(100, P4_CAP(TCM)) != 0);
}

TEST_CASE("starting fails cleanly when there is no memory") {
    FakeWorld world;
    world.refuses_allocations = true;
    p4_core core;
    CHECK(p4_core_start(&core, &world.table) == P4_NO_MEMORY);
    world.refuses_allocations = false;
    world.forced_addresses = {0x48000100, 0, 0}; // the table, but no buffer
    CHECK(p4_core_start(&core, &world.table) == P4_NO_MEMORY);
}

TEST_CASE("a board without PSRAM uses other memory for itself") {
    FakeWorld world;
    p4_memory_start(&world.heaps);
    static std::uint8_t bytes alignas(16)[2 << 20];
    const std::uint32_t caps[] = {P4_CAP(DEFAULT), 0, 0};
    p4_memory_add(&world.heaps, bytes, 0x48000000, sizeof bytes, caps);
    p4_core core;
    CHECK(p4_core_start(&core, &world.table) == P4_OK);
}
