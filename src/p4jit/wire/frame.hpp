// Frames of protocol v1: bytes to frames and back. No I/O, no clock.
//
//   0       2         3       4                  8            8+N
//   +-------+---------+-------+------------------+------------+----------+
//   | A5 5A | command | flags | payload length N | payload, N | checksum |
//   +-------+---------+-------+------------------+------------+----------+
//
// The checksum is the sum of all bytes before it, modulo 65536. It finds any
// single wrong byte, but no swapped ones. Rows: spec/protocol/v1.def. What the
// payloads mean: messages.hpp.
#pragma once

#include "p4jit/base/bytes.hpp"

#include <initializer_list>

namespace p4jit::wire {

enum class Command : std::uint8_t {
#define V1_COMMAND(NAME, id, ...) NAME = id,
#include "spec/protocol/v1.def"
};

enum class Flag : std::uint8_t {
#define V1_FLAG(NAME, value, ...) NAME = value,
#include "spec/protocol/v1.def"
};

/// Longest payload, both directions.
inline constexpr std::size_t max_payload =
#define V1_LIMIT(NAME, value, ...) value
#include "spec/protocol/v1.def"
    ;

inline constexpr std::size_t header_size = 8;
inline constexpr std::size_t checksum_size = 2;
/// The bytes of a frame that are not its payload.
inline constexpr std::size_t frame_overhead = header_size + checksum_size;

/// "ALLOC"; "0x7f" for an id that is no row.
std::string name(Command command);

/// A frame from the wire: command and flag may be numbers that are no row.
struct Frame {
    Command command{};
    Flag flag{};
    Bytes payload;

    bool operator==(const Frame&) const = default;
};

std::uint16_t checksum(ByteView bytes);

/// The frame's bytes in one piece; the payload is the parts one after another,
/// in all at most max_payload.
Bytes encode(Command command, Flag flag, std::initializer_list<ByteView> parts);
Bytes encode(const Frame& frame);

/// Finds frames in a stream that arrives in any pieces. Bytes that belong to
/// no frame are passed over, so that it gets into step again by itself; it
/// keeps no more than the longest frame and what was fed since.
class FrameParser {
public:
    enum class Result {
        incomplete, ///< more bytes are needed
        frame,      ///< a frame, its checksum verified
        damaged,    ///< the magic, but then a wrong checksum or a length past the limit
    };

    explicit FrameParser(std::size_t payload_limit = max_payload) : payload_limit_(payload_limit) {}

    void feed(ByteView bytes);

    /// What comes next in the bytes fed so far. Writes `frame` when the result
    /// is Result::frame. After `damaged` the search goes on behind that magic.
    Result next(Frame& frame);

    /// Forgets everything fed so far.
    void reset();

    /// Bytes fed that are not yet part of a frame nor passed over.
    std::size_t pending() const { return buffer_.size() - at_; }
    /// Bytes that were part of no frame, since the beginning or reset().
    std::size_t skipped() const { return skipped_; }

private:
    void skip(std::size_t count);

    std::size_t payload_limit_;
    Bytes buffer_;
    std::size_t at_ = 0;
    std::size_t skipped_ = 0;
};

} // namespace p4jit::wire
