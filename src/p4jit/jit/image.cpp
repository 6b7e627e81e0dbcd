#include "p4jit/jit/image.hpp"

#include "p4jit/jit/wanted.hpp"

#include <algorithm>
#include <set>

namespace p4jit::jit {

namespace {

using elf::SymbolType;

bool is_worth_telling(const elf::Symbol& symbol) {
    return !symbol.name.empty() && !symbol.name.starts_with(".L") && symbol.type != SymbolType::section &&
           symbol.type != SymbolType::file && symbol.type != SymbolType::tls;
}

/// The object's symbols that are in this chunk.
void append_symbols(std::vector<elf::OutputSymbol>& symbols, const Image& image, const link::Chunk& chunk) {
    for (const auto& symbol : image.plan.objects()[chunk.object].symbols())
        if (symbol.section == chunk.section && is_worth_telling(symbol))
            symbols.push_back({.name = std::string(symbol.name),
                               .value = image.address(chunk, chunk.from_section(symbol.value)),
                               .size = symbol.size,
                               .binding = symbol.binding,
                               .type = symbol.type,
                               .section = static_cast<std::size_t>(chunk.part)});
}

/// Common symbols have a chunk each.
void append_commons(std::vector<elf::OutputSymbol>& symbols, const Image& image) {
    for (const auto& [name, target] : image.plan.globals()) {
        if (target.kind != link::Target::Kind::chunk) continue;
        const auto& chunk = image.plan.chunks()[target.chunk];
        if (chunk.section == 0 && chunk.part == link::Part::bss)
            symbols.push_back({.name = name,
                               .value = image.address(chunk, target.value),
                               .size = chunk.size,
                               .type = SymbolType::object,
                               .section = static_cast<std::size_t>(chunk.part)});
    }
}

/// What the image uses of the firmware.
void append_absolutes(std::vector<elf::OutputSymbol>& symbols, const Image& image) {
    std::set<std::string_view> seen;
    for (const auto& chunk : image.plan.chunks())
        for (const auto& relocation : chunk.relocations) {
            if (relocation.symbol == 0) continue;
            const auto& symbol = image.plan.objects()[chunk.object].symbols()[relocation.symbol];
            if (!symbol.undefined() || !seen.insert(symbol.name).second) continue;
            const auto target = image.plan.target(chunk.object, relocation.symbol);
            if (target.kind == link::Target::Kind::absolute)
                symbols.push_back({.name = std::string(symbol.name), .value = target.value, .section = {}});
        }
}

} // namespace

std::vector<elf::OutputSymbol> symbols_of(const Image& image) {
    std::vector<elf::OutputSymbol> symbols;
    for (const auto& chunk : image.plan.chunks())
        if (chunk.section != 0) append_symbols(symbols, image, chunk);
    append_commons(symbols, image);
    append_absolutes(symbols, image);
    constexpr auto text = static_cast<std::size_t>(link::Part::text);
    for (const auto& thunk : image.thunk_list) {
        const auto address = image.addresses.code + thunk.offset;
        symbols.push_back({.name = "$x", .value = address, .binding = elf::SymbolBinding::local, .section = text});
        symbols.push_back(
            {.name = thunk.name, .value = address, .size = thunk.size, .type = SymbolType::function, .section = text});
    }
    std::erase_if(symbols, [](const auto& symbol) { return is_pointer_name(symbol.name); });
    std::ranges::stable_sort(symbols, {}, &elf::OutputSymbol::value);
    return symbols;
}

} // namespace p4jit::jit
