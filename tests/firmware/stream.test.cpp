// What a bad line does to the stream of requests, and that the device is
// always back in step afterwards.
#include "tests/firmware/fake_world.hpp"

#include <ctime>

using namespace p4jit;
using namespace p4jit::test;

namespace {

const Bytes ping = request(P4_V1_PING, {0x12345678});
const Bytes pong = answer(P4_V1_PING, {0x12345678});

Bytes first(const Bytes& bytes, std::size_t count) {
    return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count)};
}
Bytes last(const Bytes& bytes, std::size_t count) {
    return {bytes.end() - static_cast<std::ptrdiff_t>(count), bytes.end()};
}

/// A conversation that uses every command, in one stream, and its answers.
struct Conversation {
    Conversation() {
        device.world.kernel = kernel;
        say(request(P4_V1_PING, {1, 2, 3}));
        say(request(P4_V1_HEAP_INFO));
        say(request(P4_V1_ALLOC, {300, P4_CAP(SPIRAM) | P4_CAP(8BIT), 16}));
        const auto block = load_le<std::uint32_t>(&answers[answers.size() - 10]);
        // Data that looks like the beginning of a frame, also of a long one.
        say(frame(P4_V1_WRITE_MEM, words({block}) + hex("a5 5a a5 a5 5a 01 00 ff ff 0f 00 a5 a5 5a 20 00 05 00")));
        say(request(P4_V1_READ_MEM, {block, 18}));
        say(request(P4_V1_EXEC, {block}));
        say(request(P4_V1_READ_MEM, {block, 301}));
        say(frame(0x77, hex("a5 5a 01 00")));
        say(request(P4_V1_FREE, {block}));
        say(request(P4_V1_FREE, {block}));
        say(request(P4_V1_HEAP_CHECK));
    }

    void say(const Bytes& bytes) {
        requests = requests + bytes;
        answers = answers + device.play(bytes);
        ++count;
    }

    static p4_outcome kernel(std::uint32_t, std::uint32_t& result) {
        result = 99;
        return P4_RETURNED;
    }

    Device device;
    Bytes requests, answers;
    std::size_t count = 0;
};

} // namespace

TEST_CASE("a conversation means the same in any pieces") {
    const Conversation talk;
    CHECK(answers_in(talk.answers).size() == talk.count);
    const auto check = [&](const std::vector<std::size_t>& cuts) {
        Device device;
        device.world.kernel = Conversation::kernel;
        CHECK(device.play_in_pieces(talk.requests, cuts) == talk.answers);
    };
    check({});
    std::vector<std::size_t> everywhere;
    for (std::size_t cut = 1; cut < talk.requests.size(); ++cut) {
        check({cut});
        everywhere.push_back(cut);
    }
    check(everywhere);

    std::mt19937 random(1);
    for (int round = 0; round < 300; ++round) {
        std::set<std::size_t> cuts;
        for (auto n = 1 + random() % 20; n > 0; --n) cuts.insert(1 + random() % (talk.requests.size() - 1));
        check({cuts.begin(), cuts.end()});
    }
}

TEST_CASE("silence between frames changes nothing") {
    Device device;
    CHECK(device.play(silence, ping, silence, silence, ping, silence).size() == 2 * pong.size());
}

TEST_CASE("bytes that belong to no frame are passed over silently") {
    Device device;
    CHECK(device.play(hex("00 5a ff a5 00 a5") + ping + hex("5a 5a 00") + ping) == pong + pong);
    CHECK(device.play(Bytes(5000, 0x11), ping) == pong);
}

TEST_CASE("random garbage without a magic between frames costs no answer") {
    std::mt19937 random(5);
    Device device;
    Bytes stream, expected;
    for (int i = 0; i < 500; ++i) {
        for (auto n = random() % 50; n > 0; --n) {
            const auto byte = static_cast<std::uint8_t>(random());
            // A5 only where the next byte, if there is one, makes no magic of it.
            stream.push_back(byte == 0x5A && !stream.empty() && stream.back() == 0xA5 ? 0x5B : byte);
        }
        const auto number = static_cast<std::uint32_t>(random());
        stream = std::move(stream) + request(P4_V1_PING, {number});
        expected = std::move(expected) + answer(P4_V1_PING, {number});
    }
    CHECK(device.play(stream) == expected);
}

