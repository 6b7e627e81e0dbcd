// Memory that is no block: closed to sessions, unless they were opened with
// UNSAFE, and then as far as the world says that there is some.
#include "tests/firmware/v2_host.hpp"

using namespace p4jit;
using namespace p4jit::test;

namespace {

constexpr std::uint32_t l2mem = 0x4FF20000; ///< no block is there

struct Risky : Host {
    Risky() : Host(false) {
        const auto answer = ask(open(our_session, v2::OPEN_UNSAFE));
        REQUIRE(v2::parse<v2::OpenAnswer>(answer.payload)->owner == our_session);
    }
};

std::uint32_t error_of_read(Host& host, std::uint32_t address, std::uint32_t size) {
    const v2::ReadRequest request{address, size};
    return Host::error(host.ask(host.next(Message::READ, request)));
}

std::uint32_t error_of_write(Host& host, std::uint32_t address, ByteView bytes) {
    const v2::WriteRequest request{address};
    return Host::error(host.ask(host.next(Message::WRITE, request, bytes)));
}

std::uint32_t error_of_call(Host& host, std::uint32_t entry) {
    v2::Call call{.entry = entry, .block = {}, .arrays = {}};
    return Host::error(host.ask(host.next_call({&call, 1})));
}

} // namespace

TEST_CASE("a session that did not ask for it uses its own blocks and nothing else") {
    Host host;
    CHECK(error_of_read(host, l2mem, 4) == P4_V2_ERROR_NOT_OWNED);
    CHECK(error_of_write(host, l2mem, hex("01 02 03 04")) == P4_V2_ERROR_NOT_OWNED);
    CHECK(error_of_call(host, l2mem) == P4_V2_ERROR_NOT_OWNED);
}

TEST_CASE("a session that takes the risk reads and writes wherever there is memory") {
    Risky host;
    for (const std::uint32_t size : {1u, 3u, 4u, 7u, 64u, 1000u}) {
        for (const std::uint32_t address : {l2mem, l2mem + 1, l2mem + 2}) {
            CAPTURE(size);
            Bytes bytes(size);
            for (std::uint32_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 7 + address);
            std::memset(host.device.world.at(address - 1), 0xEE, size + 2);
            CHECK(error_of_write(host, address, bytes) == 0);
            CHECK(*host.device.world.at(address - 1) == 0xEE);
            CHECK(*host.device.world.at(address + size) == 0xEE);
            const v2::ReadRequest request{address, size};
            CHECK(host.ask(host.next(Message::READ, request)).payload == bytes);
        }
    }
}

TEST_CASE("what the world does not reach is refused, and so is a range that wraps around") {
    Risky host;
    for (const auto& [address, size] : std::initializer_list<std::pair<std::uint32_t, std::uint32_t>>{
             {0, 4}, {l2mem, 0}, {0xFFFFFFFC, 8}, {0x49000000, 1}, {0x4FF9FFFF, 2}, {l2mem, 0x80001}}) {
        CAPTURE(address);
        CHECK(error_of_read(host, address, size) == P4_V2_ERROR_UNREACHABLE);
    }
    CHECK(error_of_write(host, 0xFFFFFFFF, hex("01 02")) == P4_V2_ERROR_UNREACHABLE);
    CHECK(error_of_call(host, 0xFFFFFFFF) == P4_V2_ERROR_UNREACHABLE);
    CHECK(error_of_read(host, l2mem, v2::limit::OUTSIDE + 1) == P4_V2_ERROR_TOO_LONG);
    CHECK(error_of_read(host, l2mem, v2::limit::OUTSIDE) == 0);
}

TEST_CASE("the world is told what for: not all memory can be written or run") {
    Risky host;
    host.device.world.reach = [](std::uint32_t, std::uint32_t, p4_access access) { return access == P4_TO_READ; };
    CHECK(error_of_read(host, l2mem, 4) == 0);
    CHECK(error_of_write(host, l2mem, hex("01 02 03 04")) == P4_V2_ERROR_UNREACHABLE);
    CHECK(error_of_call(host, l2mem) == P4_V2_ERROR_UNREACHABLE);
}

TEST_CASE("code outside of blocks runs, too") {
    Risky host;
    std::uint32_t ran = 0;
    host.device.world.call = [&](const p4_run& run, p4_end&) {
        ran = run.address;
        return P4_RETURNED;
    };
    CHECK(error_of_call(host, l2mem) == 0);
    CHECK(ran == l2mem);
}

TEST_CASE("a register is read once, also when the answer gets lost") {
    Risky host;
    store_le(host.device.world.at(l2mem), std::uint32_t{1});
    const v2::ReadRequest request{l2mem, 4};
    const auto asked = host.next(Message::READ, request);
    const auto first = host.ask(asked);
    store_le(host.device.world.at(l2mem), std::uint32_t{2});
    CHECK(host.ask(asked) == first);
    CHECK(host.ask(Host::control(Message::REPEAT, host.sequence)) == first);
}

TEST_CASE("blocks of the session are as before, and the next session takes no risk unless it asks") {
    Risky host;
    const auto block = host.alloc(2000);
    CHECK(error_of_write(host, block, Bytes(2000, 5)) == 0);
    CHECK(error_of_read(host, block, 2000) == 0); // longer than OUTSIDE
    const auto theirs = host.device.alloc(64);
    CHECK(error_of_read(host, theirs, 64) == 0); // v1's
    const v2::FreeRequest free{theirs};
    CHECK(Host::error(host.ask(host.next(Message::FREE, free))) == P4_V2_ERROR_NOT_OWNED);
    host.ask(Host::control(Message::CLOSE));
    host.ask(Host::open(our_session));
    host.sequence = 0;
    CHECK(error_of_read(host, l2mem, 4) == P4_V2_ERROR_NOT_OWNED);
}

TEST_CASE("a port that knows nothing outside of blocks has none") {
    Host host(false);
    auto table = host.device.world.table;
    table.reaches = nullptr;
    host.device.core.world = &table;
    host.ask(Host::open(our_session, v2::OPEN_UNSAFE));
    CHECK(error_of_read(host, l2mem, 4) == P4_V2_ERROR_UNREACHABLE);
}
