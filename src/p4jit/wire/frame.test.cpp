#include "p4jit/wire/frame.hpp"

#include "p4jit/base/error.hpp"
#include "tests/hex.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace p4jit;
using namespace p4jit::wire;
using p4jit::tests::hex;
using Result = FrameParser::Result;

namespace {

const Bytes ping = hex("a5 5a 01 00 04 00 00 00 ca fe ba be 44 04");

/// Everything the parser finds when the stream arrives in pieces of `step`.
std::vector<Frame> parse_all(FrameParser& parser, ByteView stream, std::size_t step) {
    std::vector<Frame> frames;
    for (std::size_t at = 0; at < stream.size(); at += step) {
        parser.feed(stream.subspan(at, std::min(step, stream.size() - at)));
        for (Frame frame;;) {
            const auto result = parser.next(frame);
            if (result == Result::incomplete) break;
            if (result == Result::frame) frames.push_back(frame);
        }
    }
    return frames;
}

std::vector<Frame> parse_all(ByteView stream, std::size_t step = SIZE_MAX / 2) {
    FrameParser parser;
    return parse_all(parser, stream, std::min(step, stream.size() + 1));
}

Bytes concat(std::initializer_list<ByteView> parts) {
    Bytes all;
    for (auto part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

} // namespace

TEST_CASE("a frame of protocol v1 has magic, command, flags, length, payload and the sum of them all") {
    CHECK(encode(Command::PING, Flag::REQUEST, {hex("ca fe ba be")}) == ping);
    CHECK(encode(Command::HEAP_INFO, Flag::REQUEST, {}) == hex("a5 5a 40 00 00 00 00 00 3f 01"));
}

TEST_CASE("the payload may come in parts") {
    const auto head = hex("ca fe"), tail = hex("ba be");
    CHECK(encode(Command::PING, Flag::REQUEST, {head, {}, tail}) == ping);
}

TEST_CASE("the checksum counts modulo 65536") {
    CHECK(checksum(Bytes(65536 / 0x80, 0x80)) == 0);
    CHECK(checksum(Bytes(300, 0xFF)) == 300 * 0xFF % 65536);
}

TEST_CASE("a payload over the limit is refused, one at the limit is not") {
    const Bytes most(max_payload, 0xA5);
    const auto frames = parse_all(encode(Command::PING, Flag::OK, {most}));
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].payload == most);
    CHECK_THROWS_AS(encode(Command::PING, Flag::REQUEST, {most, Bytes(1)}), ProtocolError);
}

TEST_CASE("frames are found whatever the pieces they arrive in") {
    const auto stream =
        concat({ping, encode(Command::FREE, Flag::OK, {Bytes(4)}), encode(Command::HEAP_INFO, Flag::REQUEST, {})});
    const auto whole = parse_all(stream);
    REQUIRE(whole.size() == 3);
    CHECK(whole[0] == Frame{Command::PING, Flag::REQUEST, hex("ca fe ba be")});
    for (std::size_t step = 1; step < stream.size(); ++step) CHECK(parse_all(stream, step) == whole);
}

TEST_CASE("garbage around frames is passed over and counted") {
    FrameParser parser;
    const auto stream = concat({hex("00 a5 ff 5a a5 a5"), ping, hex("a5 00"), ping, hex("a5")});
    CHECK(parse_all(parser, stream, 3).size() == 2);
    CHECK(parser.skipped() == 8);
    CHECK(parser.pending() == 1);
}

TEST_CASE("a wrong bit anywhere in a frame never gives that frame") {
    for (std::size_t byte = 0; byte < ping.size(); ++byte)
        for (int bit = 0; bit < 8; ++bit) {
            auto damaged = ping;
            damaged[byte] ^= static_cast<std::uint8_t>(1 << bit);
            CAPTURE(byte);
            CAPTURE(bit);
            CHECK(parse_all(damaged).empty());
        }
}

TEST_CASE("a damaged frame is reported, and the next one is found") {
    auto damaged = ping;
    damaged[9] ^= 1;
    FrameParser parser;
    parser.feed(concat({damaged, ping}));
    Frame frame;
    CHECK(parser.next(frame) == Result::damaged);
    CHECK(parser.next(frame) == Result::frame);
    CHECK(parser.next(frame) == Result::incomplete);
    CHECK(parser.pending() == 0);
}

TEST_CASE("a length past the limit is damage at once, not a wait for bytes that never come") {
    FrameParser parser(16);
    parser.feed(hex("a5 5a 01 01 11 00 00 00"));
    Frame frame;
    CHECK(parser.next(frame) == Result::damaged);
    CHECK(parser.next(frame) == Result::incomplete);
    CHECK(parser.pending() == 0);

    parser.feed(hex("a5 5a 01 01 10 00 00 00"));
    CHECK(parser.next(frame) == Result::incomplete);
    CHECK(parser.pending() == 8);
    parser.reset();
    CHECK(parser.pending() == 0);
}

TEST_CASE("random bytes with frames between them: every frame is found, nothing else is") {
    const unsigned seed = 1;
    INFO("seed ", seed);
    std::mt19937 random(seed);
    const auto bytes = [&](std::size_t count) {
        Bytes result(count);
        for (auto& byte : result) byte = static_cast<std::uint8_t>(random());
        return result;
    };
    for (int round = 0; round < 300; ++round) {
        std::vector<Frame> sent;
        Bytes stream;
        for (int i = 0; i < 5; ++i) {
            auto noise = bytes(random() % 20);
            // A false magic may hide what follows it: that is the session's part.
            std::replace(noise.begin(), noise.end(), std::uint8_t{0xA5}, std::uint8_t{0});
            sent.push_back(
                {static_cast<Command>(random() % 256), static_cast<Flag>(random() % 3), bytes(random() % 50)});
            stream = concat({stream, noise, encode(sent.back())});
        }
        CHECK(parse_all(stream, 1 + random() % 40) == sent);
    }
}

TEST_CASE("any bytes at all are taken without harm and without being kept for ever") {
    const unsigned seed = 2;
    INFO("seed ", seed);
    std::mt19937 random(seed);
    FrameParser parser(64);
    for (int round = 0; round < 20000; ++round) {
        Bytes piece(random() % 30);
        for (auto& byte : piece)
            byte = random() % 4 ? static_cast<std::uint8_t>(random() % 2 ? 0xA5 : 0x5A) : random() % 70;
        parser.feed(piece);
        Frame frame;
        while (parser.next(frame) != Result::incomplete) CHECK(parser.pending() < 64 + 64);
        REQUIRE(parser.pending() < 64 + frame_overhead);
    }
    CHECK(parser.skipped() > 0);
}

TEST_CASE("commands have the names of their rows") {
    CHECK(name(Command::WRITE_MEM) == "WRITE_MEM");
    CHECK(name(static_cast<Command>(0x7F)) == "0x7f");
}
