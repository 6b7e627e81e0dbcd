// Bytes written as people and documents write them: "a5 5a 01 00".
#pragma once

#include "p4jit/base/bytes.hpp"

#include <string>

namespace p4jit::tests {

inline Bytes hex(std::string_view text) {
    Bytes bytes;
    for (std::size_t i = 0; i + 1 < text.size();) {
        if (text[i] == ' ') {
            ++i;
            continue;
        }
        bytes.push_back(static_cast<std::uint8_t>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
        i += 2;
    }
    return bytes;
}

} // namespace p4jit::tests
