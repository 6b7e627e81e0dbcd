#include "p4jit/session/allocations.hpp"

#include "p4jit/base/bits.hpp"

namespace p4jit::session {

std::string describe_caps(std::uint32_t caps) {
    std::string names;
#define MEMORY_CAP(NAME, number, ...)                                                                                  \
    if (bit(caps, number)) names += names.empty() ? #NAME : " " #NAME;
#include "spec/chip/caps.def"
    return "[" + names + "]";
}

namespace {
std::uint64_t end(const Block& block) { return std::uint64_t{block.address} + block.size; }
} // namespace

bool Allocations::add(const Block& block) {
    if (end(block) > std::uint64_t{1} << 32) return false;
    const auto next = blocks_.lower_bound(block.address);
    if (next != blocks_.end() && (next->first == block.address || next->first < end(block))) return false;
    if (next != blocks_.begin() && end(std::prev(next)->second) > block.address) return false;
    blocks_.emplace_hint(next, block.address, block);
    return true;
}

const Block* Allocations::at(std::uint32_t address) const {
    const auto found = blocks_.find(address);
    return found == blocks_.end() ? nullptr : &found->second;
}

const Block* Allocations::containing(std::uint32_t address, std::size_t size) const {
    const auto next = blocks_.upper_bound(address);
    if (next == blocks_.begin()) return nullptr;
    const auto& block = std::prev(next)->second;
    const auto offset = std::uint64_t{address} - block.address;
    return offset <= block.size && size <= block.size - offset ? &block : nullptr;
}

std::vector<Block> Allocations::all() const {
    std::vector<Block> blocks;
    for (const auto& [address, block] : blocks_) blocks.push_back(block);
    return blocks;
}

} // namespace p4jit::session
