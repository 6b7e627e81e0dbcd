#include "p4jit/link/planner.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/text.hpp"
#include "p4jit/link/align.hpp"
#include "p4jit/link/loops.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace p4jit::link {

using elf::SectionType;

std::optional<Part> part_of(const elf::Section& section) {
    if (!section.allocated() || section.type == SectionType::null) return std::nullopt;
    // Unwind tables: nothing unwinds. Notes: for tools.
    if (section.name.starts_with(".eh_frame") || section.type == SectionType::note) return std::nullopt;
    if (section.type == SectionType::nobits) return Part::bss;
    if (section.executable()) return Part::text;
    return section.flags & elf::section_flag::write ? Part::data : Part::rodata;
}

namespace {

bool is_initializer(const elf::Section& section) {
    return section.type == SectionType::init_array || section.type == SectionType::preinit_array ||
           section.name.starts_with(".init_array") || section.name.starts_with(".ctors");
}

} // namespace

void Planner::take_objects() {
    for (const auto& object : input_.objects) add_object(object);
}

std::uint32_t Planner::add_object(const elf::Object& object) {
    plan_.objects_.push_back(object);
    symbols_.add(plan_.objects_.back(), problems_);
    return static_cast<std::uint32_t>(plan_.objects_.size() - 1);
}

void Planner::follow_references() {
    keep_roots();
    while (!to_follow_.empty()) {
        follow_sections();
        // A member taken in since then may define what was missing.
        for (const auto& [object, section, relocation] : std::exchange(missing_weak_, {}))
            follow(object, relocation, section);
    }
}

void Planner::follow_sections() {
    while (!to_follow_.empty()) {
        const auto [object, section] = to_follow_.back();
        to_follow_.pop_back();
        // By value: taking in a member moves plan_.objects_.
        const auto relocations = plan_.objects_[object].sections()[section].relocations;
        for (const auto& relocation : relocations) follow(object, relocation, section);
    }
}

void Planner::keep_roots() {
    for (std::uint32_t object = 0; object < input_.objects.size(); ++object) {
        for (const auto& section : input_.objects[object].sections())
            if (input_.keep.empty() || is_initializer(section)) keep_section(object, section.index);
        if (!input_.keep.empty()) continue;
        for (const auto& symbol : input_.objects[object].symbols())
            if (symbol.common()) kept_commons_.insert(symbol.name);
    }
    for (const auto& name : input_.keep) {
        const auto found = symbols_.find(name);
        if (!found) {
            problems_.push_back(fmt::format("{} does not define {}", input_.name, name));
            continue;
        }
        const auto& symbol = plan_.objects_[found->object].symbols()[found->symbol];
        if (symbol.common()) kept_commons_.insert(symbol.name);
        if (symbol.placed()) keep_section(found->object, symbol.section);
    }
}

void Planner::keep_section(std::uint32_t object, std::uint32_t section) {
    const auto& candidate = plan_.objects_[object].sections()[section];
    if (!part_of(candidate) || symbols_.is_discarded(object, section)) return;
    if (!kept_.emplace(object, section).second) return;
    if (candidate.flags & elf::section_flag::tls)
        problems_.push_back(fmt::format("{}: section {} is thread-local storage, which kernels cannot have; "
                                        "make the variable plain or static",
                                        plan_.objects_[object].name(), candidate.name));
    to_follow_.emplace_back(object, section);
}

void Planner::follow(std::uint32_t object, const elf::Relocation& relocation, std::uint32_t section) {
    if (relocation.symbol == 0) return;
    const auto& user = plan_.objects_[object].sections()[section];
    if (changes_nothing(relocation.type) && !loop_relocation(user, relocation)) return;
    const auto resolved = resolve(object, relocation.symbol);
    const auto& symbol = plan_.objects_[object].symbols()[relocation.symbol];
    switch (resolved.kind) {
    case Resolved::Kind::section:
        keep_section(resolved.definition.object,
                     plan_.objects_[resolved.definition.object].symbols()[resolved.definition.symbol].section);
        break;
    case Resolved::Kind::common: kept_commons_.insert(symbol.name); break;
    case Resolved::Kind::missing:
        note_missing(symbol.name, {&plan_.objects_[object], section, relocation.offset});
        break;
    case Resolved::Kind::missing_weak: missing_weak_.push_back({object, section, relocation}); break;
    case Resolved::Kind::absolute: break;
    }
}