TEST_CASE("a magic doubled or begun in any way does not hide the frame behind it") {
    Device device;
    CHECK(device.play(hex("a5") + ping) == pong);
    CHECK(device.play(hex("a5 a5 a5 a5") + ping) == pong);
    CHECK(device.play(hex("a5 a5"), ping) == pong);
    CHECK(device.play(hex("a5"), hex("a5"), hex("a5"), ping) == pong);
    CHECK(device.play(hex("a5 01 a5") + ping) == pong);
    // A second magic at once makes a header without sense, with PING inside it.
    CHECK(device.play(hex("a5 5a") + ping, silence) == pong);
    CHECK(device.play(hex("a5"), silence, ping) == pong);
    CHECK(device.play(hex("a5 5a"), silence, ping) == pong);
}

TEST_CASE("a wrong checksum is answered at once") {
    Device device;
    auto broken = ping;
    broken.back() ^= 1;
    CHECK(device.play(broken) == error(P4_V1_PING, P4_V1_ERROR_CHECKSUM));
    CHECK(device.play(broken + ping) == error(P4_V1_PING, P4_V1_ERROR_CHECKSUM) + pong);
    CHECK(device.play(broken + broken) ==
          error(P4_V1_PING, P4_V1_ERROR_CHECKSUM) + error(P4_V1_PING, P4_V1_ERROR_CHECKSUM));
}

TEST_CASE("a frame cut off by silence is answered with a checksum error once its command is known") {
    const auto alloc = request(P4_V1_ALLOC, {64, P4_CAP(SPIRAM), 16});
    for (std::size_t cut = 1; cut < alloc.size(); ++cut) {
        CAPTURE(cut);
        Device device;
        const auto expected = cut < 3 ? Bytes{} : error(P4_V1_ALLOC, P4_V1_ERROR_CHECKSUM);
        CHECK(device.play(first(alloc, cut), silence) == expected);
        CHECK(device.play(ping) == pong);
    }
}

TEST_CASE("garbage before a frame cut off by silence is not taken for a part of it") {
    for (std::size_t cut = 1; cut < ping.size(); ++cut) {
        CAPTURE(cut);
        Device device;
        const auto expected = cut < 3 ? Bytes{} : error(P4_V1_PING, P4_V1_ERROR_CHECKSUM);
        CHECK(device.play(Bytes(20, 0x33) + first(ping, cut), silence) == expected);
        CHECK(device.play(hex("a5 a5 a5 a5 a5 a5 a5") + first(ping, cut), silence) == expected);
        CHECK(device.play(ping) == pong);
    }
}

TEST_CASE("more requests at once than the buffer holds are all answered") {
    Device device;
    const auto big = frame(P4_V1_PING, Bytes(700000, 0x44));
    const auto echo = frame(P4_V1_PING, Bytes(700000, 0x44), P4_V1_FLAG_OK);
    CHECK(device.play(big + ping + big + ping + big) == echo + pong + echo + pong + echo);
    CHECK(device.play(hex("00") + big + big, ping) == echo + echo + pong);
}

TEST_CASE("a host that gives up in the middle of a frame and asks anew gets that answer alone") {
    const auto alloc = request(P4_V1_ALLOC, {64, P4_CAP(SPIRAM), 16});
    const auto write = frame(P4_V1_WRITE_MEM, Bytes(5000, 0x20));
    for (const auto& given_up : {alloc, write, ping}) {
        for (std::size_t cut = 1; cut < given_up.size(); ++cut) {
            CAPTURE(cut);
            Device device;
            CHECK(device.play(first(given_up, cut) + ping, silence) == pong);
            CHECK(device.play(first(given_up, cut), ping, silence) == pong);
            CHECK(device.play(ping) == pong);
        }
    }
}

