// What readelf prints, in pieces. It is the other opinion in these tests.
#pragma once

#include "p4jit/base/text.hpp"
#include "tests/support/cross_compiler.hpp"

#include <charconv>
#include <vector>

namespace p4jit::test {

inline const std::string readelf = "riscv64-unknown-elf-readelf -W ";

inline const std::string libc = picolibc + "/lib/rv32imafc/ilp32f/libc.a";
inline const std::string libm = picolibc + "/lib/rv32imafc/ilp32f/libm.a";
inline std::string libgcc() {
    return std::string(trim(run("riscv64-unknown-elf-gcc -march=rv32imafc -misa-spec=2.2 -mabi=ilp32f "
                                "-print-libgcc-file-name")));
}

/// The words of a line.
inline std::vector<std::string_view> words(std::string_view line) {
    std::vector<std::string_view> found;
    while (!(line = trim(line)).empty()) {
        const auto end = line.find_first_of(" \t");
        found.push_back(line.substr(0, end));
        line.remove_prefix(std::min(end, line.size()));
    }
    return found;
}

/// A number in hexadecimal, with 0x or without.
inline std::uint32_t hex(std::string_view text) {
    if (text.starts_with("0x")) text.remove_prefix(2);
    std::uint32_t value = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (status != std::errc{} || end != text.data() + text.size())
        throw std::runtime_error("not a hexadecimal number: " + std::string(text));
    return value;
}

/// readelf's output for an archive, cut at its "File: lib.a(member.o)" lines.
inline std::vector<std::string_view> cut_members(std::string_view output) {
    std::vector<std::string_view> members;
    for (auto at = output.find("\nFile: "); at != output.npos;) {
        const auto next = output.find("\nFile: ", at + 1);
        members.push_back(output.substr(at, next == output.npos ? next : next - at));
        at = next;
    }
    return members;
}

} // namespace p4jit::test