Planner::Resolved Planner::resolve(std::uint32_t object, std::uint32_t index) {
    const auto symbol = plan_.objects_[object].symbols()[index];
    if (symbol.absolute()) return {Resolved::Kind::absolute, {object, index}, symbol.value};
    if (symbol.local()) return {symbol.placed() ? Resolved::Kind::section : Resolved::Kind::missing, {object, index}};
    if (symbols_.find(symbol.name)) return resolve_defined(object, symbol);
    return resolve_undefined(symbol);
}

Planner::Resolved Planner::resolve_defined(std::uint32_t, const elf::Symbol& symbol) const {
    const auto definition = *symbols_.find(symbol.name);
    const auto& chosen = plan_.objects_[definition.object].symbols()[definition.symbol];
    if (chosen.common()) return {Resolved::Kind::common, definition};
    if (chosen.absolute()) return {Resolved::Kind::absolute, definition, chosen.value};
    return {Resolved::Kind::section, definition};
}

Planner::Resolved Planner::resolve_undefined(const elf::Symbol& symbol) {
    if (pull(input_.provide, symbol.name)) return resolve_defined(0, symbol);
    const auto [cached, is_new] = external_.try_emplace(std::string(symbol.name));
    if (is_new && input_.external) cached->second = input_.external(symbol.name);
    if (cached->second) return {Resolved::Kind::absolute, {}, *cached->second};
    const bool is_weak = symbol.binding == elf::SymbolBinding::weak;
    if (!is_weak && (pull_from_archives(symbol.name) || pull(input_.provide_at_last, symbol.name)))
        return resolve_defined(0, symbol);
    return {is_weak ? Resolved::Kind::missing_weak : Resolved::Kind::missing};
}

/// An object of the caller's. Each name is asked for once.
bool Planner::pull(const Provider& provider, std::string_view name) {
    const bool is_last = &provider == &input_.provide_at_last;
    if (!provider || !asked_[is_last].emplace(name).second) return false;
    const auto object = provider(name);
    if (!object) return false;
    const auto index = add_object(*object);
    for (const auto& section : object->sections())
        if (is_initializer(section)) keep_section(index, section.index);
    return symbols_.find(name).has_value();
}

bool Planner::pull_from_archives(std::string_view name) {
    if (pull_from(input_.archives, name)) return true;
    if (!input_.libraries) return false;
    if (!libraries_) libraries_ = input_.libraries();
    return pull_from(*libraries_, name);
}

bool Planner::pull_from(const std::vector<elf::Archive>& archives, std::string_view name) {
    for (const auto& archive : archives)
        if (const auto* member = archive.find(name); member != nullptr) {
            add_object(archive.object(*member));
            return symbols_.find(name).has_value();
        }
    return false;
}

std::string Planner::describe(const Place& place) const {
    if (input_.describe)
        if (auto text = input_.describe(place); !text.empty()) return text;
    const auto* function = place.object->function_at(place.section, place.offset);
    return function != nullptr ? fmt::format("in {} of {}", function->name, place.object->name())
                               : place.object->name();
}

void Planner::note_missing(std::string_view name, const Place& place) {
    auto& places = missing_[std::string(name)];
    auto text = describe(place);
    if (places.empty() || places.back() != text) places.push_back(std::move(text));
}

void Planner::check() const {
    auto problems = problems_;
    if (!missing_.empty()) {
        auto text = fmt::format("{} needs {} {} nobody provides:", input_.name, missing_.size(),
                                missing_.size() == 1 ? "symbol" : "symbols");
        const auto candidates = input_.external_names ? input_.external_names() : std::vector<std::string>();
        std::size_t width = 0;
        for (const auto& [name, places] : missing_) width = std::max(width, name.size());
        for (const auto& [name, places] : missing_) {
            text += fmt::format("\n    {:<{}}  ({}{})", name, width, places.front(),
                                places.size() > 1 ? fmt::format(" and {} more", places.size() - 1) : "");
            if (const auto near = nearest(name, candidates); !near.empty())
                text += fmt::format(" — the firmware has {}", near);
            if (const auto blame = input_.blame ? input_.blame(name) : std::string(); !blame.empty())
                text += fmt::format(" — {}", blame);
        }
        if (!input_.advice.empty()) text += "\n" + input_.advice;
        problems.push_back(std::move(text));
    }
    if (!problems.empty()) throw LinkError(join(problems, "\n"));
}

} // namespace p4jit::link
