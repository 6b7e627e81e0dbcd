#include "p4jit/elf/object.hpp"

#include "p4jit/elf/contents.hpp"

#include <algorithm>
#include <tuple>

namespace p4jit::elf {

namespace {

/// Which of several symbols of one name, or at one place, a person means.
int rank(const Symbol& symbol) {
    if (symbol.undefined()) return 0;
    if (symbol.local()) return 1;
    return symbol.binding == SymbolBinding::weak ? 2 : 3;
}

bool is_label(std::string_view name) {
    // $d and $x… are the psABI's mapping symbols; .L labels are the compiler's own.
    return !name.empty() && !name.starts_with('$') && !name.starts_with(".L");
}

std::pair<std::uint32_t, std::uint32_t> place(const Symbol& symbol) { return {symbol.section, symbol.value}; }

/// Sorts by place and keeps the best symbol of each.
void sort_by_place(std::vector<std::uint32_t>& indices, const std::vector<Symbol>& symbols) {
    std::sort(indices.begin(), indices.end(), [&](std::uint32_t a, std::uint32_t b) {
        return std::tuple(place(symbols[a]), -rank(symbols[a]), a) <
               std::tuple(place(symbols[b]), -rank(symbols[b]), b);
    });
    const auto same_place = [&](std::uint32_t a, std::uint32_t b) { return place(symbols[a]) == place(symbols[b]); };
    indices.erase(std::unique(indices.begin(), indices.end(), same_place), indices.end());
}

/// The last of the sorted indices whose symbol is in the section, at or before
/// the value; nullptr if there is none.
const Symbol* last_before(const std::vector<std::uint32_t>& indices, const std::vector<Symbol>& symbols,
                          std::uint32_t section, std::uint32_t value) {
    const auto after =
        std::upper_bound(indices.begin(), indices.end(), std::pair(section, value),
                         [&](const auto& wanted, std::uint32_t index) { return wanted < place(symbols[index]); });
    if (after == indices.begin()) return nullptr;
    const auto& symbol = symbols[*(after - 1)];
    return symbol.section == section ? &symbol : nullptr;
}

} // namespace

void Object::Contents::index_symbols() {
    for (const auto& symbol : symbols) {
        if (symbol.type == SymbolType::section || symbol.type == SymbolType::file || !is_label(symbol.name)) continue;
        const auto [known, is_new] = by_name.try_emplace(symbol.name, symbol.index);
        if (!is_new && rank(symbol) > rank(symbols[known->second])) known->second = symbol.index;
        if (!symbol.placed()) continue;
        if (symbol.function()) functions.push_back(symbol.index);
        if (symbol.type == SymbolType::notype && sections[symbol.section].executable()) labels.push_back(symbol.index);
    }
    sort_by_place(functions, symbols);
    sort_by_place(labels, symbols);
}

const std::string& Object::name() const { return contents_->name; }
ObjectKind Object::kind() const { return contents_->kind; }
std::uint32_t Object::entry() const { return contents_->entry; }
std::uint32_t Object::flags() const { return contents_->flags; }
const std::vector<Section>& Object::sections() const { return contents_->sections; }
const std::vector<Symbol>& Object::symbols() const { return contents_->symbols; }
const std::vector<Segment>& Object::segments() const { return contents_->segments; }
const std::vector<Group>& Object::groups() const { return contents_->groups; }
ByteView Object::build_id() const { return contents_->build_id; }
std::string_view Object::architecture() const { return contents_->architecture; }

const Section* Object::section(std::string_view name) const {
    for (const auto& section : sections())
        if (section.name == name && section.type != SectionType::null) return &section;
    return nullptr;
}

const Symbol* Object::symbol(std::string_view name) const {
    const auto found = contents_->by_name.find(name);
    return found == contents_->by_name.end() ? nullptr : &symbols()[found->second];
}

const Symbol* Object::function_at(std::uint32_t section, std::uint32_t value) const {
    if (section >= sections().size()) return nullptr;
    const auto& home = sections()[section];
    if (value < home.address || value - home.address >= home.size) return nullptr;

    const auto* function = last_before(contents_->functions, symbols(), section, value);
    if (function && (function->size == 0 || value - function->value < function->size)) return function;
    // Assembly labels have no size: one reaches to the next, but never out of
    // a function that stands before it.
    const auto* label = last_before(contents_->labels, symbols(), section, value);
    const auto function_end = function ? std::uint64_t{function->value} + function->size : 0;
    return label && label->value >= function_end ? label : nullptr;
}

const Symbol* Object::function_at(std::uint32_t address) const {
    const auto* home = section_at(address);
    return home ? function_at(home->index, address) : nullptr;
}

const Section* Object::section_at(std::uint32_t address) const {
    if (kind() != ObjectKind::image) return nullptr;
    for (const auto& section : sections())
        if (section.allocated() && !(section.flags & section_flag::tls) && address >= section.address &&
            address - section.address < section.size)
            return &section;
    return nullptr;
}

} // namespace p4jit::elf
