// Protocol v2 in the core: sessions, numbers, what each message does.
#include "p4jit/wire/crc32c.hpp"
#include "tests/firmware/v2_host.hpp"

#include <numeric>

using namespace p4jit;
using namespace p4jit::test;

TEST_CASE("both sides compute the same CRC-32C, at every alignment and length") {
    p4_crc_table table;
    p4_crc_start(&table);
    const auto check = as_bytes("123456789");
    CHECK(p4_crc(&table, 0, check.data(), 9) == 0xE3069283);
    CHECK(wire::crc32c(check) == 0xE3069283);
    Bytes bytes(300);
    std::iota(bytes.begin(), bytes.end(), std::uint8_t{7});
    for (std::uint32_t from = 0; from < 9; ++from)
        for (std::uint32_t count = 0; count < 280; ++count) {
            const auto part = ByteView(bytes).subspan(from, count);
            const auto crc = p4_crc(&table, 0, part.data(), count);
            REQUIRE(crc == wire::crc32c(part));
            REQUIRE(p4_crc(&table, p4_crc(&table, 0, part.data(), count / 3), part.data() + count / 3,
                           count - count / 3) == crc);
        }
}

TEST_CASE("HELLO tells what the device is, with or without a session") {
    Host host(false);
    const v2::HelloRequest versions{1, 2};
    const auto answer = host.ask(v2::encode({Message::HELLO, Kind::REQUEST, 0, 5}, {v2::payload(versions)}));
    CHECK(answer.header == v2::Header{Message::HELLO, Kind::ANSWER, 0, 5});
    const auto hello = v2::parse<v2::HelloAnswer>(answer.payload);
    REQUIRE(hello);
    CHECK(hello->version == 2);
    CHECK(hello->schema == v2::schema());
    CHECK(hello->chip == 0x5034);
    CHECK(hello->clock == 360'000'000);
    CHECK(hello->payload == v2::limit::PAYLOAD);
    CHECK(hello->build[7] == 8);
    CHECK(hello->build[8] == 0);
    CHECK(v2::text_behind<v2::HelloAnswer>(answer.payload) == "fake 1.0");

    const v2::HelloRequest newer{3, 4};
    CHECK(Host::error(host.ask(v2::encode({Message::HELLO, Kind::REQUEST, 0, 5}, {v2::payload(newer)}))) ==
          P4_V2_ERROR_VERSION);
}

TEST_CASE("a second host is told who has the board, and gets it when the lease is over") {
    Host host;
    host.alloc(64);
    host.device.world.now += 1500;
    const auto told = host.ask(Host::open(99, 0, 2000, "another"));
    const auto answer = v2::parse<v2::OpenAnswer>(told.payload);
    CHECK(answer->owner == our_session);
    CHECK(answer->silent == 1500);
    CHECK(v2::text_behind<v2::OpenAnswer>(told.payload) == "a test");
    CHECK(host.ping().owner == our_session); // and this keeps it
    host.device.world.now += 1999;
    CHECK(v2::parse<v2::OpenAnswer>(host.ask(Host::open(99)).payload)->owner == our_session);
    host.device.world.now += 2;
    CHECK(host.device.world.allocated.size() == 3);
    CHECK(v2::parse<v2::OpenAnswer>(host.ask(Host::open(99)).payload)->owner == 99);
    CHECK(host.device.world.allocated.size() == 2); // its memory is freed
    CHECK(Host::error(host.ask(host.next(Message::HEAP))) == P4_V2_ERROR_NO_SESSION);
    CHECK(host.ping().owner == 99);
}

TEST_CASE("a host that insists gets the board at once; one that repeats itself changes nothing") {
    Host host;
    host.alloc(64);
    CHECK(v2::parse<v2::OpenAnswer>(host.ask(Host::open(our_session)).payload)->owner == our_session);
    CHECK(host.device.world.allocated.size() == 3);
    CHECK(host.ping().answered == 1);
    CHECK(v2::parse<v2::OpenAnswer>(host.ask(Host::open(5, v2::OPEN_TAKE_OVER)).payload)->owner == 5);
    CHECK(host.device.world.allocated.size() == 2);
    CHECK(Host::error(host.ask(Host::open(0))) == P4_V2_ERROR_NO_SESSION);
}

TEST_CASE("memory of a session is freed by CLOSE and when the link is lost; v1's stays") {
    Host host;
    const auto v1 = host.device.alloc(100);
    host.alloc(64);
    host.alloc(64);
    SUBCASE("CLOSE") { CHECK(host.ask(Host::control(Message::CLOSE)).header.kind == Kind::ANSWER); }
    SUBCASE("lost") { host.device.play(gone); }
    CHECK(host.device.world.allocated.size() == 3);
    CHECK(host.ping().owner == 0);
    CHECK(host.device.play(request(P4_V1_FREE, {v1})) == answer(P4_V1_FREE, {0}));
}

TEST_CASE("sessions and v1 do not touch each other's blocks") {
    Host host;
    const auto ours = host.alloc(64), theirs = host.device.alloc(64);
    CHECK(host.device.play(request(P4_V1_READ_MEM, {ours, 4})) == error(P4_V1_READ_MEM, P4_V1_ERROR_NOT_OWNED));
    CHECK(host.device.play(request(P4_V1_FREE, {ours})) == error(P4_V1_FREE, P4_V1_ERROR_NOT_OWNED));
    CHECK(host.device.play(request(P4_V1_EXEC, {ours})) == error(P4_V1_EXEC, P4_V1_ERROR_NOT_OWNED));
    const v2::ReadRequest read{theirs, 4};
    CHECK(Host::error(host.ask(host.next(Message::READ, read))) == P4_V2_ERROR_NOT_OWNED);
    const v2::FreeRequest free{theirs};
    CHECK(Host::error(host.ask(host.next(Message::FREE, free))) == P4_V2_ERROR_NOT_OWNED);
}

