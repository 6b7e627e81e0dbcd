// Protocol v2: frames and messages to bytes and back. No I/O, no clock. Rows:
// spec/protocol/v2.def; docs/protocol-v2.md explains.
//
//   0       2         3      4         8          12                 16      20           20+N
//   +-------+---------+------+---------+----------+------------------+-------+------------+--------+
//   | C5 34 | message | kind | session | sequence | payload length N | CRC   | payload, N | CRC    |
//   +-------+---------+------+---------+----------+------------------+-------+------------+--------+
#pragma once

#include "p4jit/base/bytes.hpp"

#include <initializer_list>
#include <optional>
#include <string>

namespace p4jit::wire::v2 {

enum class Message : std::uint8_t {
#define V2_MESSAGE(NAME, id, ...) NAME = id,
#include "spec/protocol/v2.def"
};

enum class Kind : std::uint8_t {
#define V2_KIND(NAME, value, ...) NAME = value,
#include "spec/protocol/v2.def"
};

/// What an error answer says.
enum class Refusal : std::uint32_t {
#define V2_ERROR(NAME, value, ...) NAME = value,
#include "spec/protocol/v2.def"
};

/// How a call ended.
enum class Outcome : std::uint32_t {
#define V2_OUTCOME(NAME, value, ...) NAME = value,
#include "spec/protocol/v2.def"
};

/// Bits of OPEN's flags: OPEN_CONSOLE, and of a call's: CALL_STACK.
enum : std::uint32_t {
#define V2_OPEN_FLAG(NAME, value, ...) OPEN_##NAME = value,
#define V2_CALL_FLAG(NAME, value, ...) CALL_##NAME = value,
#include "spec/protocol/v2.def"
};

/// limit::PAYLOAD, limit::CREDIT, …
namespace limit {
#define V2_NUMBER(NAME, value, meaning) inline constexpr std::uint32_t NAME = value;
#include "spec/protocol/v2.def"
} // namespace limit

/// "ALLOC"; "0x7f" for an id that is no row.
std::string name(Message message);
/// "a call is running"; "error 99" for a number that is no row.
std::string meaning(Refusal refusal);

/// A number that differs when two sides' messages do.
std::uint32_t schema();

inline constexpr std::size_t header_size = 20;
inline constexpr std::size_t crc_size = 4;
/// The most bytes of a frame that are not its payload.
inline constexpr std::size_t frame_overhead = header_size + crc_size;

struct Header {
    Message message{};
    Kind kind{};
    std::uint32_t session = 0;
    std::uint32_t sequence = 0;

    bool operator==(const Header&) const = default;
};

/// A frame from the wire: message and kind may be numbers that are no row.
struct Frame {
    Header header;
    Bytes payload;

    bool operator==(const Frame&) const = default;
};

/// The frame's bytes in one piece; the payload is the parts one after another,
/// in all at most limit::PAYLOAD, else ProtocolError.
Bytes encode(const Header& header, std::initializer_list<ByteView> parts = {});

/// Finds frames in a stream that arrives in any pieces. What belongs to no
/// whole frame is passed over; it keeps no more than the longest frame and what
/// was fed since.
class FrameParser {
public:
    void feed(ByteView bytes);
    /// The next frame in the bytes fed so far; false: more are needed.
    bool next(Frame& frame);
    /// The line fell silent: what is not whole now will never be.
    void give_up() { skip(pending()); }

    /// Bytes fed that are not yet part of a frame nor passed over.
    std::size_t pending() const { return buffer_.size() - at_; }
    /// Bytes that were part of no frame.
    std::size_t skipped() const { return skipped_; }

private:
    void skip(std::size_t count);

    Bytes buffer_;
    std::size_t at_ = 0, skipped_ = 0;
};

// Payloads. Each is a struct of u32, which may be followed by data or text.

struct HelloRequest {
    std::uint32_t oldest, newest;
};
struct HelloAnswer {
    std::uint32_t version, schema, chip, revision, clock, boot, payload, credit, stack, stack_size;
    std::uint8_t build[20];
};
struct PingAnswer {
    std::uint32_t boot, owner, answered, running;
};
struct OpenRequest {
    std::uint32_t flags, lease;
};
struct OpenAnswer {
    std::uint32_t owner, silent;
};
struct CancelAnswer {
    std::uint32_t running;
};
struct AllocRequest {
    std::uint32_t size, caps, alignment;
};
struct AllocAnswer {
    std::uint32_t address;
};
struct FreeRequest {
    std::uint32_t address;
};
struct WriteRequest {
    std::uint32_t address;
};
struct ReadRequest {
    std::uint32_t address, size;
};
struct HeapAnswer {
    std::uint32_t free_spiram, total_spiram, free_internal, total_internal;
    std::uint32_t damaged, blocks, largest_spiram, largest_internal;
};
struct ErrorAnswer {
    Refusal refusal;
};

template <typename M>
concept Payload = std::is_trivially_copyable_v<M> && std::is_standard_layout_v<M> && alignof(M) == 4;

/// The message's bytes, as long as the message lives.
template <Payload M>
ByteView payload(const M& message) {
    return {reinterpret_cast<const std::uint8_t*>(&message), sizeof message};
}

/// The message at the start of a payload; nothing if the payload is too short.
template <Payload M>
std::optional<M> parse(ByteView bytes) {
    if (bytes.size() < sizeof(M)) return std::nullopt;
    return load_le<M>(bytes.data());
}

/// The text behind a message.
template <Payload M>
std::string text_behind(ByteView bytes) {
    return bytes.size() < sizeof(M) ? std::string() : std::string(as_text(bytes.subspan(sizeof(M))));
}

} // namespace p4jit::wire::v2
