// What the payloads of protocol v1 mean. Every message but the raw data of
// WRITE_MEM, READ_MEM and PING is a row of u32, so each is a struct of u32.
#pragma once

#include "p4jit/wire/frame.hpp"

#include <optional>

namespace p4jit::wire {

/// What an error answer says, and the status inside ALLOC's answer.
enum class ErrorCode : std::uint32_t {
#define V1_ERROR(NAME, code, ...) NAME = code,
#include "spec/protocol/v1.def"
};

/// "the frame's checksum is wrong"; "error 99" for a code that is no row.
std::string meaning(ErrorCode code);

/// The status inside WRITE_MEM's answer.
enum class WriteStatus : std::uint32_t {
#define V1_STATUS(NAME, code, ...) NAME = code,
#include "spec/protocol/v1.def"
};

/// The shortest payload a device takes; 0 for an id that is no row.
std::size_t request_size(Command command);

struct AllocRequest {
    std::uint32_t size, caps, alignment;
};
struct AllocAnswer {
    std::uint32_t address; ///< 0: failed
    ErrorCode status;
};
struct FreeRequest {
    std::uint32_t address;
};
struct FreeAnswer {
    std::uint32_t zero;
};
/// Followed by the data.
struct WriteRequest {
    std::uint32_t address;
};
struct WriteAnswer {
    std::uint32_t written; ///< bytes
    WriteStatus status;
};
/// The answer is the data.
struct ReadRequest {
    std::uint32_t address, size;
};
struct ExecRequest {
    std::uint32_t address;
};
struct ExecAnswer {
    std::uint32_t result;
};
/// The answer to HEAP_INFO, in bytes.
struct HeapInfo {
    std::uint32_t free_spiram, total_spiram, free_internal, total_internal;

    bool operator==(const HeapInfo&) const = default;
};
/// The answer to HEAP_CHECK.
struct HeapCheck {
    std::uint32_t damaged_heaps, allocated_blocks, largest_spiram, largest_internal;

    bool operator==(const HeapCheck&) const = default;
};
struct ErrorAnswer {
    ErrorCode code;
};

/// The most data one WRITE_MEM or READ_MEM moves.
inline constexpr std::size_t max_write = max_payload - sizeof(WriteRequest);
inline constexpr std::size_t max_read = max_payload;

template <typename M>
concept Message = std::is_trivially_copyable_v<M> && std::is_standard_layout_v<M> && alignof(M) == 4;

/// The message's bytes, as long as the message lives.
template <Message M>
ByteView payload(const M& message) {
    return {reinterpret_cast<const std::uint8_t*>(&message), sizeof message};
}

/// The message at the start of a payload; nothing if the payload is too short.
/// What follows is data, or to be ignored.
template <Message M>
std::optional<M> parse(ByteView bytes) {
    if (bytes.size() < sizeof(M)) return std::nullopt;
    return load_le<M>(bytes.data());
}

} // namespace p4jit::wire
