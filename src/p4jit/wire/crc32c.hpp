// CRC-32C (Castagnoli, polynomial 1EDC6F41), the checksum of protocol v2.
#pragma once

#include "p4jit/base/bytes.hpp"

namespace p4jit::wire {

/// The CRC of what came before, and these bytes. crc32c("123456789") is
/// 0xE3069283.
std::uint32_t crc32c(ByteView bytes, std::uint32_t before = 0);

} // namespace p4jit::wire
