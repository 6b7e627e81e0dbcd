#include "p4jit/toolchain/hash.hpp"

#include <fmt/format.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace p4jit::toolchain {

Hash hash(ByteView bytes) {
    // The canonical form is the same on every host.
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
    return std::to_array(canonical.digest);
}

std::string hex(const Hash& hash) {
    std::string text;
    for (const auto byte : hash) text += fmt::format("{:02x}", byte);
    return text;
}

Hasher& Hasher::add(ByteView bytes) {
    append_le(input_, std::uint64_t{bytes.size()});
    input_.insert(input_.end(), bytes.begin(), bytes.end());
    return *this;
}

} // namespace p4jit::toolchain
