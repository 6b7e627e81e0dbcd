// Payloads of CALL: calls with their arrays to bytes, and what came back.
#pragma once

#include "p4jit/wire/v2.hpp"

#include <array>
#include <span>
#include <vector>

namespace p4jit::wire::v2 {

/// Host memory that goes with a call; its address on the device is put into the
/// call's block.
struct CallArray {
    std::uint32_t slot = 0; ///< where in the block
    ByteView data;
    bool comes_back = false;
};

/// Another word of the call's block that becomes an address in one of its arrays.
struct CallPointer {
    std::uint32_t slot = 0;
    std::uint32_t array = 0;  ///< its number in Call::arrays
    std::uint32_t offset = 0; ///< in bytes
};

struct Call {
    std::uint32_t entry = 0; ///< code that takes the address of its block in a0
    std::uint32_t limit_ms = 0;
    bool measure_stack = false;
    ByteView block;
    std::uint32_t returns_from = 0; ///< the block comes back from this offset on
    std::vector<CallArray> arrays;
    std::vector<CallPointer> pointers{};
};

/// The payload; each array in cache lines of its own. Throws ProtocolError if a
/// slot is outside its block, or a pointer outside its array.
Bytes encode_calls(std::span<const Call> calls);

/// How long encode_calls() and its answer are going to be at most.
std::size_t size_of_calls(std::span<const Call> calls);

/// Where a call was when it crashed or was stopped.
struct FaultReport {
    std::uint32_t cause = 0, pc = 0, value = 0; ///< mcause, mepc, mtval
    std::uint32_t payload = 0;                  ///< where the CALL's payload lay
    std::array<std::uint32_t, 32> x{};          ///< integer registers
    std::uint32_t stack_low = 0, stack_high = 0;
    std::vector<std::uint32_t> stack; ///< words from sp, or stack_low if that is higher, up
};

struct CallAnswer {
    Outcome outcome{};
    std::uint32_t result = 0; ///< register a0
    std::uint32_t stack = 0;  ///< bytes used; 0 if not measured
    std::uint64_t cycles = 0;
    // If it returned; views of the payload:
    ByteView block;               ///< from returns_from on
    std::vector<ByteView> arrays; ///< one for each that comes back
    // If it crashed or was stopped:
    std::optional<FaultReport> fault;
};

/// Takes the answer to encode_calls(calls) apart; nothing if it does not fit.
std::optional<std::vector<CallAnswer>> parse_calls(std::span<const Call> calls, ByteView payload);

/// Where the arrays of the only call lie in its payload: offset of each.
std::vector<std::uint32_t> places_of_arrays(const Call& call);

} // namespace p4jit::wire::v2
