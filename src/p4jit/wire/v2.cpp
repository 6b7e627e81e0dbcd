#include "p4jit/wire/v2.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/wire/crc32c.hpp"
#include "p4jit/wire/magic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace p4jit::wire::v2 {

namespace {

constexpr auto& magic = v2_magic;
constexpr std::size_t summed = 16; ///< bytes of the header that its CRC covers

std::size_t frame_size(std::uint32_t payload) { return header_size + payload + (payload != 0 ? crc_size : 0); }

} // namespace

std::string name(Message message) {
#define V2_MESSAGE(NAME, ...)                                                                                          \
    if (message == Message::NAME) return #NAME;
#include "spec/protocol/v2.def"
    return fmt::format("{:#04x}", static_cast<unsigned>(message));
}

std::string meaning(Refusal refusal) {
#define V2_ERROR(NAME, value, text)                                                                                    \
    if (refusal == Refusal::NAME) return text;
#include "spec/protocol/v2.def"
    return fmt::format("error {}", static_cast<std::uint32_t>(refusal));
}

std::uint32_t schema() {
    return crc32c(as_bytes(""
#define V2_MESSAGE(NAME, id, size, request, answer, meaning) #NAME " " #id " " #size " " request " " answer "\n"
#include "spec/protocol/v2.def"
                           ));
}

Bytes encode(const Header& header, std::initializer_list<ByteView> parts) {
    std::size_t length = 0;
    for (const auto part : parts) length += part.size();
    if (length > limit::PAYLOAD)
        throw ProtocolError(fmt::format("{}: a payload of {} bytes is longer than a frame takes ({})",
                                        name(header.message), length, limit::PAYLOAD));
    Bytes bytes;
    bytes.reserve(length + frame_overhead);
    bytes.insert(bytes.end(), magic.begin(), magic.end());
    bytes.push_back(static_cast<std::uint8_t>(header.message));
    bytes.push_back(static_cast<std::uint8_t>(header.kind));
    append_le(bytes, header.session);
    append_le(bytes, header.sequence);
    append_le(bytes, static_cast<std::uint32_t>(length));
    const auto header_crc = crc32c(bytes);
    append_le(bytes, header_crc);
    for (const auto part : parts) bytes.insert(bytes.end(), part.begin(), part.end());
    if (length != 0) append_le(bytes, crc32c(ByteView(bytes).subspan(header_size), header_crc));
    return bytes;
}

void FrameParser::feed(ByteView bytes) {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(at_));
    at_ = 0;
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

bool FrameParser::next(Frame& frame) {
    for (;;) {
        skip(bytes_before(magic, ByteView(buffer_).subspan(at_)));
        const auto rest = ByteView(buffer_).subspan(at_);
        if (rest.size() < header_size) return false;
        const auto length = load_le<std::uint32_t>(&rest[12]);
        const auto header_crc = load_le<std::uint32_t>(&rest[summed]);
        if (crc32c(rest.first(summed)) != header_crc || length > limit::PAYLOAD) {
            skip(1);
            continue;
        }
        if (rest.size() < frame_size(length)) return false;
        const auto payload = rest.subspan(header_size, length);
        if (length != 0 && crc32c(payload, header_crc) != load_le<std::uint32_t>(&rest[header_size + length])) {
            // Its length is right, so nothing in it is searched for frames.
            skip(frame_size(length));
            continue;
        }
        frame.header = {static_cast<Message>(rest[2]), static_cast<Kind>(rest[3]), load_le<std::uint32_t>(&rest[4]),
                        load_le<std::uint32_t>(&rest[8])};
        frame.payload.assign(payload.begin(), payload.end());
        at_ += frame_size(length);
        return true;
    }
}

void FrameParser::skip(std::size_t count) {
    at_ += count;
    skipped_ += count;
}

} // namespace p4jit::wire::v2
