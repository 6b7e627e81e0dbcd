// Blocks of single-precision operations whose every result and flag is seen.
//
// A block does eight operations on operands of its own choice: each with its
// rounding mode in the instruction, its result in a register of its own, and
// its flags moved to another before the next one.
#pragma once

#include "block.hpp"

#include <map>

namespace p4jit::test {

class FloatVectors {
public:
    explicit FloatVectors(std::uint64_t seed);
    Block next();

    /// How many vectors each operation has had so far.
    const std::map<std::string, std::uint64_t>& counts() const { return counts_; }

private:
    std::uint32_t operand();
    std::uint32_t near(std::uint32_t value);
    std::int32_t below(std::int32_t bound) { return static_cast<std::int32_t>(random_() % static_cast<unsigned>(bound)); }

    std::mt19937_64 random_;
    std::uint32_t previous_ = 0;
    std::map<std::string, std::uint64_t> counts_;
};

} // namespace p4jit::test
