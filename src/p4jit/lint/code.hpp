// The instructions of an object's code section, and where they go.
#pragma once

#include "p4jit/elf/object.hpp"
#include "p4jit/isa/decode.hpp"
#include "p4jit/isa/revision.hpp"

#include <map>
#include <optional>

namespace p4jit::lint {

/// A place that code goes to.
struct Target {
    enum class Kind : std::uint8_t { here, elsewhere } kind; ///< in this section, or not
    std::uint32_t offset = 0;                                ///< in this section
};

/// One executable section. A view: the object must outlive it.
class Code {
public:
    Code(const elf::Object& object, const elf::Section& section, isa::ChipRevision chip);

    const elf::Object& object() const { return object_; }
    const elf::Section& section() const { return section_; }
    isa::ChipRevision chip() const { return chip_; }

    /// The word or halfword there; nothing behind the section's end.
    std::optional<std::uint32_t> word(std::uint32_t offset) const;
    /// The chip's instruction there; nothing if it has none.
    std::optional<isa::Instruction> decode(std::uint32_t offset) const;
    /// What another chip would see there.
    std::optional<isa::Instruction> decode_for(isa::ExtensionSet extensions, std::uint32_t offset) const;
    std::string text(std::uint32_t offset) const;

    /// Where the branch, jump or loop setup there points.
    Target target(std::uint32_t offset, const isa::Instruction& instruction) const;
    /// Where the auipc and jalr pair that begins there goes, if it is a call or
    /// tail call; nothing otherwise.
    std::optional<Target> far_target(std::uint32_t offset) const;
    /// Does the linker change the instruction's immediate?
    bool is_relocated(std::uint32_t offset) const { return relocations_.contains(offset); }

    /// The offset modulo 4 that the place has once it is linked: relaxable
    /// alignment is made of more bytes than may be needed.
    std::uint32_t misalignment(std::uint32_t offset) const;

private:
    Target target_of(const elf::Relocation& relocation) const;

    const elf::Object& object_;
    const elf::Section& section_;
    isa::ChipRevision chip_;
    isa::Decoder decoder_;
    std::map<std::uint32_t, const elf::Relocation*> relocations_; ///< those that change something, and loop ends
    std::map<std::uint32_t, std::uint32_t> removed_;              ///< from this offset on so many bytes are left out
};

} // namespace p4jit::lint
