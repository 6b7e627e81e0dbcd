#include "p4jit/wire/frame.hpp"

#include "p4jit/wire/magic.hpp"

#include "p4jit/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace p4jit::wire {

namespace {
constexpr auto& magic = v1_magic;
}

std::string name(Command command) {
#define V1_COMMAND(NAME, ...)                                                                                          \
    if (command == Command::NAME) return #NAME;
#include "spec/protocol/v1.def"
    return fmt::format("{:#04x}", static_cast<unsigned>(command));
}

std::uint16_t checksum(ByteView bytes) {
    std::uint32_t sum = 0;
    // Blocks of a fixed size are summed with vector instructions.
    constexpr std::size_t block = 256;
    for (; bytes.size() >= block; bytes = bytes.subspan(block))
        for (std::size_t i = 0; i < block; ++i) sum += bytes[i];
    for (const auto byte : bytes) sum += byte;
    return static_cast<std::uint16_t>(sum);
}

Bytes encode(Command command, Flag flag, std::initializer_list<ByteView> parts) {
    std::size_t length = 0;
    for (const auto part : parts) length += part.size();
    if (length > max_payload)
        throw ProtocolError(fmt::format("{}: a payload of {} bytes is longer than a frame takes ({})", name(command),
                                        length, max_payload));

    Bytes bytes;
    bytes.reserve(length + frame_overhead);
    bytes.insert(bytes.end(), magic.begin(), magic.end());
    bytes.push_back(static_cast<std::uint8_t>(command));
    bytes.push_back(static_cast<std::uint8_t>(flag));
    append_le(bytes, static_cast<std::uint32_t>(length));
    for (const auto part : parts) bytes.insert(bytes.end(), part.begin(), part.end());
    append_le(bytes, checksum(bytes));
    return bytes;
}

Bytes encode(const Frame& frame) { return encode(frame.command, frame.flag, {frame.payload}); }

void FrameParser::feed(ByteView bytes) {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(at_));
    at_ = 0;
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

FrameParser::Result FrameParser::next(Frame& frame) {
    skip(bytes_before(magic, ByteView(buffer_).subspan(at_)));
    const auto rest = ByteView(buffer_).subspan(at_);
    if (rest.size() < header_size) return Result::incomplete;

    const auto length = load_le<std::uint32_t>(&rest[4]);
    if (length > payload_limit_) {
        skip(magic.size());
        return Result::damaged;
    }
    if (rest.size() < length + frame_overhead) return Result::incomplete;

    const auto summed = rest.first(header_size + length);
    if (load_le<std::uint16_t>(&rest[summed.size()]) != checksum(summed)) {
        skip(magic.size());
        return Result::damaged;
    }
    frame.command = static_cast<Command>(rest[2]);
    frame.flag = static_cast<Flag>(rest[3]);
    frame.payload.assign(summed.begin() + header_size, summed.end());
    at_ += length + frame_overhead;
    return Result::frame;
}

void FrameParser::reset() {
    buffer_.clear();
    at_ = 0;
    skipped_ = 0;
}

void FrameParser::skip(std::size_t count) {
    at_ += count;
    skipped_ += count;
}

} // namespace p4jit::wire
