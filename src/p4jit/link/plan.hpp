// Objects in, a plan of their image out: what is in it and where, with only the
// address still open.
//
// Nothing is relaxed, so every size is known before the address: lay out, ask
// the device for memory, relocate once (relocate.hpp). The words and letters
// are the psABI's. docs/linking.md tells the rules and the traps.
#pragma once

#include "p4jit/elf/archive.hpp"
#include "p4jit/elf/object.hpp"

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace p4jit::link {

/// Where something stands in an object.
struct Place {
    const elf::Object* object;
    std::uint32_t section;
    std::uint32_t offset;
};

/// What is to be linked.
struct Input {
    /// In order; a symbol may be defined once, weak definitions aside.
    std::vector<elf::Object> objects;
    /// Searched for what neither the objects nor `external` define; members are
    /// taken in as needed.
    std::vector<elf::Archive> archives;
    /// More of them, searched last; asked for only when a name is missing.
    std::function<std::vector<elf::Archive>()> libraries;

    /// Names that must be in the image. Sections that nothing kept refers to are
    /// left out. Empty: everything in `objects` is kept.
    std::vector<std::string> keep;

    /// An object that defines a name which `objects` do not define, or nothing;
    /// asked before anybody else. It comes with its constructors. Empty: none.
    std::function<std::optional<elf::Object>(std::string_view)> provide;
    /// The same, asked when nobody else had the name.
    std::function<std::optional<elf::Object>(std::string_view)> provide_at_last;

    /// The address of a symbol outside (the firmware's), or nothing. Empty: none.
    std::function<std::optional<std::uint32_t>(std::string_view)> external;

    // For messages. "kern.c:31" for a place; and the names to choose from when a
    // symbol is missing. Both may be empty.
    std::function<std::string(const Place&)> describe;
    std::function<std::vector<std::string>()> external_names;
    std::string name = "the code"; ///< "kern.c"
    std::string advice;            ///< said below the list of missing symbols
    /// Said of a missing name; may be empty, and so may be what it returns.
    std::function<std::string(std::string_view)> blame;

    std::uint32_t alignment = 16; ///< of the image, at least
};

/// The parts of an image, in this order.
enum class Part : std::uint8_t { text, rodata, data, bss, count };

/// A section of an object with its place in the image.
struct Chunk {
    std::uint32_t object;  ///< index into Plan::objects
    std::uint32_t section; ///< 0 for what the linker makes: common symbols, GOT, veneers
    Part part;
    std::uint32_t offset = 0; ///< from the start of the image
    std::uint32_t size = 0;
    std::uint32_t alignment = 1;
    Bytes contents;                           ///< after R_RISCV_ALIGN; empty for bss
    std::vector<elf::Relocation> relocations; ///< offsets into contents
    /// Bytes taken out for R_RISCV_ALIGN: at these offsets of the section, so many.
    std::vector<std::pair<std::uint32_t, std::uint32_t>> removed;

    /// Where an offset of the object's section is now, and back.
    std::uint32_t from_section(std::uint32_t offset_in_section) const;
    std::uint32_t to_section(std::uint32_t offset_in_chunk) const;
};

/// What a symbol stands for.
struct Target {
    enum class Kind : std::uint8_t { chunk, absolute, missing_weak } kind;
    std::uint32_t chunk = 0; ///< index into Plan::chunks
    std::uint32_t value = 0; ///< offset in the chunk, or the address
};

struct PartRange {
    std::uint32_t offset = 0, size = 0;
    std::uint32_t end() const { return offset + size; }
};

/// Where an image is: .text and .rodata, and .data and .bss, which may lie in
/// other memory. Both are aligned to Plan::alignment().
struct Addresses {
    std::uint32_t code, data;
};

class Plan {
public:
    std::uint32_t size() const { return size_; }           ///< in bytes, .bss included
    std::uint32_t alignment() const { return alignment_; } ///< of the image's address
    PartRange part(Part part) const { return parts_[static_cast<std::size_t>(part)]; }

    /// How many bytes of the image come before a block that has .data and .bss
    /// alone; the data begin inside the first Plan::alignment() bytes of it.
    std::uint32_t bytes_before_data() const { return part(Part::data).offset / alignment_ * alignment_; }
    /// The addresses of an image that is one block.
    Addresses together(std::uint32_t address) const { return {address, address + bytes_before_data()}; }
    /// The address of an offset.
    std::uint32_t address(std::uint32_t offset, const Addresses& addresses) const {
        return offset < part(Part::data).offset ? addresses.code + offset
                                                : addresses.data + (offset - bytes_before_data());
    }
    /// The other way round; nothing outside the image.
    std::optional<std::uint32_t> offset(std::uint32_t address, const Addresses& addresses) const;

    /// Leaves room for `size` bytes of code that are nobody's, behind .text.
    /// Returns its offset, a multiple of 4. What comes behind moves.
    std::uint32_t make_room(std::uint32_t size);

    /// The same before everything else, at offset 0: all of it moves, by a multiple
    /// of alignment().
    void make_room_in_front(std::uint32_t size);

    /// The offset of a global symbol, or nothing if it is not in the image.
    std::optional<std::uint32_t> find(std::string_view symbol) const;

    /// The place that an offset of the image comes from, if it is one.
    std::optional<Place> source(std::uint32_t offset) const;

    /// Offsets of the words of .init_array, in the order they are to be called.
    const std::vector<std::uint32_t>& initializers() const { return initializers_; }

    /// What a symbol that a relocation in the image names stands for.
    Target target(std::uint32_t object, std::uint32_t symbol) const;

    const std::vector<elf::Object>& objects() const { return objects_; }
    const std::vector<Chunk>& chunks() const { return chunks_; }
    /// What the global symbols of the objects stand for.
    const std::map<std::string, Target, std::less<>>& globals() const { return globals_; }

private:
    friend class Planner;
    friend class Relocator;

    std::vector<elf::Object> objects_;
    std::vector<Chunk> chunks_;
    std::vector<std::vector<Target>> targets_; ///< by object and symbol
    std::map<std::string, Target, std::less<>> globals_;
    std::map<std::uint64_t, std::uint32_t> got_;     ///< offset in the image, by object and symbol
    std::map<std::uint32_t, std::uint32_t> veneers_; ///< offset in the image, by absolute target
    std::vector<std::uint32_t> initializers_;
    std::array<PartRange, static_cast<std::size_t>(Part::count)> parts_;
    std::uint32_t size_ = 0, alignment_ = 1;
    std::string name_;
};

/// Chooses what is needed, resolves every symbol, lays the image out. Throws
/// LinkError once, with every problem there is: symbols that nobody provides
/// (and who needs them), symbols defined twice, what cannot be linked.
Plan place(const Input& input);

} // namespace p4jit::link
