#include "p4jit/elf/compression.hpp"

#include "p4jit/base/error.hpp"

#include <fmt/format.h>
#include <zlib.h>

namespace p4jit::elf {

Bytes decompress(const Object& object, const Section& section) {
    constexpr std::uint32_t type_zlib = 1, limit = 256u << 20;
    // No zlib stream expands more than this (zlib's technical notes).
    constexpr std::uint64_t best_ratio = 1032;

    const auto fail = [&](std::string_view what) {
        throw BadObject(fmt::format("{}: section {} ({}) {}; compile it with -gz=none", object.name(), section.index,
                                    section.name, what));
    };
    Cursor at(section.contents);
    const auto type = at.u32(), size = at.u32();
    at.skip(4); // alignment
    if (!at.ok()) fail("is marked as compressed but has no compression header");
    if (type != type_zlib) fail(fmt::format("is compressed by method {}, not by zlib", type));
    const auto packed = at.take(at.left());
    if (size > limit || size > best_ratio * (packed.size() + 1))
        fail(fmt::format("claims to be {} bytes when decompressed", size));

    Bytes bytes(size);
    uLongf written = size;
    if (uncompress(bytes.data(), &written, packed.data(), packed.size()) != Z_OK || written != size)
        fail("cannot be decompressed");
    return bytes;
}

} // namespace p4jit::elf
