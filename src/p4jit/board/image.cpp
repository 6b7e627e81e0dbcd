#include "p4jit/board/image.hpp"

#include "p4jit/base/error.hpp"

#include <fmt/format.h>

namespace p4jit::board {

void load_image(machine::Machine& machine, const elf::Object& image) {
    if (image.kind() != elf::ObjectKind::image)
        throw BadObject(fmt::format("{} is an unlinked object, not a program: link it first", image.name()));
    auto& memory = machine.memory();
    for (const auto& segment : image.segments()) {
        if (segment.type != elf::SegmentType::load || segment.memory_size == 0) continue;
        Bytes bytes(segment.contents.begin(), segment.contents.end());
        const bool fits = memory.view(segment.address, segment.memory_size).size() == segment.memory_size;
        if (!fits)
            throw BadObject(
                fmt::format("{}: its segment at {:#010x} to {:#010x} is not in the chip's memory ({}); link it "
                            "to flash 0x40000000, PSRAM 0x48000000 or L2MEM 0x4ff00000",
                            image.name(), segment.address, segment.address + (segment.memory_size - 1),
                            memory.region_name(segment.address)));
        bytes.resize(segment.memory_size);
        memory.program(segment.address, bytes);
    }
    machine.reset(image.entry());
}

} // namespace p4jit::board
