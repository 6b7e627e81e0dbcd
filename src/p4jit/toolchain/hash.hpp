// 128-bit content hashes. Not against an attacker who makes collisions, but
// against two different inputs ever meeting by chance.
#pragma once

#include "p4jit/base/bytes.hpp"

#include <array>
#include <string>

namespace p4jit::toolchain {

using Hash = std::array<std::uint8_t, 16>;

Hash hash(ByteView bytes);

/// 32 hex digits.
std::string hex(const Hash& hash);

/// Hashes a sequence of texts; where one ends and the next begins counts.
class Hasher {
public:
    Hasher& add(ByteView bytes);
    Hasher& add(std::string_view text) { return add(as_bytes(text)); }
    Hash finish() const { return hash(input_); }

private:
    Bytes input_;
};

} // namespace p4jit::toolchain
