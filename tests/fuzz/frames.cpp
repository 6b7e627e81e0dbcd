#include "p4jit/base/error.hpp"
#include "p4jit/wire/messages.hpp"
#include "p4jit/wire/v2_call.hpp"
#include "tests/fuzz/choices.hpp"
#include "tests/fuzz/targets.hpp"

#include <doctest/doctest.h>

namespace p4jit::fuzz {
namespace {

struct V1 {
    using Frame = wire::Frame;
    wire::FrameParser parser{4096};
    bool next(Frame& frame) {
        for (;;) {
            const auto result = parser.next(frame);
            if (result != wire::FrameParser::Result::damaged) return result == wire::FrameParser::Result::frame;
        }
    }
    static Bytes encode(const Frame& frame) { return wire::encode(frame); }
};

struct V2 {
    using Frame = wire::v2::Frame;
    wire::v2::FrameParser parser;
    bool next(Frame& frame) { return parser.next(frame); }
    static Bytes encode(const Frame& frame) { return wire::v2::encode(frame.header, {frame.payload}); }
};

/// The frames in the bytes when they come in pieces of that many; 0: at once.
template <typename Side>
std::vector<typename Side::Frame> frames_in(ByteView bytes, std::size_t piece) {
    Side side;
    std::vector<typename Side::Frame> frames;
    std::size_t used = 0;
    if (piece == 0) piece = std::max<std::size_t>(bytes.size(), 1);
    for (auto left = bytes; !left.empty(); left = left.subspan(std::min(piece, left.size()))) {
        side.parser.feed(left.first(std::min(piece, left.size())));
        for (typename Side::Frame frame; side.next(frame);) {
            used += Side::encode(frame).size();
            frames.push_back(std::move(frame));
        }
    }
    // Every byte is of a frame, passed over, or waited with.
    REQUIRE(used + side.parser.skipped() + side.parser.pending() == bytes.size());
    return frames;
}

template <typename Side>
void check_stream(ByteView bytes) {
    const auto frames = frames_in<Side>(bytes, 0);
    REQUIRE((frames_in<Side>(bytes, 1) == frames));
    REQUIRE((frames_in<Side>(bytes, 7) == frames));
    Bytes again;
    for (const auto& frame : frames) {
        const auto encoded = Side::encode(frame);
        REQUIRE(!std::ranges::search(bytes, encoded).empty());
        again.insert(again.end(), encoded.begin(), encoded.end());
    }
    REQUIRE((frames_in<Side>(again, 0) == frames));
}

/// Input that is sound by its checksums, so that what follows is reached.
Bytes framed(Choices& choices) {
    Bytes stream;
    while (!choices.empty()) {
        Bytes piece;
        switch (choices.below(3)) {
        case 0: piece = choices.bytes(64); break;
        case 1: {
            const auto command = static_cast<wire::Command>(choices.byte());
            const auto flag = static_cast<wire::Flag>(choices.byte());
            piece = wire::encode(command, flag, {choices.bytes(255)});
            break;
        }
        default: {
            const auto message = static_cast<wire::v2::Message>(choices.byte());
            const auto kind = static_cast<wire::v2::Kind>(choices.byte());
            const auto session = choices.number(), sequence = choices.number();
            piece = wire::v2::encode({message, kind, session, sequence}, {choices.bytes(255)});
        }
        }
        if (choices.below(8) == 1 && !piece.empty()) piece[choices.byte() % piece.size()] ^= choices.byte();
        if (choices.below(8) == 1 && !piece.empty()) piece.resize(choices.byte() % piece.size());
        stream.insert(stream.end(), piece.begin(), piece.end());
    }
    return stream;
}

/// Is the view inside of the payload?
bool lies_in(ByteView payload, ByteView view) {
    return view.empty() ||
           (view.data() >= payload.data() && view.data() + view.size() <= payload.data() + payload.size());
}

/// An answer to calls that the host made, from a device that may say anything.
void check_calls(Choices& choices) {
    const auto block = choices.bytes(32);
    const auto array = choices.bytes(64);
    std::vector<wire::v2::Call> calls(1 + choices.below(3));
    for (auto& call : calls) {
        call.block = block;
        call.returns_from = choices.below(40);
        if (choices.below(2) == 1) call.arrays.push_back({choices.below(40), array, choices.below(2) == 1});
    }
    try {
        const auto encoded = wire::v2::encode_calls(calls);
        REQUIRE(encoded.size() <= wire::v2::size_of_calls(calls));
    } catch (const ProtocolError&) {
        return; // a slot outside of its block
    }
    const ByteView payload = choices.rest();
    const auto answers = wire::v2::parse_calls(calls, payload);
    if (!answers) return;
    REQUIRE(answers->size() == calls.size());
    for (const auto& answer : *answers) {
        REQUIRE(lies_in(payload, answer.block));
        for (const auto view : answer.arrays) REQUIRE(lies_in(payload, view));
        if (answer.fault) REQUIRE(answer.fault->stack.size() <= wire::v2::limit::STACK_WORDS);
    }
}

} // namespace

void frames(ByteView input) {
    Choices choices(input);
    switch (choices.below(3)) {
    case 0: {
        check_stream<V1>(choices.rest());
        check_stream<V2>(choices.rest());
        break;
    }
    case 1: {
        const auto stream = framed(choices);
        check_stream<V1>(stream);
        check_stream<V2>(stream);
        break;
    }
    default: check_calls(choices);
    }
}

} // namespace p4jit::fuzz
