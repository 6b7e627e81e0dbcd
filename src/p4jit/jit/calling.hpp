// How a function on the device is called: which register or stack word each
// argument goes to, and where it waits in the block of arguments before.
//
// The calling convention is the psABI's for ilp32f ("Integer Calling
// Convention", "Hardware Floating-point Calling Convention"). With protocol v1
// the block is the original P4-JIT's wherever it can be: argument i at 4*i, the
// result at 124. With v2 it travels with each call and is as small as it can be.
#pragma once

#include "p4jit/dwarf/signature.hpp"
#include "p4jit/jit/element.hpp"

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
    bool is_address = false; ///< not what is there, but where it is
};

/// A register of a result on its way into the block.
struct ResultMove {
    bool is_float = false;
    std::uint8_t number = 10;
    std::uint32_t to = 0;  ///< offset in the block
    std::uint8_t size = 4; ///< 1, 2 or 4
};

/// So many bytes of a value, and where in the block they wait. A structure whose
/// fields go to registers of two kinds is in two pieces.
struct Piece {
    std::uint32_t offset = 0, size = 0; ///< in the value
    std::uint32_t slot = 0;             ///< in the block, aligned to its size
};

/// What kind of parameter it is for the caller.
struct ParameterType {
    /// Structures, unions and complex numbers are records.
    enum class Kind : std::uint8_t { scalar, record, pointer } kind;
    ElementType element;          ///< of the value, or what the pointer points to
    bool points_to_const = false; ///< what it points to does not come back
    bool points_to_function = false;
    bool is_reference = false; ///< never null
    std::size_t referred = 0;  ///< bytes that a reference refers to
    std::vector<Piece> pieces{};
    std::uint32_t slot = 0; ///< of the first piece

    ScalarType scalar() const { return element.scalar(); }
};

struct ResultType {
    enum class Kind : std::uint8_t { none, scalar, record, pointer } kind;
    ElementType element; ///< uint32_t for a pointer
    std::vector<Piece> pieces{};
    std::vector<ResultMove> moves{}; ///< none if the function itself puts it into the block
};

struct CallPlan {
    std::vector<ParameterType> parameters;
    std::vector<Move> moves;
    std::uint32_t stack_size = 0; ///< of arguments on the stack, a multiple of 16
    ResultType result{};
    std::uint32_t result_offset = 124; ///< in the block
    bool counts_cycles = true;         ///< or there is no room for that in the block
    std::uint32_t cycles_offset = 128; ///< two words: cycles that the function took
    std::uint32_t block_size = 136;    ///< the block is aligned to block_alignment
};

inline constexpr std::uint32_t block_alignment = 16;

enum class BlockLayout : std::uint8_t { original, compact };

/// Throws SignatureError for what cannot be called: variadic functions, C++
/// classes that only their constructors may copy, long double, vectors.
CallPlan plan_call(const dwarf::Signature& signature, BlockLayout layout = BlockLayout::original);

} // namespace p4jit::jit
