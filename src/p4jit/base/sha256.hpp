// SHA-256 (FIPS 180-4): how ESP-IDF names the file that a firmware was made from.
#pragma once

#include "p4jit/base/bytes.hpp"

#include <array>

namespace p4jit {

std::array<std::uint8_t, 32> sha256(ByteView bytes);

} // namespace p4jit
