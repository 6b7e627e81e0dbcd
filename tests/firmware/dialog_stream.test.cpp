// What a bad line does to a conversation of protocol v2: nothing is carried out
// twice, nothing that was not asked for, and the next frame is answered.
#include "tests/firmware/v2_host.hpp"

using namespace p4jit;
using namespace p4jit::test;

namespace {

/// A conversation that uses every message, and its answers.
struct Conversation : Host {
    Conversation() : Host(false) {
        device.world.call = summing(device.world, runs, 40);
        say(control(Message::PING));
        say(open(our_session));
        const v2::AllocRequest alloc{300, P4_CAP(SPIRAM) | P4_CAP(8BIT), 16};
        say(next(Message::ALLOC, alloc));
        const auto block = v2::parse<v2::AllocAnswer>(frames_in(answers.back()).at(0).payload)->address;
        // Data that looks like frames of both protocols, of another session.
        const v2::WriteRequest write{block};
        say(next(Message::WRITE, write, frame(P4_V1_ALLOC, words({64, 0x404, 16})) + control(Message::CLOSE, 7, our_session + 1)));
        const v2::ReadRequest read{block, 42}; // what was written
        say(next(Message::READ, read));
        const Bytes argument(8), array(40, 0xC5);
        const auto call = call_of(block, argument, array);
        say(next_call({&call, 1}));
        say(next(Message::HEAP));
        const v2::FreeRequest free{block};
        say(next(Message::FREE, free));
        say(control(Message::CANCEL));
        say(control(Message::CLOSE));
    }

    void say(const Bytes& bytes) {
        requests.push_back(bytes);
        answers.push_back(device.play(bytes));
    }

    Bytes stream() const { return joined(requests); }
    Bytes all_answers() const { return joined(answers); }
    static Bytes joined(const std::vector<Bytes>& parts) {
        Bytes all;
        for (const auto& part : parts) all = std::move(all) + part;
        return all;
    }

    std::vector<Bytes> requests, answers;
    int runs = 0;
};

/// A fresh device that has heard the first `count` requests of the talk.
struct Resumed {
    Resumed(const Conversation& talk, std::size_t count) {
        device.world.call = summing(device.world, runs, 40);
        for (std::size_t i = 0; i < count; ++i) device.play(talk.requests[i]);
    }
    Device device;
    int runs = 0;
};

} // namespace

TEST_CASE("a conversation of v2 means the same in any pieces") {
    const Conversation talk;
    const auto stream = talk.stream();
    const auto check = [&](const std::vector<std::size_t>& cuts) {
        Device device;
        int runs = 0;
        device.world.call = summing(device.world, runs, 40);
        const auto answers = device.play_in_pieces(stream, cuts), expected = talk.all_answers();
        const auto differs = std::mismatch(answers.begin(), answers.end(), expected.begin(), expected.end()).first;
        REQUIRE(differs - answers.begin() == static_cast<std::ptrdiff_t>(expected.size()));
        CHECK(runs == 1);
    };
    std::vector<std::size_t> everywhere;
    for (std::size_t cut = 1; cut < stream.size(); ++cut) {
        check({cut});
        everywhere.push_back(cut);
    }
    check(everywhere);
}

TEST_CASE("a request of v2 cut at any byte is not carried out; sent again it is, once") {
    const Conversation talk;
    for (std::size_t i = 0; i < talk.requests.size(); ++i) {
        const auto& request = talk.requests[i];
        for (std::size_t cut = 1; cut < request.size(); ++cut) {
            CAPTURE(i);
            CAPTURE(cut);
            Resumed resumed(talk, i);
            const auto blocks = resumed.device.world.allocated;
            const auto runs = resumed.runs;
            for (const auto& frame : frames_in(resumed.device.play(first_bytes(request, cut), silence)))
                CHECK(frame.header.kind == Kind::RESEND);
            CHECK(resumed.device.world.allocated == blocks);
            CHECK(resumed.runs == runs);
            CHECK(resumed.device.play(request) == talk.answers[i]);
        }
    }
}

