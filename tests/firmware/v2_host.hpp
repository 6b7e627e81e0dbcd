// The host's side of protocol v2 in a few lines, for a core in a fake world.
#pragma once

#include "p4jit/wire/v2_call.hpp"
#include "tests/firmware/fake_world.hpp"

namespace p4jit::test {

namespace v2 = wire::v2;
using v2::Kind;
using v2::Message;
using v2::Outcome;
using v2::Refusal;

inline constexpr std::uint32_t our_session = 0x11223344;

/// All frames in the bytes; fails the test if there is anything else.
inline std::vector<v2::Frame> frames_in(ByteView bytes) {
    v2::FrameParser parser;
    parser.feed(bytes);
    std::vector<v2::Frame> frames;
    for (v2::Frame frame; parser.next(frame);) frames.push_back(frame);
    REQUIRE(parser.pending() == 0);
    REQUIRE(parser.skipped() == 0);
    return frames;
}

struct Host {
    explicit Host(bool opens = true) {
        if (!opens) return;
        const auto answer = ask(open(our_session));
        REQUIRE(v2::parse<v2::OpenAnswer>(answer.payload)->owner == our_session);
    }

    static Bytes open(std::uint32_t session, std::uint32_t flags = 0, std::uint32_t lease = 2000,
                      std::string_view name = "a test") {
        const v2::OpenRequest request{flags, lease};
        return v2::encode({Message::OPEN, Kind::REQUEST, session, 1}, {v2::payload(request), as_bytes(name)});
    }
    static Bytes control(Message message, std::uint32_t sequence = 7, std::uint32_t session = our_session) {
        return v2::encode({message, Kind::REQUEST, session, sequence});
    }
    /// The next numbered request.
    Bytes next(Message message, std::initializer_list<ByteView> payload = {}) {
        return v2::encode({message, Kind::REQUEST, our_session, ++sequence}, payload);
    }
    template <v2::Payload M>
    Bytes next(Message message, const M& request, ByteView data = {}) {
        return next(message, {v2::payload(request), data});
    }

    /// Sends it and gives the one frame that comes back.
    v2::Frame ask(const Bytes& request) {
        const auto frames = frames_in(device.play(request));
        REQUIRE(frames.size() == 1);
        return frames[0];
    }
    static std::uint32_t error(const v2::Frame& frame) {
        if (frame.header.kind != Kind::ERROR) return 0;
        return static_cast<std::uint32_t>(v2::parse<v2::ErrorAnswer>(frame.payload)->refusal);
    }

    std::uint32_t alloc(std::uint32_t size) {
        const v2::AllocRequest request{size, P4_CAP(SPIRAM) | P4_CAP(8BIT), 16};
        const auto answer = ask(next(Message::ALLOC, request));
        REQUIRE(answer.header.kind == Kind::ANSWER);
        return v2::parse<v2::AllocAnswer>(answer.payload)->address;
    }
    v2::PingAnswer ping() { return *v2::parse<v2::PingAnswer>(ask(control(Message::PING)).payload); }

    Bytes next_call(std::span<const v2::Call> calls) { return next(Message::CALL, {v2::encode_calls(calls)}); }

    Device device;
    std::uint32_t sequence = 0;
};

/// A kernel that adds up the bytes of the array whose address is the first word
/// of its block, stores the sum behind it, and inverts the array.
inline std::function<p4_outcome(const p4_run&, p4_end&)> summing(FakeWorld& world, int& runs, std::uint32_t size) {
    return [&world, &runs, size](const p4_run& run, p4_end& end) {
        ++runs;
        auto* block = world.at(run.argument);
        auto* array = world.at(load_le<std::uint32_t>(block));
        std::uint32_t total = 0;
        for (std::uint32_t i = 0; i < size; ++i) {
            total += array[i];
            array[i] = static_cast<std::uint8_t>(~array[i]);
        }
        store_le(block + 4, total);
        end.result = total + 1;
        end.cycles = 0x1'0000'0005;
        return P4_RETURNED;
    };
}

inline v2::Call call_of(std::uint32_t entry, ByteView block, ByteView array) {
    v2::Call call;
    call.entry = entry;
    call.block = block;
    call.returns_from = 4;
    call.arrays.push_back({0, array, true});
    return call;
}

} // namespace p4jit::test
