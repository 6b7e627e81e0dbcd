#include "p4jit/link/plan.hpp"

#include "p4jit/base/bits.hpp"
#include "p4jit/link/planner.hpp"

#include <algorithm>
#include <span>

namespace p4jit::link {

Plan place(const Input& input) {
    Planner planner(input);
    planner.take_objects();
    planner.follow_references();
    planner.check();
    // Beyond this point every symbol has a definition and no object is added.
    planner.make_chunks();
    planner.add_common_symbols();
    planner.add_got_and_veneers();
    planner.check();
    // Beyond this point every size is final.
    planner.lay_out();
    planner.check();
    planner.find_targets();
    planner.list_initializers();
    return planner.take();
}

std::optional<std::uint32_t> Plan::find(std::string_view symbol) const {
    const auto found = globals_.find(symbol);
    if (found == globals_.end() || found->second.kind != Target::Kind::chunk) return std::nullopt;
    return chunks_[found->second.chunk].offset + found->second.value;
}

std::optional<Place> Plan::source(std::uint32_t offset) const {
    for (const auto& chunk : chunks_)
        if (chunk.section != 0 && offset - chunk.offset < chunk.size)
            return Place{&objects_[chunk.object], chunk.section, chunk.to_section(offset - chunk.offset)};
    return std::nullopt;
}

std::optional<std::uint32_t> Plan::offset(std::uint32_t address, const Addresses& addresses) const {
    const auto data = part(Part::data).offset;
    if (address - addresses.code < data) return address - addresses.code;
    const auto at = address - addresses.data + bytes_before_data();
    if (at >= data && at < size_) return at;
    return std::nullopt;
}

std::uint32_t Plan::make_room(std::uint32_t size) {
    auto& text = parts_[static_cast<std::size_t>(Part::text)];
    const auto others = std::span(parts_).subspan(1);
    const auto room = align_up(text.end(), 4u);
    const auto end = room + size;
    auto next = end; // where the next part with anything in it begins
    for (const auto& chunk : chunks_)
        if (chunk.part != Part::text && chunk.size != 0) next = std::min(next, chunk.offset);
    // By a multiple of every alignment there is.
    const auto moved = align_up(end - next, alignment_);
    for (auto& chunk : chunks_)
        if (chunk.part != Part::text) chunk.offset = std::max(chunk.offset + moved, end);
    for (auto& [key, at] : got_) at += moved;
    for (auto& at : initializers_) at += moved;
    text.size = end - text.offset;
    for (auto& part : others) part.offset = std::max(part.offset + moved, end);
    size_ = std::max(end, others.back().end());
    return room;
}

void Plan::make_room_in_front(std::uint32_t size) {
    const auto moved = align_up(size, alignment_);
    for (auto& chunk : chunks_) chunk.offset += moved;
    for (auto& [key, at] : got_) at += moved;
    for (auto& [target, at] : veneers_) at += moved;
    for (auto& at : initializers_) at += moved;
    parts_[static_cast<std::size_t>(Part::text)].size += moved;
    for (auto& part : std::span(parts_).subspan(1)) part.offset += moved;
    size_ += moved;
}

Target Plan::target(std::uint32_t object, std::uint32_t symbol) const { return targets_[object][symbol]; }

} // namespace p4jit::link
