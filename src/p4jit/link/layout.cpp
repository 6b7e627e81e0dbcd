// The second half of planning: chunks, the sections that the linker makes, and
// where everything goes.
#include "p4jit/link/align.hpp"
#include "p4jit/link/planner.hpp"

#include "p4jit/base/bits.hpp"
#include "p4jit/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <limits>

namespace p4jit::link {

using elf::RelocationType;

std::uint32_t Planner::add_chunk(Part part, std::uint32_t alignment, std::uint32_t size) {
    Chunk chunk{.object = 0, .section = 0, .part = part};
    chunk.alignment = alignment;
    chunk.size = size;
    if (part != Part::bss) chunk.contents.resize(size);
    plan_.chunks_.push_back(std::move(chunk));
    return static_cast<std::uint32_t>(plan_.chunks_.size() - 1);
}

void Planner::make_chunks() {
    for (const auto& [object, index] : kept_) {
        const auto& section = plan_.objects_[object].sections()[index];
        Chunk chunk{.object = object, .section = index, .part = *part_of(section)};
        chunk.alignment = section.alignment;
        chunk.size = section.size;
        if (chunk.part != Part::bss) {
            const bool compressed = plan_.objects_[object].flags() & elf::header_flag::rvc;
            const auto problem = take_contents(chunk, section, compressed);
            if (!problem.empty())
                problems_.push_back(
                    fmt::format("{}: section {}: {}", plan_.objects_[object].name(), section.name, problem));
        }
        chunk_of_section_[{object, index}] = static_cast<std::uint32_t>(plan_.chunks_.size());
        plan_.chunks_.push_back(std::move(chunk));
    }
}

void Planner::add_common_symbols() {
    for (const auto name : kept_commons_) {
        const auto definition = symbols_.find(name);
        const auto& symbol = plan_.objects_[definition->object].symbols()[definition->symbol];
        if (!symbol.common()) continue;
        const auto alignment = std::max(symbol.value, 1u);
        if (!std::has_single_bit(alignment))
            problems_.push_back(fmt::format("{}: the common symbol {} is aligned to {}, not a power of two",
                                            plan_.objects_[definition->object].name(), name, alignment));
        else
            chunk_of_common_[name] = add_chunk(Part::bss, alignment, symbol.size);
    }
}

Target Planner::target_of(std::uint32_t object, std::uint32_t symbol) {
    const auto resolved = resolve(object, symbol);
    const auto& [owner, index] = resolved.definition;
    switch (resolved.kind) {
    case Resolved::Kind::absolute: return {Target::Kind::absolute, 0, resolved.value};
    case Resolved::Kind::common:
        if (const auto found = chunk_of_common_.find(plan_.objects_[owner].symbols()[index].name);
            found != chunk_of_common_.end())
            return {Target::Kind::chunk, found->second, 0};
        break;
    case Resolved::Kind::section: {
        const auto& definition = plan_.objects_[owner].symbols()[index];
        if (const auto found = chunk_of_section_.find({owner, definition.section}); found != chunk_of_section_.end())
            return {Target::Kind::chunk, found->second, plan_.chunks_[found->second].from_section(definition.value)};
        break;
    }
    default: break;
    }
    return {Target::Kind::missing_weak};
}

namespace {

std::uint64_t got_key(std::uint32_t object, std::uint32_t symbol) { return std::uint64_t{object} << 32 | symbol; }

/// Jumps that reach a megabyte or less, and so no address of another region.
bool is_short_jump(RelocationType type) {
    return type == RelocationType::R_JAL || type == RelocationType::R_RVC_JUMP || type == RelocationType::R_BRANCH ||
           type == RelocationType::R_RVC_BRANCH;
}

bool needs_got(RelocationType type) {
    return type == RelocationType::R_GOT_HI20 || type == RelocationType::R_GOT32_PCREL;
}

} // namespace

void Planner::add_got_and_veneers() {
    std::uint32_t got_size = 0, veneers_size = 0;
    const auto sections = plan_.chunks_.size();
    for (std::size_t i = 0; i < sections; ++i) {
        for (const auto& relocation : plan_.chunks_[i].relocations) {
            const auto object = plan_.chunks_[i].object;
            if (needs_got(relocation.type) &&
                plan_.got_.try_emplace(got_key(object, relocation.symbol), got_size).second)
                got_size += 4;
            if (!is_short_jump(relocation.type)) continue;
            const auto target = target_of(object, relocation.symbol);
            const auto address = target.value + static_cast<std::uint32_t>(relocation.addend);
            if (target.kind == Target::Kind::absolute && plan_.veneers_.try_emplace(address, veneers_size).second)
                veneers_size += veneer_size;
        }
    }
    if (got_size != 0) got_chunk_ = add_chunk(Part::rodata, 4, got_size);
    if (veneers_size != 0) veneer_chunk_ = add_chunk(Part::text, 4, veneers_size);
}

void Planner::lay_out() {
    std::uint64_t offset = 0;
    plan_.alignment_ = std::max(1u, input_.alignment);
    for (unsigned part = 0; part < static_cast<unsigned>(Part::count); ++part)
        offset = lay_out_part(static_cast<Part>(part), offset);
    if (offset > std::numeric_limits<std::uint32_t>::max())
        problems_.push_back(fmt::format("{} needs {} bytes, more than there are addresses", input_.name, offset));
    plan_.size_ = static_cast<std::uint32_t>(offset);
    plan_.name_ = input_.name;
    for (auto& [key, at] : plan_.got_) at += plan_.chunks_[got_chunk_].offset;
    for (auto& [target, at] : plan_.veneers_) at += plan_.chunks_[veneer_chunk_].offset;
}

/// From `offset` on; returns the end. Offsets above 2^32 are a problem later.
std::uint64_t Planner::lay_out_part(Part part, std::uint64_t offset) {
    auto& range = plan_.parts_[static_cast<std::size_t>(part)];
    bool first = true;
    // Stable: objects and sections stay in their order.
    for (auto& chunk : plan_.chunks_) {
        if (chunk.part != part) continue;
        plan_.alignment_ = std::max(plan_.alignment_, chunk.alignment);
        const std::uint64_t alignment = first ? std::max(chunk.alignment, 4u) : chunk.alignment;
        offset = align_up(offset, alignment);
        chunk.offset = static_cast<std::uint32_t>(offset);
        if (first) range.offset = chunk.offset;
        first = false;
        offset += chunk.size;
    }
    if (first) range.offset = static_cast<std::uint32_t>(offset);
    range.size = static_cast<std::uint32_t>(offset) - range.offset;
    return offset;
}

void Planner::find_targets() {
    plan_.targets_.resize(plan_.objects_.size());
    for (const auto& chunk : plan_.chunks_) {
        if (chunk.section == 0) continue;
        auto& targets = plan_.targets_[chunk.object];
        const auto& symbols = plan_.objects_[chunk.object].symbols();
        targets.resize(symbols.size(), {Target::Kind::missing_weak});
        for (const auto& relocation : chunk.relocations)
            if (relocation.symbol != 0) targets[relocation.symbol] = target_of(chunk.object, relocation.symbol);
        for (const auto& symbol : symbols)
            if (!symbol.local() && !symbol.undefined() && !plan_.globals_.contains(symbol.name))
                plan_.globals_[std::string(symbol.name)] = target_of(chunk.object, symbol.index);
    }
}

namespace {

/// Constructors run by the number behind the section's name, those without one last.
long long priority(std::string_view section) {
    const auto dot = section.rfind('.');
    long long number = 0;
    return parse_integer(section.substr(dot + 1), number) ? number : std::numeric_limits<long long>::max();
}

} // namespace

void Planner::list_initializers() {
    for (const char* name : {".preinit_array", ".init_array"}) {
        std::vector<std::pair<long long, const Chunk*>> arrays;
        for (const auto& chunk : plan_.chunks_) {
            if (chunk.section == 0) continue;
            const auto& section = plan_.objects_[chunk.object].sections()[chunk.section];
            if (section.name.starts_with(name)) arrays.emplace_back(priority(section.name), &chunk);
        }
        std::ranges::stable_sort(arrays, {}, &std::pair<long long, const Chunk*>::first);
        for (const auto& [number, chunk] : arrays)
            for (std::uint32_t at = 0; at + 4 <= chunk->size; at += 4)
                plan_.initializers_.push_back(chunk->offset + at);
    }
}

} // namespace p4jit::link