TEST_CASE("a frame that is one byte short is found again without waiting for silence") {
    const auto write = frame(P4_V1_WRITE_MEM, Bytes(40, 0x20));
    for (std::size_t lost = 8; lost < write.size(); ++lost) {
        CAPTURE(lost);
        Device device;
        auto shorter = write;
        shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(lost));
        // The next frame's A5 completes it, the checksum fails, and the rest
        // of the next frame is waited for: the host gave the first one up.
        CHECK(device.play(shorter + ping) == pong);
    }
}

TEST_CASE("a request too long is answered when it has gone by") {
    for (std::uint32_t size : {P4_V1_LIMIT_PAYLOAD + 1u, P4_V1_LIMIT_PAYLOAD + 2u, 2000004u, 5000000u}) {
        CAPTURE(size);
        Device device;
        const auto request = frame(P4_V1_WRITE_MEM, Bytes(size, 0x31));
        CHECK(device.play(first(request, request.size() - 1)) == Bytes{});
        CHECK(device.play(last(request, 1)) == error(P4_V1_WRITE_MEM, P4_V1_ERROR_TOO_LONG));
        CHECK(device.play(request + ping) == error(P4_V1_WRITE_MEM, P4_V1_ERROR_TOO_LONG) + pong);
        CHECK(device.play(request, ping) == error(P4_V1_WRITE_MEM, P4_V1_ERROR_TOO_LONG) + pong);
    }
}

TEST_CASE("a request too long, full of what looks like frames, is answered once") {
    Device device;
    Bytes data(3000000);
    std::mt19937 random(2);
    for (auto& byte : data) byte = static_cast<std::uint8_t>(random());
    for (std::size_t i = 0; i + 8 < data.size(); i += 997) {
        const auto bait = hex("a5 5a 01 00 00 10 00 00");
        std::copy(bait.begin(), bait.end(), data.begin() + static_cast<std::ptrdiff_t>(i));
    }
    CHECK(device.play(frame(P4_V1_WRITE_MEM, data), silence) == error(P4_V1_WRITE_MEM, P4_V1_ERROR_TOO_LONG));
    CHECK(device.play(ping) == pong);
}

TEST_CASE("a frame made of nothing but beginnings of frames is not searched for ever") {
    Device device;
    Bytes data;
    while (data.size() < P4_V1_LIMIT_PAYLOAD - 8) data = std::move(data) + hex("a5 5a 01 00 00 00 08 00");
    auto broken = frame(P4_V1_PING, data);
    broken.back() ^= 1;
    const auto start = std::clock();
    CHECK(device.play(broken, silence) == error(P4_V1_PING, P4_V1_ERROR_CHECKSUM));
    CHECK(double(std::clock() - start) / CLOCKS_PER_SEC < 2); // without a limit: a minute
    CHECK(device.play(ping) == pong);
    CHECK(device.play(frame(P4_V1_PING, data + data), silence) == error(P4_V1_PING, P4_V1_ERROR_TOO_LONG));
    CHECK(device.play(ping) == pong);
}

TEST_CASE("a length corrupted beyond all sense swallows nothing") {
    for (std::uint32_t length : {0x00100401u, 0x01000004u, 0x7FFFFFFFu, 0x80000000u, 0xFFFFFFF5u, 0xFFFFFFFFu}) {
        CAPTURE(length);
        Device device;
        auto broken = ping;
        store_le(&broken[4], length);
        CHECK(device.play(broken, silence) == error(P4_V1_PING, P4_V1_ERROR_TOO_LONG));
        CHECK(device.play(ping) == pong);
        CHECK(device.play(broken + ping) == pong);
        CHECK(device.play(broken, ping) == pong);
    }
}

