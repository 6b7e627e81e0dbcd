#include "p4jit/wire/v2.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/wire/crc32c.hpp"
#include "p4jit/wire/v2_call.hpp"
#include "tests/hex.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace p4jit;
using namespace p4jit::wire::v2;
using p4jit::tests::hex;

namespace {

const Header some_header{Message::READ, Kind::ANSWER, 0x11223344, 5};

std::vector<Frame> parse_all(ByteView stream, std::size_t step = SIZE_MAX / 2) {
    FrameParser parser;
    std::vector<Frame> frames;
    for (std::size_t at = 0; at < stream.size();) {
        const auto size = std::min(step, stream.size() - at);
        parser.feed(stream.subspan(at, size));
        at += size;
        for (Frame frame; parser.next(frame);) frames.push_back(frame);
    }
    return frames;
}

Bytes random_bytes(std::mt19937& random, std::size_t most) {
    Bytes bytes(random() % (most + 1));
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    return bytes;
}

} // namespace

TEST_CASE("a frame of v2 has magic, message, kind, session, sequence, length and two checksums") {
    const auto frame = encode(some_header, {hex("01 02"), hex("03")});
    CHECK(ByteView(frame).first(16).size() == 16);
    CHECK(Bytes(frame.begin(), frame.begin() + 16) == hex("c5 34 13 01 44 33 22 11 05 00 00 00 03 00 00 00"));
    const auto header_crc = wire::crc32c(ByteView(frame).first(16));
    CHECK(load_le<std::uint32_t>(&frame[16]) == header_crc);
    CHECK(load_le<std::uint32_t>(&frame[23]) == wire::crc32c(hex("01 02 03"), header_crc));
    CHECK(frame.size() == 27);
    CHECK(encode(some_header).size() == header_size);
    CHECK_THROWS_AS(encode(some_header, {Bytes(limit::PAYLOAD + 1)}), ProtocolError);
}

