// The blocks of device memory that a session owns, so that an address that is
// not ours is refused here, before it reaches a device that may not check.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace p4jit::session {

/// "[SPIRAM 8BIT]", as in spec/chip/caps.def.
std::string describe_caps(std::uint32_t caps);

/// Device memory: addresses and sizes in bytes.
struct Block {
    std::uint32_t address = 0;
    std::uint32_t size = 0;
    std::uint32_t caps = 0; ///< bits of spec/chip/caps.def
    std::uint32_t alignment = 0;
};

class Allocations {
public:
    /// False if the block overlaps one that is there or leaves the address space.
    bool add(const Block& block);
    void remove(std::uint32_t address) { blocks_.erase(address); }

    /// The block that starts at address; null if none does.
    const Block* at(std::uint32_t address) const;
    /// The one block in which the whole range lies; null if there is none. An
    /// empty range may also stand at a block's end.
    const Block* containing(std::uint32_t address, std::size_t size) const;

    bool empty() const { return blocks_.empty(); }
    /// All blocks by address.
    std::vector<Block> all() const;

private:
    std::map<std::uint32_t, Block> blocks_;
};

} // namespace p4jit::session
