// Small objects for the tests of this part.
#pragma once

#include "p4jit/base/error.hpp"
#include "p4jit/link/relocate.hpp"
#include "tests/support/cross_compiler.hpp"

namespace p4jit::link::test {

inline elf::Object c_object(const std::string& source, const std::string& name = "kernel.c",
                            const std::string& flags = "-O2 -mno-relax -ffunction-sections -fdata-sections") {
    return elf::Object::parse(p4jit::test::compile(p4jit::test::gcc + ' ' + flags, source, name), name);
}

inline elf::Object assembled(const std::string& source, const std::string& name = "kernel.S",
                             const std::string& flags = "-mno-relax") {
    return elf::Object::parse(p4jit::test::compile(p4jit::test::gcc + ' ' + flags, source, name), name);
}

/// LLVM's assembler knows relocations that GNU's does not.
inline elf::Object llvm_assembled(const std::string& source, const std::string& name = "kernel.S") {
    return elf::Object::parse(p4jit::test::compile(p4jit::test::clang + " -mno-relax", source, name), name);
}

inline Input input_of(std::vector<elf::Object> objects, std::vector<std::string> keep = {}) {
    Input input;
    input.objects = std::move(objects);
    input.keep = std::move(keep);
    return input;
}

/// What the call throws as LinkError; empty if nothing.
template <typename Call>
std::string link_error(Call call) {
    try {
        call();
    } catch (const LinkError& error) {
        return error.what();
    }
    return {};
}

inline bool contains(const std::string& text, const std::string& piece) { return text.find(piece) != text.npos; }

inline std::uint32_t word_at(const Bytes& image, std::uint32_t offset) {
    return load_le<std::uint32_t>(&image[offset]);
}

} // namespace p4jit::link::test
