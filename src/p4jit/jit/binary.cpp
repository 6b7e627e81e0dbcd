#include "p4jit/jit/binary.hpp"

#include "p4jit/elf/write.hpp"
#include "p4jit/jit/image.hpp"

#include <algorithm>
#include <array>

namespace p4jit {

using jit::Image;
using link::Part;

namespace {

constexpr std::array part_names = {".text", ".rodata", ".data", ".bss"};

link::PartRange part_of(const Image& image, std::size_t index) { return image.plan.part(static_cast<Part>(index)); }

BinarySymbol::Kind kind_of(const elf::OutputSymbol& symbol) {
    switch (symbol.type) {
    case elf::SymbolType::function:
    case elf::SymbolType::gnu_ifunc: return BinarySymbol::Kind::function;
    case elf::SymbolType::object:
    case elf::SymbolType::common: return BinarySymbol::Kind::object;
    default: return BinarySymbol::Kind::label;
    }
}

std::vector<BinarySection> sections_of(const Image& image) {
    std::vector<BinarySection> sections;
    for (std::size_t i = 0; i < part_names.size(); ++i) {
        const auto range = part_of(image, i);
        if (range.size == 0) continue;
        const auto part = static_cast<Part>(i);
        sections.push_back({part_names[i], image.address(range.offset), range.size, part == Part::text,
                            part == Part::data || part == Part::bss, part == Part::bss});
    }
    std::ranges::sort(sections, {}, &BinarySection::address);
    return sections;
}

/// Where the section ends that the address is in.
std::uint32_t end_of_section(const std::vector<BinarySection>& sections, std::uint32_t address) {
    for (const auto& section : sections)
        if (address - section.address < section.size) return section.address + section.size;
    return address;
}

std::vector<BinarySymbol> symbols_inside(const Image& image, const std::vector<BinarySection>& sections) {
    std::vector<BinarySymbol> symbols;
    for (const auto& symbol : jit::symbols_of(image))
        if (symbol.section && !symbol.name.starts_with('$'))
            symbols.push_back(
                {symbol.name, symbol.value, symbol.size, kind_of(symbol), symbol.binding != elf::SymbolBinding::local});
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        if (symbols[i].size != 0) continue;
        auto end = end_of_section(sections, symbols[i].address);
        for (auto next = i + 1; next < symbols.size(); ++next)
            if (symbols[next].address > symbols[i].address) {
                end = std::min(end, symbols[next].address);
                break;
            }
        symbols[i].size = end - symbols[i].address;
    }
    return symbols;
}

/// The instruction set that the objects were made for, for those who disassemble.
void append_attributes(std::vector<elf::OutputSection>& sections, const Image& image) {
    for (const auto& object : image.plan.objects())
        if (const auto* attributes = object.section(".riscv.attributes"); attributes != nullptr) {
            sections.push_back({.name = ".riscv.attributes",
                                .type = elf::SectionType::riscv_attributes,
                                .contents = Bytes(attributes->contents.begin(), attributes->contents.end())});
            return;
        }
}

} // namespace

Binary::Binary(std::shared_ptr<const Image> image)
    : image_(std::move(image)), sections_(sections_of(*image_)), symbols_(symbols_inside(*image_, sections_)) {}

const BinarySymbol* Binary::find(std::string_view name) const {
    const BinarySymbol* found = nullptr;
    for (const auto& symbol : symbols_)
        if (symbol.name == name && (found == nullptr || (symbol.is_global && !found->is_global))) found = &symbol;
    return found;
}

ByteView Binary::bytes() const { return image_->bytes; }

ByteView Binary::bytes(const BinarySection& section) const {
    const auto offset = image_->plan.offset(section.address, image_->addresses).value_or(0);
    return bytes().subspan(offset, section.size);
}

std::uint32_t Binary::address() const { return image_->address(0); }

std::string Binary::entry_name() const {
    return image_->thunk_list.empty() ? std::string() : image_->thunk_list.front().name;
}

std::uint32_t Binary::entry_address() const {
    return image_->thunk_list.empty() ? address() : image_->addresses.code + image_->thunk_list.front().offset;
}

Bytes Binary::elf() const {
    using namespace elf;
    OutputImage output{.entry = entry_address()};
    for (const auto& object : image_->plan.objects()) output.flags |= object.flags();
    constexpr std::array<std::uint32_t, part_names.size()> flags = {section_flag::execute, 0, section_flag::write,
                                                                    section_flag::write};
    for (std::size_t i = 0; i < part_names.size(); ++i) {
        const auto range = part_of(*image_, i);
        OutputSection section{.name = part_names[i],
                              .type = static_cast<Part>(i) == Part::bss ? SectionType::nobits : SectionType::progbits,
                              .flags = section_flag::alloc | flags[i],
                              .address = image_->address(range.offset),
                              .alignment = 4,
                              .size = range.size};
        const auto contents = bytes().subspan(range.offset, range.size);
        if (section.type != SectionType::nobits) section.contents.assign(contents.begin(), contents.end());
        output.sections.push_back(std::move(section));
    }
    output.symbols = jit::symbols_of(*image_);
    append_attributes(output.sections, *image_);
    for (auto& section : jit::debug_sections_of(*image_)) output.sections.push_back(std::move(section));
    return write(output);
}

std::string Binary::disassemble(DisassemblyOptions options) const {
    options.revision = image_->revision;
    options.texts.insert(image_->texts.begin(), image_->texts.end());
    return p4jit::disassemble(elf::Object::parse(elf(), "the module"), options);
}

} // namespace p4jit
