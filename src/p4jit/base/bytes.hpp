// Bytes: views, little-endian loads and stores, and a cursor for hostile input.
#pragma once

#include "p4jit/base/bits.hpp"

#include <concepts>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace p4jit {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;

/// Reads a little-endian T at `from`, which need not be aligned.
template <typename T>
    requires std::is_trivially_copyable_v<T> T load_le(const void* from) {
        T value;
        std::memcpy(&value, from, sizeof value);
        return value;
    }

/// Writes a little-endian T at `to`, which need not be aligned.
template <typename T>
    requires std::is_trivially_copyable_v<T>
void store_le(void* to, T value) { std::memcpy(to, &value, sizeof value); }

/// Appends a little-endian T.
template <typename T>
    requires std::is_trivially_copyable_v<T>
void append_le(Bytes& bytes, T value) {
    const auto* raw = reinterpret_cast<const std::uint8_t*>(&value);
    bytes.insert(bytes.end(), raw, raw + sizeof value);
}

inline ByteView as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::string_view as_text(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

/// Walks over bytes that nobody vouches for. A read past the end gives zero
/// bytes and makes ok() false for good, so that a parser can read a whole
/// record and ask once; nothing outside the view is ever touched.
class Cursor {
public:
    explicit Cursor(ByteView bytes, std::size_t at = 0) : bytes_(bytes), at_(at), ok_(at <= bytes.size()) {}

    bool ok() const { return ok_; }
    std::size_t at() const { return at_; }
    std::size_t left() const { return ok_ ? bytes_.size() - at_ : 0; }
    bool done() const { return left() == 0; }

    void seek(std::size_t at) {
        ok_ = ok_ && at <= bytes_.size();
        if (ok_) at_ = at;
    }
    void skip(std::size_t count) { take(count); }

    template <typename T>
    T read() {
        auto raw = take(sizeof(T));
        return ok_ ? load_le<T>(raw.data()) : T{};
    }
    std::uint8_t u8() { return read<std::uint8_t>(); }
    std::uint16_t u16() { return read<std::uint16_t>(); }
    std::uint32_t u32() { return read<std::uint32_t>(); }
    std::uint64_t u64() { return read<std::uint64_t>(); }

    /// The next `count` bytes; empty, and no longer ok(), if there are fewer.
    ByteView take(std::size_t count) {
        if (!ok_ || count > bytes_.size() - at_) {
            ok_ = false;
            return {};
        }
        auto view = bytes_.subspan(at_, count);
        at_ += count;
        return view;
    }

    /// The text up to the next NUL, which is passed over; not ok() without one.
    std::string_view c_string();

    /// Unsigned and signed LEB128 (DWARF 5, section 7.6); bits past 64 are lost.
    std::uint64_t uleb128();
    std::int64_t sleb128();

private:
    ByteView bytes_;
    std::size_t at_;
    bool ok_;
};

} // namespace p4jit