TEST_CASE("a request of v2 with any bit wrong is not carried out; sent again it is, once") {
    const Conversation talk;
    for (std::size_t i = 0; i < talk.requests.size(); ++i) {
        const auto& request = talk.requests[i];
        for (std::size_t bit = 0; bit < 8 * request.size(); ++bit) {
            CAPTURE(i);
            CAPTURE(bit);
            Resumed resumed(talk, i);
            const auto blocks = resumed.device.world.allocated;
            const auto runs = resumed.runs;
            auto flipped = request;
            flipped[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
            for (const auto& frame : frames_in(resumed.device.play(flipped, silence)))
                CHECK((frame.header.kind == Kind::RESEND || Host::error(frame) == P4_V2_ERROR_NO_SESSION));
            CHECK(resumed.device.world.allocated == blocks);
            CHECK(resumed.runs == runs);
            CHECK(resumed.device.play(request) == talk.answers[i]);
        }
    }
}

TEST_CASE("a lost or doubled byte, or noise, costs that request alone") {
    const Conversation talk;
    for (std::size_t i = 2; i + 2 < talk.requests.size(); ++i) {
        const auto& request = talk.requests[i];
        for (std::size_t at = 0; at < request.size(); ++at)
            for (int way = 0; way < 3; ++way) {
                CAPTURE(i);
                CAPTURE(at);
                CAPTURE(way);
                Resumed resumed(talk, i);
                auto harmed = request;
                const auto where = harmed.begin() + static_cast<std::ptrdiff_t>(at);
                if (way == 0) harmed.erase(where);
                if (way == 1) harmed.insert(where, *where);
                if (way == 2) harmed.insert(where, 20, std::uint8_t{0xA5});
                resumed.device.play(harmed, silence);
                const auto answered = frames_in(resumed.device.play(request));
                CHECK(answered.back() == frames_in(talk.answers[i]).back());
                CHECK(resumed.runs <= 1);
                // The rest of the talk goes on as if nothing had been.
                for (auto next = i + 1; next < talk.requests.size(); ++next)
                    CHECK(resumed.device.play(talk.requests[next]) == talk.answers[next]);
            }
    }
}

TEST_CASE("data that looks like frames is carried out neither inside a frame nor after damage") {
    Host host;
    const auto block = host.alloc(2000);
    const auto bait = frame(P4_V1_ALLOC, words({64, 0x404, 16})) + Host::control(Message::CLOSE, 7, our_session + 1);
    Bytes data;
    while (data.size() < 1500) data = std::move(data) + bait;
    const v2::WriteRequest write{block};
    const auto request = host.next(Message::WRITE, write, data);
    const auto blocks = host.device.world.allocated;
    for (std::size_t at = 0; at < request.size(); at += at < 40 ? 1 : 97) {
        CAPTURE(at);
        auto flipped = request;
        flipped[at] ^= 0x40;
        const auto frames = frames_in(host.device.play(flipped));
        CHECK(host.device.world.allocated == blocks);
        for (const auto& frame : frames)
            CHECK((frame.header.kind == Kind::RESEND || Host::error(frame) == P4_V2_ERROR_NO_SESSION));
        host.device.play(silence);
        host.device.play(first_bytes(request, at + 1), silence);
        CHECK(host.device.world.allocated == blocks);
    }
    CHECK(host.ask(request).header.kind == Kind::ANSWER);
}

TEST_CASE("damage is reported once, until a frame arrives whole") {
    Host host;
    const auto noise = Bytes(50, 0x77);
    CHECK(frames_in(host.device.play(noise, noise, noise)).size() == 1);
    CHECK(host.ask(host.next(Message::HEAP)).header.kind == Kind::ANSWER);
    CHECK(frames_in(host.device.play(noise)).size() == 1);
    CHECK(frames_in(host.device.play(silence, noise)).size() == 1);
    CHECK(host.device.play(silence, Bytes(50)).empty()); // zeros are no damage
    // A frame that is whole behind the noise says that nothing is missing.
    CHECK(frames_in(host.device.play(noise + host.next(Message::HEAP))).size() == 1);
}

TEST_CASE("a host of v1 that comes after one of v2 that died is served") {
    Host host;
    host.alloc(64);
    const auto ping = request(P4_V1_PING, {1}), pong = answer(P4_V1_PING, {1});
    CHECK(host.device.play(ping) == pong);
    host.device.play(first_bytes(host.next(Message::HEAP, {Bytes(500)}), 100), silence);
    CHECK(host.device.play(ping) == pong);
    CHECK(host.device.play(Bytes(5, 0x66), silence).size() == 20); // RESEND
    CHECK(host.device.play(ping) == pong);
}

TEST_CASE("the magic of v2 in front of a frame of v1 does not hide it") {
    const auto ping = request(P4_V1_PING, {1}), pong = answer(P4_V1_PING, {1});
    for (const auto* noise : {"c5", "c5 34", "c5 c5 34", "c5 34 01 00", "c5 34 c5", "a5 c5 34 00"}) {
        CAPTURE(noise);
        Device device;
        CHECK(device.play(hex(noise) + ping) == pong);
        CHECK(device.play(hex(noise), ping) == pong);
    }
}

TEST_CASE("whatever arrives, HELLO after a silence is answered") {
    std::mt19937 random(21);
    const Conversation talk;
    const v2::HelloRequest versions{2, 2};
    const auto hello = v2::encode({Message::HELLO, Kind::REQUEST, 0, 3}, {v2::payload(versions)});
    for (int round = 0; round < 2000; ++round) {
        CAPTURE(round);
        Resumed resumed(talk, 2 + random() % 6);
        for (auto n = random() % 8; n > 0; --n) {
            auto piece = talk.requests[random() % talk.requests.size()];
            if (random() % 2) piece.resize(1 + random() % piece.size());
            for (auto k = random() % 4; k > 0; --k) piece[random() % piece.size()] ^= static_cast<std::uint8_t>(random());
            resumed.device.world.script.emplace_back(piece);
            if (random() % 4 == 0) resumed.device.world.script.emplace_back(silence);
        }
        resumed.device.play(silence, silence);
        const auto answers = frames_in(resumed.device.play(hello));
        REQUIRE(answers.size() == 1);
        REQUIRE(answers[0].header.message == Message::HELLO);
        REQUIRE(p4_memory_check(&resumed.device.world.heaps) == 0);
    }
}

TEST_CASE("the beginning of a frame does not pass for the payload that got lost before it") {
    // A header is 16 bytes and their CRC, as a payload of 16 bytes is.
    Host host;
    const auto lost = host.next(Message::WRITE, {Bytes(16)});
    const auto next = host.next(Message::HEAP);
    const auto frames = frames_in(host.device.play(first_bytes(lost, 20) + next, silence));
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].header.kind == Kind::RESEND);
    CHECK(frames[0].header.sequence == 1);
}
