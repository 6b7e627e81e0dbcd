// How a function on the device is called: which register or stack word each
// argument goes to, and where it waits in the block of arguments before.
//
// The calling convention is the psABI's for ilp32f ("Integer Calling
// Convention", "Hardware Floating-point Calling Convention"). With protocol v1
// the block is the original P4-JIT's wherever it can be: argument i at 4*i, the
// result at 124. With v2 it travels with each call and is as small as it can be.
#pragma once

#include "p4jit/dwarf/signature.hpp"
#include "p4jit/jit/scalar.hpp"

#include <optional>
#include <vector>

namespace p4jit::jit {

/// Four bytes of an argument on their way: from this offset in the block.
struct Move {
    enum class To : std::uint8_t { integer_register, float_register, stack } to;
    std::uint8_t number = 0;        ///< of the register: 10 to 17
    std::uint32_t stack_offset = 0; ///< from sp
    std::uint32_t from = 0;         ///< offset in the block
    std::uint8_t size = 4;          ///< 1, 2 or 4
    bool sign_extend = false;
};

/// What kind of parameter it is for the caller.
struct ParameterType {
    enum class Kind : std::uint8_t { scalar, pointer } kind;
    ScalarType scalar;              ///< the number, or what the pointer points to
    bool points_to_scalars = false; ///< otherwise to void, structures, pointers …
    bool points_to_const = false;   ///< what it points to does not come back
    std::uint64_t pointee_size = 0; ///< in bytes; 0 if unknown
    std::uint32_t slot = 0;         ///< offset in the block
};

struct ResultType {
    enum class Kind : std::uint8_t { none, scalar, pointer } kind;
    ScalarType scalar; ///< uint32_t for a pointer
};

struct CallPlan {
    std::vector<ParameterType> parameters;
    std::vector<Move> moves;
    std::uint32_t stack_size = 0; ///< of arguments on the stack, a multiple of 16
    ResultType result{};
    std::uint32_t result_offset = 124; ///< in the block
    bool counts_cycles = true;         ///< or there is no room for that in the block
    std::uint32_t cycles_offset = 128; ///< two words: cycles that the function took
    std::uint32_t block_size = 136;
};

enum class BlockLayout : std::uint8_t { original, compact };

/// Throws SignatureError for what cannot be called: variadic functions,
/// structures by value, 128-bit numbers.
CallPlan plan_call(const dwarf::Signature& signature, BlockLayout layout = BlockLayout::original);

} // namespace p4jit::jit
