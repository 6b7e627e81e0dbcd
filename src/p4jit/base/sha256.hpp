// SHA-256 (FIPS 180-4) and HMAC (RFC 2104): who knows a secret can prove it
// without telling it.
#pragma once

#include "p4jit/base/bytes.hpp"

#include <array>

namespace p4jit {

using Sha256 = std::array<std::uint8_t, 32>;

Sha256 sha256(ByteView bytes);

/// HMAC-SHA256 of the message under the key.
Sha256 hmac_sha256(ByteView key, ByteView message);

/// Compares in a time that depends on the sizes alone.
bool equal_in_constant_time(ByteView a, ByteView b);

} // namespace p4jit
