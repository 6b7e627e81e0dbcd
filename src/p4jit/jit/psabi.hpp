// How the psABI's hardware floating-point convention sees a type: "Hardware
// Floating-point Calling Convention", for ilp32f.
#pragma once

#include "p4jit/dwarf/type.hpp"

#include <optional>
#include <vector>

namespace p4jit::jit {

/// One of the members that a structure has once structures and arrays in it are
/// taken apart.
struct FlatField {
    std::uint32_t offset = 0;
    std::uint8_t size = 4; ///< in bytes: 1, 2 or 4
    bool is_float = false, is_signed = false;
};

/// Of a structure or complex number that has at most two members, floats or
/// integers of at most four bytes. Nothing for all others, such as unions and
/// structures with pointers: these are passed as integers are.
std::optional<std::vector<FlatField>> flatten(const dwarf::Type& type);

} // namespace p4jit::jit
