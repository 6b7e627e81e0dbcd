// A linked image at its addresses on the device.
#pragma once

#include "p4jit/elf/write.hpp"
#include "p4jit/isa/revision.hpp"
#include "p4jit/jit/source_text.hpp"
#include "p4jit/link/plan.hpp"

namespace p4jit::jit {

/// Code that calls functions of the image, in the room behind its .text.
struct Thunk {
    std::string name; ///< "call_remote"
    std::uint32_t offset, size;
};

struct Image {
    link::Plan plan;
    isa::ChipRevision revision;
    Texts texts; ///< of sources that are in no file
    link::Addresses addresses{};
    Bytes bytes;            ///< by the plan's offsets
    link::PartRange thunks; ///< all of them
    std::vector<Thunk> thunk_list;

    std::uint32_t address(std::uint32_t offset) const { return plan.address(offset, addresses); }
    /// Of code or data of this chunk: a symbol at its end still counts as inside.
    std::uint32_t address(const link::Chunk& chunk, std::uint32_t offset) const {
        return address(chunk.offset) + offset;
    }
};

/// Its symbols: index into `sections` by link::Part. Those of the firmware that
/// it uses are absolute.
std::vector<elf::OutputSymbol> symbols_of(const Image& image);

/// Debug information of all objects of the image, for its addresses; empty if
/// there is none. Throws BadObject if it is damaged.
std::vector<elf::OutputSection> debug_sections_of(const Image& image);

} // namespace p4jit::jit