TEST_CASE("each bit of a frame flipped: one answer at most, and the next request is answered") {
    const auto write = frame(P4_V1_WRITE_MEM, words({0x48000000, 1, 2}));
    const auto exec = request(P4_V1_EXEC, {0x48210AE0});
    for (const auto& original : {ping, write, exec, request(P4_V1_HEAP_INFO)}) {
        for (std::size_t bit = 0; bit < 8 * original.size(); ++bit) {
            CAPTURE(bit);
            auto flipped = original;
            flipped[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);

            Device waiting; // the host waits for the answer
            const auto answers = answers_in(waiting.play(flipped, silence));
            CHECK(answers.size() == (bit < 16 ? 0 : 1));
            for (const auto& answer : answers) CHECK(answer.flags == P4_V1_FLAG_ERROR);
            CHECK(waiting.play(ping) == pong);

            Device hasty; // the host has sent the next request already
            const auto bytes = hasty.play(flipped + ping, silence);
            CHECK(last(bytes, std::min(bytes.size(), pong.size())) == pong);
            CHECK(answers_in(bytes).size() <= 2);
        }
    }
}

TEST_CASE("a whole frame inside a broken one is answered, and the broken one is not") {
    Device device;
    auto outer = frame(P4_V1_WRITE_MEM, words({0}) + ping + Bytes(20, 1));
    outer.back() ^= 0x80;
    CHECK(device.play(outer) == pong);
    CHECK(device.play(ping) == pong);
}

TEST_CASE("the host's leaving forgets half a frame, and nothing else") {
    Device device;
    const auto block = device.alloc(64);
    const auto long_one = frame(P4_V1_WRITE_MEM, words({block}) + Bytes(64, 9));
    CHECK(device.play(first(long_one, 30), gone) == Bytes{});
    CHECK(device.last_status == P4_LINK_LOST);
    CHECK(device.play(ping) == pong);
    CHECK(device.last_status == P4_OK);
    CHECK(device.play(long_one) == answer(P4_V1_WRITE_MEM, {64, 0}));
}

TEST_CASE("whatever arrives, the answers are whole frames and a request after a silence is answered") {
    std::mt19937 random(3);
    const Conversation talk;
    for (int round = 0; round < 3000; ++round) {
        CAPTURE(round);
        Device device(2 << 20);
        device.world.kernel = Conversation::kernel;
        Bytes stream;
        for (auto n = random() % 6; n > 0; --n) {
            const auto from = random() % talk.requests.size();
            const auto count = random() % std::min<std::size_t>(60, talk.requests.size() - from);
            for (std::size_t i = 0; i < count; ++i) stream.push_back(talk.requests[from + i]);
            for (auto k = random() % 8; k > 0; --k) stream.push_back(static_cast<std::uint8_t>(random()));
            if (!stream.empty() && random() % 2)
                stream[random() % stream.size()] ^= static_cast<std::uint8_t>(random());
            if (random() % 2) stream = stream + hex("a5 5a");
        }
        for (std::size_t from = 0; from < stream.size();) {
            const auto count = std::min<std::size_t>(stream.size() - from, 1 + random() % 40);
            device.world.script.emplace_back(Bytes(&stream[from], &stream[from] + count));
            if (random() % 10 == 0) device.world.script.emplace_back(silence);
            from += count;
        }
        answers_in(device.play(silence));
        REQUIRE(device.play(ping) == pong);
        REQUIRE(p4_memory_check(&device.world.heaps) == 0);
    }
}

TEST_CASE("the sum of bytes is right at every alignment and length") {
    std::mt19937 random(4);
    Bytes bytes(3000);
    for (auto& byte : bytes) byte = random() % 4 ? 0xFF : static_cast<std::uint8_t>(random());
    for (std::size_t from = 0; from < 8; ++from)
        for (std::size_t count = 0; count < bytes.size() - 8; count += 1 + count / 64)
            CHECK(p4_sum(&bytes[from], static_cast<std::uint32_t>(count)) == sum(ByteView(bytes).subspan(from, count)));
    CHECK(p4_sum(nullptr, 0) == 0);
}
