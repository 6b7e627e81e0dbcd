#include "p4jit/link/plan.hpp"

#include "p4jit/link/planner.hpp"

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

Target Plan::target(std::uint32_t object, std::uint32_t symbol) const { return targets_[object][symbol]; }

} // namespace p4jit::link
