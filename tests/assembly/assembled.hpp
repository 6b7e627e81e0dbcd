// A source through a compiler and our linker to bytes.
#pragma once

#include "p4jit/isa/assemble.hpp"
#include "p4jit/jit/code_reader.hpp"
#include "p4jit/jit/listing.hpp"
#include "p4jit/link/relocate.hpp"
#include "tests/toolchain/bench.hpp"

namespace p4jit::tests {

inline elf::Object object_of(const Bench& bench, const Source& source, const CompileOptions& options = {}) {
    return elf::Object::parse(bench.compiler().compile(source, options).object, source.name.string());
}

/// The linked image. Throws LinkError.
inline Bytes image_of(const elf::Object& object) {
    link::Input input;
    input.objects = {object};
    input.name = object.name();
    return link::relocate(link::place(input), 0x4FF4'0000);
}

inline std::uint32_t word_at(const Bytes& image, std::size_t at) { return load_le<std::uint32_t>(&image.at(at)); }

/// The code of every executable section, by name, hardware loops' ends filled in.
inline std::map<std::string, Bytes> code_of(const elf::Object& object, const isa::ChipRevision& revision) {
    std::map<std::string, Bytes> code;
    const isa::Decoder decoder(revision.extensions());
    for (const auto& section : object.sections())
        if (section.executable() && section.size != 0)
            code[std::string(section.name)] = jit::read_code(object, section, decoder).bytes;
    return code;
}

} // namespace p4jit::tests
