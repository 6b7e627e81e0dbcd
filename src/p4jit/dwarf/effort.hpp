// A limit on the work that debug information may ask for.
//
// Honest debug information costs less than one step a byte. A crafted file can
// make a few bytes mean much more: a long string named a million times, an
// abbreviation of a thousand attributes that take no space, units that share
// tables. Every loop whose length the file decides spends from one account,
// which is proportional to the file; when it is empty, the file is refused.
#pragma once

#include "p4jit/base/error.hpp"

#include <cstdint>
#include <fmt/format.h>
#include <string>

namespace p4jit::dwarf {

class Effort {
public:
    /// For an object called `name` with that many bytes of debug information.
    Effort(std::string name, std::uint64_t bytes) : name_(std::move(name)), left_((1u << 20) + 64 * bytes) {}

    /// Spends `steps`; throws BadObject when they are used up.
    void spend(std::uint64_t steps) {
        if (steps > left_)
            throw BadObject(fmt::format("{}: its debug information unfolds to more than 64 times its size; the file "
                                        "is corrupted, compile it again",
                                        name_));
        left_ -= steps;
    }

private:
    std::string name_;
    std::uint64_t left_;
};

} // namespace p4jit::dwarf
