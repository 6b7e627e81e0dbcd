// Which bytes of host memory an array has, in the order in which a kernel sees
// them, and how two arrays share bytes. docs/arrays.md has the rules.
#pragma once

#include "p4jit/jit/argument.hpp"

#include <optional>
#include <vector>

namespace p4jit::jit {

/// Runs of bytes. In C order: of the last dimension's runs each is behind the one
/// before.
struct Footprint {
    const std::uint8_t* first = nullptr; ///< the run with all indices 0
    std::vector<Dimension> dimensions;   ///< outermost first, as few as there can be
    std::size_t run = 0;                 ///< in bytes

    static Footprint of(const ArrayView& array);

    std::size_t size() const; ///< in bytes
    bool is_contiguous() const { return dimensions.empty(); }
};

/// Has it a byte that belongs to two of its elements?
bool overlaps_itself(const Footprint& footprint);

/// Have they a byte in common?
bool share_bytes(const Footprint& a, const Footprint& b);

/// Two arrays as ranges of one sequence.
struct Joined {
    Footprint sequence;
    std::size_t a, b; ///< where in the sequence they begin, in bytes
};
/// Nothing unless all that they share is shared by the sequence's order, too:
/// x[1:] and x[:-1] are ranges of x, but x and x[::-1] are none of anything.
std::optional<Joined> join(const Footprint& a, const Footprint& b);

/// Copies between the array and its bytes in C order, size() of them.
void gather(const Footprint& from, std::uint8_t* to);
void scatter(const std::uint8_t* from, const Footprint& to);

} // namespace p4jit::jit
