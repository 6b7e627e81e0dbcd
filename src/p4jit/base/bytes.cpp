#include "p4jit/base/bytes.hpp"

namespace p4jit {

std::string_view Cursor::c_string() {
    const auto rest = ok_ ? bytes_.subspan(at_) : ByteView();
    const auto* nul =
        rest.empty() ? nullptr : static_cast<const std::uint8_t*>(std::memchr(rest.data(), 0, rest.size()));
    if (nul == nullptr) {
        ok_ = false;
        return {};
    }
    const auto text = as_text(take(static_cast<std::size_t>(nul - rest.data())));
    skip(1);
    return text;
}

std::uint64_t Cursor::uleb128() {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        const auto byte = u8();
        if (shift < 64) value |= std::uint64_t{byte & 0x7Fu} << shift;
        if (!(byte & 0x80)) return value;
    }
}

std::int64_t Cursor::sleb128() {
    std::uint64_t value = 0;
    for (unsigned shift = 0;;) {
        const auto byte = u8();
        if (shift < 64) value |= std::uint64_t{byte & 0x7Fu} << shift;
        shift += 7;
        if (byte & 0x80) continue;
        if ((byte & 0x40) && shift < 64) value |= ~std::uint64_t{0} << shift;
        return static_cast<std::int64_t>(value);
    }
}

} // namespace p4jit
