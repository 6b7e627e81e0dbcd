#include "p4jit/wire/crc32c.hpp"

#include <array>

namespace p4jit::wire {

namespace {

/// Row 0: the CRC of a byte; row n: of a byte and n zero bytes behind it, so
/// that eight bytes are taken at a time ("slicing-by-8").
struct Table {
    std::array<std::array<std::uint32_t, 256>, 8> row{};

    constexpr Table() {
        for (std::uint32_t byte = 0; byte < 256; ++byte) {
            auto crc = byte;
            for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (crc & 1 ? 0x82F63B78u : 0u);
            row[0][byte] = crc;
        }
        for (std::size_t n = 1; n < row.size(); ++n)
            for (std::size_t byte = 0; byte < 256; ++byte)
                row[n][byte] = (row[n - 1][byte] >> 8) ^ row[0][row[n - 1][byte] & 255];
    }
};

constexpr Table table;

} // namespace

std::uint32_t crc32c(ByteView bytes, std::uint32_t before) {
    const auto& row = table.row;
    auto crc = ~before;
    for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
        const auto word = load_le<std::uint64_t>(bytes.data()) ^ crc;
        crc = 0;
        for (unsigned i = 0; i < 8; ++i) crc ^= row[7 - i][(word >> (8 * i)) & 255];
    }
    for (const auto byte : bytes) crc = (crc >> 8) ^ row[0][(crc ^ byte) & 255];
    return ~crc;
}

} // namespace p4jit::wire