TEST_CASE("a wrong bit anywhere in a frame of v2 never gives a frame") {
    const auto frame = encode(some_header, {hex("01 02 03")});
    for (std::size_t bit = 0; bit < 8 * frame.size(); ++bit) {
        auto flipped = frame;
        flipped[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
        CHECK(parse_all(flipped).empty());
    }
}

TEST_CASE("frames of v2 are found between noise, in any pieces") {
    std::mt19937 random(1);
    for (int round = 0; round < 300; ++round) {
        std::vector<Frame> sent;
        Bytes stream;
        for (int i = 0; i < 5; ++i) {
            const auto noise = random_bytes(random, 20);
            sent.push_back({{static_cast<Message>(random() % 256), static_cast<Kind>(random() % 5),
                             static_cast<std::uint32_t>(random()), static_cast<std::uint32_t>(random())},
                            random_bytes(random, 60)});
            const auto frame = encode(sent.back().header, {sent.back().payload});
            stream.insert(stream.end(), noise.begin(), noise.end());
            stream.insert(stream.end(), frame.begin(), frame.end());
        }
        CHECK(parse_all(stream, 1 + random() % 40) == sent);
    }
}

TEST_CASE("half a frame is given up when the line falls silent") {
    FrameParser parser;
    const auto frame = encode(some_header, {Bytes(50)});
    parser.feed(ByteView(frame).first(40));
    Frame found;
    CHECK_FALSE(parser.next(found));
    CHECK(parser.pending() == 40);
    parser.give_up();
    parser.feed(frame);
    CHECK(parser.next(found));
}

TEST_CASE("messages and refusals have names") {
    CHECK(name(Message::CALL) == "CALL");
    CHECK(name(static_cast<Message>(0x7F)) == "0x7f");
    CHECK(meaning(Refusal::BUSY) == "a call is running");
    CHECK(meaning(static_cast<Refusal>(99)) == "error 99");
}

TEST_CASE("calls are laid out so that nothing overlaps, and arrays are aligned") {
    std::mt19937 random(2);
    for (int round = 0; round < 500; ++round) {
        std::vector<Bytes> storage(40);
        for (auto& bytes : storage) bytes = random_bytes(random, 300);
        std::vector<Call> calls(1 + random() % 4);
        std::size_t next = 0;
        for (auto& call : calls) {
            storage[next].resize(8 + storage[next].size());
            call.block = storage[next++];
            call.returns_from = static_cast<std::uint32_t>(random() % (call.block.size() + 1));
            for (auto n = random() % 5; n > 0; --n)
                call.arrays.push_back({static_cast<std::uint32_t>(random() % (call.block.size() - 3)), storage[next++],
                                       random() % 2 == 0});
            for (auto n = call.arrays.empty() ? 0 : random() % 3; n > 0; --n) {
                const auto array = static_cast<std::uint32_t>(random() % call.arrays.size());
                const auto offset = random() % (call.arrays[array].data.size() + 1);
                call.pointers.push_back({0, array, static_cast<std::uint32_t>(offset)});
            }
        }
        const auto payload = encode_calls(calls);
        CHECK(payload.size() <= size_of_calls(calls));
        CHECK(load_le<std::uint32_t>(payload.data()) == calls.size());
        for (std::size_t i = 0; i < calls.size(); ++i) {
            const auto* record = &payload[4 + 32 * i];
            const auto argument = load_le<std::uint32_t>(record + 4);
            CHECK(argument % 8 == 0);
            CHECK(std::equal(calls[i].block.begin(), calls[i].block.end(), payload.begin() + argument));
            const auto patches = load_le<std::uint32_t>(record + 16);
            for (std::size_t k = 0; k < calls[i].arrays.size(); ++k) {
                const auto& array = calls[i].arrays[k];
                const auto place = load_le<std::uint32_t>(&payload[patches + 8 * k + 4]);
                CHECK(load_le<std::uint32_t>(&payload[patches + 8 * k]) == argument + array.slot);
                CHECK(place % 128 == 0);
                CHECK(std::equal(array.data.begin(), array.data.end(), payload.begin() + place));
            }
            for (std::size_t k = 0; k < calls[i].pointers.size(); ++k) {
                const auto& pointer = calls[i].pointers[k];
                const auto patch = patches + 8 * (calls[i].arrays.size() + k);
                const auto place = load_le<std::uint32_t>(&payload[patches + 8 * pointer.array + 4]);
                CHECK(load_le<std::uint32_t>(&payload[patch]) == argument + pointer.slot);
                CHECK(load_le<std::uint32_t>(&payload[patch + 4]) == place + pointer.offset);
            }
        }
    }
}

TEST_CASE("an answer that does not fit its calls is none, whatever its bytes") {
    std::mt19937 random(3);
    const Bytes block(8), array(20);
    Call call;
    call.block = block;
    call.arrays.push_back({0, array, true});
    Bytes good(20 + 8 + 20);
    REQUIRE(parse_calls({&call, 1}, good));
    CHECK(parse_calls({&call, 1}, good)->at(0).arrays.at(0).size() == 20);
    for (std::size_t size = 0; size < good.size(); ++size) CHECK_FALSE(parse_calls({&call, 1}, ByteView(good).first(size)));
    good.push_back(0);
    CHECK_FALSE(parse_calls({&call, 1}, good));
    for (int round = 0; round < 20'000; ++round) {
        auto bytes = random_bytes(random, 300);
        if (bytes.size() > 4) store_le(bytes.data(), static_cast<std::uint32_t>(random() % 6));
        const auto answers = parse_calls({&call, 1}, bytes);
        if (answers && answers->at(0).fault) CHECK(answers->at(0).fault->stack.size() < 300);
    }
}

TEST_CASE("an outcome that is no row, or more stack than there can be, is no answer") {
    const Bytes block(8);
    Call call;
    call.block = block;
    Bytes answer(20);
    for (std::uint32_t outcome = 0; outcome < 300; ++outcome) {
        store_le(answer.data(), outcome);
        const bool without_more = outcome == static_cast<std::uint32_t>(Outcome::STUCK) ||
                                  outcome == static_cast<std::uint32_t>(Outcome::NOT_RUN);
        CHECK(parse_calls({&call, 1}, answer).has_value() == without_more);
    }
    store_le(answer.data(), Outcome::FAULTED);
    constexpr std::size_t count_at = 20 + 4 * 38;
    for (const std::uint32_t count : {limit::STACK_WORDS, limit::STACK_WORDS + 1}) {
        answer.resize(count_at + 4 + 4 * count);
        store_le(&answer[count_at], count);
        CHECK(parse_calls({&call, 1}, answer).has_value() == (count == limit::STACK_WORDS));
    }
}

TEST_CASE("a slot outside its block, or a pointer outside its array, is an error of the caller") {
    const Bytes block(6), array(4);
    Call call;
    call.block = block;
    call.arrays.push_back({4, array, true});
    CHECK_THROWS_AS(encode_calls({&call, 1}), ProtocolError);
    call.arrays[0].slot = 2;
    for (const auto& pointer : {CallPointer{3, 0, 0}, CallPointer{2, 1, 0}, CallPointer{2, 0, 5}}) {
        call.pointers = {pointer};
        CHECK_THROWS_AS(encode_calls({&call, 1}), ProtocolError);
    }
    call.pointers = {{0, 0, 4}};
    CHECK_NOTHROW(encode_calls({&call, 1}));
    call.returns_from = 7;
    CHECK_THROWS_AS(encode_calls({&call, 1}), ProtocolError);
}