TEST_CASE("a request is carried out once however often it comes") {
    Host host;
    const v2::AllocRequest alloc{64, P4_CAP(SPIRAM), 16};
    const auto request = host.next(Message::ALLOC, alloc);
    const auto first = host.ask(request);
    CHECK(host.ask(request) == first);
    CHECK(host.ask(request) == first);
    CHECK(host.ask(Host::control(Message::REPEAT, host.sequence)) == first);
    CHECK(host.device.world.allocated.size() == 3);
    host.ask(host.next(Message::HEAP));
    CHECK(Host::error(host.ask(request)) == P4_V2_ERROR_ANSWERED);
    CHECK(Host::error(host.ask(Host::control(Message::REPEAT, 1))) == P4_V2_ERROR_ANSWERED);
    CHECK(host.device.world.allocated.size() == 3);
}

TEST_CASE("a number too far is not carried out: the device asks for what is missing, once") {
    Host host;
    const auto first = host.next(Message::HEAP), second = host.next(Message::HEAP), third = host.next(Message::HEAP);
    const auto frames = frames_in(host.device.play(second + third));
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].header == v2::Header{Message::PING, Kind::RESEND, our_session, 1});
    const auto answers = frames_in(host.device.play(first + second + third));
    REQUIRE(answers.size() == 3);
    for (std::uint32_t i = 0; i < 3; ++i) CHECK(answers[i].header.sequence == i + 1);
}

TEST_CASE("memory is written, read and freed, inside the session's blocks only") {
    Host host;
    const auto block = host.alloc(100);
    const v2::WriteRequest write{block + 10};
    CHECK(host.ask(host.next(Message::WRITE, write, hex("01 02 03"))).header.kind == Kind::ANSWER);
    const v2::ReadRequest read{block + 9, 5};
    const auto request = host.next(Message::READ, read);
    const auto data = host.ask(request);
    CHECK(ByteView(data.payload).subspan(1, 3)[2] == 3);
    CHECK(host.ask(request) == data);
    for (const auto& wrong : {v2::ReadRequest{block, 101}, v2::ReadRequest{block - 1, 2}, v2::ReadRequest{0, 1},
                              v2::ReadRequest{0xFFFFFFFF, 4}})
        CHECK(Host::error(host.ask(host.next(Message::READ, wrong))) == P4_V2_ERROR_NOT_OWNED);
    const v2::ReadRequest huge{block, v2::limit::PAYLOAD + 1};
    CHECK(Host::error(host.ask(host.next(Message::READ, huge))) == P4_V2_ERROR_TOO_LONG);
    const v2::WriteRequest outside{block + 98};
    CHECK(Host::error(host.ask(host.next(Message::WRITE, outside, hex("01 02 03")))) == P4_V2_ERROR_NOT_OWNED);
    const v2::FreeRequest free{block};
    const auto freeing = host.next(Message::FREE, free);
    CHECK(host.ask(freeing).header.kind == Kind::ANSWER);
    CHECK(host.ask(freeing).header.kind == Kind::ANSWER); // once
    CHECK(Host::error(host.ask(host.next(Message::FREE, free))) == P4_V2_ERROR_NOT_OWNED);
    const v2::AllocRequest none{0x7FFFFFFF, P4_CAP(SPIRAM), 16};
    CHECK(Host::error(host.ask(host.next(Message::ALLOC, none))) == P4_V2_ERROR_NO_MEMORY);
}

TEST_CASE("messages that do not exist, or are too short, or too long, are refused and counted") {
    Host host;
    for (int id = 0; id < 256; ++id) {
        const auto message = static_cast<Message>(id);
        const bool known = v2::name(message)[0] != '0' && message != Message::CONSOLE;
        if (known) continue;
        CAPTURE(id);
        const bool numbered = id >= P4_V2_LIMIT_FIRST_NUMBERED;
        CHECK(Host::error(host.ask(numbered ? host.next(message) : Host::control(message))) == P4_V2_ERROR_UNKNOWN);
    }
    CHECK(Host::error(host.ask(host.next(Message::ALLOC, {Bytes(11)}))) == P4_V2_ERROR_UNKNOWN);
    CHECK(Host::error(host.ask(host.next(Message::CALL, {Bytes(3)}))) == P4_V2_ERROR_UNKNOWN);
    // A length beyond the limit, the header being right: its payload is passed over.
    auto header = first_bytes(host.next(Message::WRITE), 16);
    store_le(&header[12], v2::limit::PAYLOAD + 1);
    append_le(header, wire::crc32c(header));
    CHECK(Host::error(host.ask(header)) == P4_V2_ERROR_TOO_LONG);
    CHECK(host.device.play(Bytes(v2::limit::PAYLOAD + 5, 0xC5)).empty());
    CHECK(host.ask(host.next(Message::HEAP)).header.kind == Kind::ANSWER);
    const auto long_ping = v2::encode({Message::PING, Kind::REQUEST, our_session, 9}, {Bytes(257)});
    CHECK(Host::error(host.ask(long_ping)) == P4_V2_ERROR_TOO_LONG);
}
