#include "p4jit/wire/messages.hpp"

#include "tests/hex.hpp"

#include <doctest/doctest.h>

using namespace p4jit;
using namespace p4jit::wire;
using p4jit::tests::hex;

namespace {

template <Message M>
Bytes request(Command command, const M& message, ByteView data = {}) {
    return encode(command, Flag::REQUEST, {payload(message), data});
}

template <Message M>
Bytes answer(Command command, const M& message) {
    return encode(command, Flag::OK, {payload(message)});
}

Bytes answer_payload(const char* bytes) {
    FrameParser parser;
    parser.feed(hex(bytes));
    Frame frame;
    REQUIRE(parser.next(frame) == FrameParser::Result::frame);
    CHECK(frame.flag == Flag::OK);
    return frame.payload;
}

} // namespace

// The bytes that the original host and firmware exchange.

TEST_CASE("ALLOC as the original sends and answers it") {
    CHECK(request(Command::ALLOC, AllocRequest{576, 0x404, 16}) ==
          hex("a5 5a 10 00 0c 00 00 00 40 02 00 00 04 04 00 00 10 00 00 00 75 01"));
    CHECK(answer(Command::ALLOC, AllocAnswer{0x48210ae0, ErrorCode::NONE}) ==
          hex("a5 5a 10 01 08 00 00 00 e0 0a 21 48 00 00 00 00 6b 02"));
    const auto failed = parse<AllocAnswer>(answer_payload("a5 5a 10 01 08 00 00 00 00 00 00 00 03 00 00 00 1b 01"));
    REQUIRE(failed);
    CHECK(failed->address == 0);
    CHECK(failed->status == ErrorCode::ALLOC_FAIL);
}

TEST_CASE("FREE as the original sends and answers it") {
    CHECK(request(Command::FREE, FreeRequest{0x48210ae0}) == hex("a5 5a 11 00 04 00 00 00 e0 0a 21 48 67 02"));
    CHECK(answer(Command::FREE, FreeAnswer{0}) == hex("a5 5a 11 01 04 00 00 00 00 00 00 00 15 01"));
}

TEST_CASE("WRITE_MEM as the original sends and answers it") {
    CHECK(request(Command::WRITE_MEM, WriteRequest{0x48210d40}, hex("01 02 03 04")) ==
          hex("a5 5a 20 00 08 00 00 00 40 0d 21 48 01 02 03 04 e7 01"));
    const auto written = parse<WriteAnswer>(answer_payload("a5 5a 20 01 08 00 00 00 04 00 00 00 00 00 00 00 2c 01"));
    REQUIRE(written);
    CHECK(written->written == 4);
    CHECK(written->status == WriteStatus::SYNCED);
}

TEST_CASE("READ_MEM as the original sends and answers it") {
    CHECK(request(Command::READ_MEM, ReadRequest{0x48210dbc, 4}) ==
          hex("a5 5a 21 00 08 00 00 00 bc 0d 21 48 04 00 00 00 5e 02"));
    CHECK(answer_payload("a5 5a 21 01 04 00 00 00 1e 00 00 00 43 01") == hex("1e 00 00 00"));
}

TEST_CASE("EXEC as the original sends and answers it") {
    CHECK(request(Command::EXEC, ExecRequest{0x48210ae0}) == hex("a5 5a 30 00 04 00 00 00 e0 0a 21 48 86 02"));
    CHECK(answer(Command::EXEC, ExecAnswer{0}) == hex("a5 5a 30 01 04 00 00 00 00 00 00 00 34 01"));
}

TEST_CASE("HEAP_INFO as the original answers it") {
    const auto info = parse<HeapInfo>(
        answer_payload("a5 5a 40 01 10 00 00 00 40 f5 de 01 00 00 00 02 3f dc 05 00 f7 14 07 00 98 05"));
    CHECK(info == HeapInfo{31'388'992, 33'554'432, 384'063, 464'119});
}

TEST_CASE("error answers as the original sends them") {
    CHECK(encode(Command::PING, Flag::ERROR, {payload(ErrorAnswer{ErrorCode::CHECKSUM})}) ==
          hex("a5 5a 01 02 04 00 00 00 01 00 00 00 07 01"));
    CHECK(encode(static_cast<Command>(0x7F), Flag::ERROR, {payload(ErrorAnswer{ErrorCode::UNKNOWN_COMMAND})}) ==
          hex("a5 5a 7f 02 04 00 00 00 02 00 00 00 86 01"));
}

TEST_CASE("requests are as long as their rows say") {
    CHECK(request_size(Command::ALLOC) == sizeof(AllocRequest));
    CHECK(request_size(Command::FREE) == sizeof(FreeRequest));
    CHECK(request_size(Command::WRITE_MEM) == sizeof(WriteRequest));
    CHECK(request_size(Command::READ_MEM) == sizeof(ReadRequest));
    CHECK(request_size(Command::EXEC) == sizeof(ExecRequest));
    CHECK(request_size(static_cast<Command>(0x7F)) == 0);
}

TEST_CASE("a payload that is too short is no message, what is too much is left alone") {
    CHECK_FALSE(parse<AllocAnswer>(Bytes(7)));
    CHECK(parse<AllocAnswer>(Bytes(8)));
    CHECK(parse<AllocAnswer>(Bytes(9)));
}

TEST_CASE("error codes have words") {
    CHECK(meaning(ErrorCode::CHECKSUM) == "the frame's checksum is wrong");
    CHECK(meaning(static_cast<ErrorCode>(99)) == "error 99");
}
