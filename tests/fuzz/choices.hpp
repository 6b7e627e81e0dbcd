// Decisions drawn from a fuzzer's input, so that any bytes are a valid course of
// events. When the input is used up every decision is the first.
#pragma once

#include "p4jit/base/bytes.hpp"

#include <algorithm>

namespace p4jit::fuzz {

class Choices {
public:
    explicit Choices(ByteView input) : left_(input) {}

    bool empty() const { return left_.empty(); }

    std::uint8_t byte() {
        if (left_.empty()) return 0;
        const auto value = left_.front();
        left_ = left_.subspan(1);
        return value;
    }
    /// 0 to count - 1, of at most 256.
    unsigned below(std::size_t count) { return static_cast<unsigned>(byte() % count); }

    std::uint32_t word() {
        std::uint32_t value = 0;
        for (int i = 0; i < 4; ++i) value = value << 8 | byte();
        return value;
    }

    /// Numbers as they occur in messages: small ones, sizes, nearly 2^32, any.
    std::uint32_t number() {
        switch (below(4)) {
        case 0: return byte();
        case 1: return static_cast<std::uint32_t>(byte()) << byte() % 24;
        case 2: return ~static_cast<std::uint32_t>(byte());
        default: return word();
        }
    }

    /// At most `most` of the bytes that are left.
    Bytes bytes(std::size_t most) {
        const auto count = std::min({static_cast<std::size_t>(byte()), most, left_.size()});
        Bytes result(left_.begin(), left_.begin() + static_cast<std::ptrdiff_t>(count));
        left_ = left_.subspan(count);
        return result;
    }
    ByteView rest() const { return left_; }

private:
    ByteView left_;
};

} // namespace p4jit::fuzz
