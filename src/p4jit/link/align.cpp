#include "p4jit/link/align.hpp"

#include "p4jit/base/bits.hpp"
#include "p4jit/link/loops.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace p4jit::link {

namespace {

using elf::RelocationType;

void append_nops(Bytes& bytes, std::uint32_t size) {
    constexpr std::uint32_t nop = 0x0000'0013;
    constexpr std::uint16_t c_nop = 0x0001;
    for (; size >= 4; size -= 4) append_le(bytes, nop);
    if (size >= 2) append_le(bytes, c_nop);
}

} // namespace

std::uint32_t Chunk::from_section(std::uint32_t offset_in_section) const {
    auto now = offset_in_section;
    for (const auto& [at, count] : removed)
        if (offset_in_section > at) now -= std::min(count, offset_in_section - at);
    return now;
}

std::uint32_t Chunk::to_section(std::uint32_t offset_in_chunk) const {
    auto before = offset_in_chunk;
    for (const auto& [at, count] : removed)
        if (before >= at) before += count;
    return before;
}

std::string take_contents(Chunk& chunk, const elf::Section& section, bool compressed_nops) {
    auto relocations = section.relocations;
    std::ranges::stable_sort(relocations, {}, &elf::Relocation::offset);
    std::uint32_t taken = 0; // bytes of the section that are done with
    auto& bytes = chunk.contents;
    const auto take_up_to = [&](std::uint32_t end) {
        const auto piece = section.contents.subspan(taken, end - taken);
        bytes.insert(bytes.end(), piece.begin(), piece.end());
        taken = end;
    };
    const std::uint32_t nop_size = compressed_nops ? 2 : 4;
    for (const auto& relocation : relocations) {
        if (relocation.type != RelocationType::R_ALIGN) continue;
        // The addend is the room in bytes: the alignment minus the smallest nop.
        const auto room = static_cast<std::uint32_t>(relocation.addend);
        if (room > section.size || relocation.offset > section.size - room || relocation.offset < taken)
            return fmt::format("the alignment at offset {:#x} has no room of {} bytes", relocation.offset, room);
        if (room % nop_size != 0)
            return fmt::format("the alignment at offset {:#x} has room of {} bytes, which nops cannot fill",
                               relocation.offset, room);
        const auto alignment = std::bit_ceil(room + 1);
        if (alignment > section.alignment)
            return fmt::format("the alignment to {} at offset {:#x} is more than the section's own", alignment,
                               relocation.offset);
        take_up_to(relocation.offset);
        const auto here = static_cast<std::uint32_t>(bytes.size());
        const auto needed = align_up(here, alignment) - here;
        if (needed > room || needed % nop_size != 0)
            return fmt::format("the alignment at offset {:#x} needs {} bytes and has {}", relocation.offset, needed,
                               room);
        if (needed == room) { // the compiler's own nops do, as they are
            take_up_to(relocation.offset + room);
            continue;
        }
        append_nops(bytes, needed);
        taken += room;
        chunk.removed.emplace_back(relocation.offset + needed, room - needed);
    }
    take_up_to(section.size);
    chunk.size = static_cast<std::uint32_t>(bytes.size());
    for (auto& relocation : relocations) {
        if (const auto type = loop_relocation(section, relocation)) relocation.type = *type;
        relocation.offset = chunk.from_section(relocation.offset);
        if (!changes_nothing(relocation.type)) chunk.relocations.push_back(relocation);
    }
    return {};
}

} // namespace p4jit::link
