#include "p4jit/board/image.hpp"

#include "p4jit/base/error.hpp"

#include <fmt/format.h>

namespace p4jit::board {

namespace {

void check_place(const machine::Memory& memory, const elf::Object& image, std::uint32_t address, std::uint32_t size) {
    if (size == 0 || memory.view(address, size).size() == size) return;
    throw BadObject(fmt::format("{}: its segment at {:#010x} to {:#010x} is not in the chip's memory ({}); link it to "
                                "flash 0x40000000, PSRAM 0x48000000 or L2MEM 0x4ff00000",
                                image.name(), address, address + (size - 1), memory.region_name(address)));
}

} // namespace

void load_image(machine::Machine& machine, const elf::Object& image) {
    if (image.kind() != elf::ObjectKind::image)
        throw BadObject(fmt::format("{} is an unlinked object, not a program: link it first", image.name()));
    auto& memory = machine.memory();
    for (const auto& segment : image.segments()) {
        if (segment.type != elf::SegmentType::load) continue;
        check_place(memory, image, segment.address, segment.memory_size);
        check_place(memory, image, segment.physical_address, static_cast<std::uint32_t>(segment.contents.size()));
        memory.program(segment.physical_address, segment.contents);
    }
    machine.reset(image.entry());
}

} // namespace p4jit::board
