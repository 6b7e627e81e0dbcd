// The two bytes that a frame begins with.
#pragma once

#include "p4jit/base/bytes.hpp"

#include <algorithm>
#include <array>

namespace p4jit::wire {

using Magic = std::array<std::uint8_t, 2>;

inline constexpr Magic v1_magic{
#define V1_MAGIC(first, second) first, second
#include "spec/protocol/v1.def"
};
inline constexpr Magic v2_magic{
#define V2_MAGIC(first, second) first, second
#include "spec/protocol/v2.def"
};

/// How many bytes cannot start a frame; a last one may be half a magic.
inline std::size_t bytes_before(const Magic& magic, ByteView bytes) {
    auto found = std::search(bytes.begin(), bytes.end(), magic.begin(), magic.end());
    if (found == bytes.end() && !bytes.empty() && bytes.back() == magic[0]) --found;
    return static_cast<std::size_t>(found - bytes.begin());
}

} // namespace p4jit::wire
