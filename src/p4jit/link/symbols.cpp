#include "p4jit/link/symbols.hpp"

#include <fmt/format.h>

namespace p4jit::link {

namespace {

std::uint64_t key(std::uint32_t object, std::uint32_t section) { return std::uint64_t{object} << 32 | section; }

} // namespace

void SymbolTable::add(const elf::Object& object, std::vector<std::string>& problems) {
    for (const auto& group : object.groups()) {
        if (!group.comdat || groups_.insert(std::string(group.signature)).second) continue;
        for (const auto section : group.sections) discarded_.insert(key(objects_, section));
    }
    for (const auto& symbol : object.symbols()) {
        if (symbol.local() || symbol.undefined() || symbol.name.empty()) continue;
        if (symbol.placed() && is_discarded(objects_, symbol.section)) continue;
        define(object, symbol, problems);
    }
    ++objects_;
}

void SymbolTable::define(const elf::Object& object, const elf::Symbol& symbol, std::vector<std::string>& problems) {
    const auto strength = symbol.common()                              ? Strength::common
                          : symbol.binding == elf::SymbolBinding::weak ? Strength::weak
                                                                       : Strength::strong;
    const Entry entry{{objects_, symbol.index}, strength, symbol.size, &object.name()};
    const auto [existing, is_new] = entries_.try_emplace(symbol.name, entry);
    if (is_new) return;
    auto& old = existing->second;
    if (strength == Strength::strong && old.strength == Strength::strong)
        problems.push_back(
            fmt::format("{} is defined in {} and again in {}", symbol.name, *old.object_name, object.name()));
    else if (strength > old.strength ||
             (strength == Strength::common && old.strength == strength && symbol.size > old.size))
        old = entry;
}

std::optional<Definition> SymbolTable::find(std::string_view name) const {
    const auto found = entries_.find(name);
    if (found == entries_.end()) return std::nullopt;
    return found->second.definition;
}

bool SymbolTable::is_discarded(std::uint32_t object, std::uint32_t section) const {
    return discarded_.contains(key(object, section));
}

} // namespace p4jit::link
