#include "p4jit/jit/listing.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/isa/assemble.hpp"
#include "p4jit/isa/disassemble.hpp"
#include "p4jit/jit/code_reader.hpp"
#include "p4jit/link/loops.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace p4jit::jit {

namespace {

using isa::Instruction;
using isa::Kind;

const isa::FieldUse* target_field(const Instruction& instruction) {
    for (const auto& use : instruction.row())
        if (isa::field(use.id).kind == Kind::pcrel || isa::field(use.id).kind == Kind::end) return &use;
    return nullptr;
}

/// Will an assembler make the same word of the text? Checked with our own,
/// but for forms that it does not read.
bool assembles_back(const Instruction& instruction, std::uint32_t address, isa::ExtensionSet chip) {
    const auto& row = instruction.row();
    for (const auto& use : row) {
        if (isa::field(use.id).kind == Kind::flag && isa::extension_of(row.op) == isa::Extension::A) return true;
    }
    // Hints: assemblers know a few of them, under other names.
    if (row.compressed() && instruction.operands.rd == 0 && row.find(&isa::Operands::rd) != nullptr) return false;
    try {
        const auto text = isa::disassemble(instruction, address, {.aliases = false, .for_assembler = true});
        return isa::assemble(text, chip, address) == instruction.word;
    } catch (const UsageError&) {
        return false;
    }
}

/// One section.
class Printer {
public:
    Printer(const elf::Object& object, const elf::Section& section, const isa::ChipRevision& revision)
        : object_(object),
          section_(section),
          chip_(revision.extensions()),
          code_(read_code(object, section, isa::Decoder(chip_))) {
        for (const auto& relocation : section.relocations)
            if (relocation.type != elf::RelocationType::R_RELAX && !link::loop_relocation(section, relocation))
                relocations_.emplace(relocation.offset, &relocation);
        find_names();
        find_labels();
    }

    std::string run() {
        text_ = fmt::format("\n\t.section {},\"ax\",@progbits\n\t.balign {}\n", section_.name,
                            std::max(section_.alignment, 1u));
        for (const auto& item : code_.items) {
            print_names(item.offset);
            print_relocations(item.offset);
            print(item);
        }
        print_names(static_cast<std::uint32_t>(code_.bytes.size()));
        keep_long(false);
        return std::move(text_);
    }

private:
    void find_names() {
        for (const auto& symbol : object_.symbols())
            if (symbol.section == section_.index && !symbol.name.empty() && !symbol.name.starts_with('$') &&
                !symbol.name.starts_with(".L") && symbol.type != elf::SymbolType::section &&
                symbol.type != elf::SymbolType::file)
                names_.emplace(symbol.value - section_.address, &symbol);
    }

    std::optional<std::uint32_t> target_of(const CodeItem& item) const {
        if (!item.instruction || target_field(*item.instruction) == nullptr) return std::nullopt;
        return item.offset + static_cast<std::uint32_t>(item.instruction->operands.imm);
    }

    /// Only what begins an item can bear a label.
    void find_labels() {
        std::set<std::uint32_t> starts{static_cast<std::uint32_t>(code_.bytes.size())};
        for (const auto& item : code_.items) starts.insert(item.offset);
        for (const auto& item : code_.items)
            if (const auto target = target_of(item); target && starts.contains(*target)) labels_.insert(*target);
    }

    std::string label(std::uint32_t offset) const { return fmt::format(".L{}_{:x}", section_.index, offset); }

    void print_names(std::uint32_t offset) {
        const auto [from, to] = names_.equal_range(offset);
        for (auto name = from; name != to; ++name) {
            const auto& symbol = *name->second;
            if (!symbol.local()) text_ += fmt::format("\t.globl {}\n", symbol.name);
            if (symbol.function()) text_ += fmt::format("\t.type {}, @function\n", symbol.name);
            text_ += fmt::format("{}:\n", symbol.name);
        }
        if (labels_.contains(offset)) text_ += label(offset) + ":\n";
    }

    void print_relocations(std::uint32_t offset) {
        const auto [from, to] = relocations_.equal_range(offset);
        for (auto entry = from; entry != to; ++entry) {
            const auto& relocation = *entry->second;
            const auto& symbol = object_.symbols()[relocation.symbol];
            const bool can_be_named = !symbol.name.empty() && !symbol.name.starts_with(".L") &&
                                      (symbol.undefined() || symbol.section == section_.index);
            text_ += fmt::format("\t{}.reloc ., {}, {}{:+}\n", can_be_named ? "" : "# ", elf::name(relocation.type),
                                 symbol.name.empty() ? "(no name)" : symbol.name, relocation.addend);
        }
    }

    void print(const CodeItem& item) {
        const auto address = section_.address + item.offset;
        const auto target = target_of(item);
        const bool clear = item.instruction && !relocations_.contains(item.offset) &&
                           (!target || labels_.contains(*target)) && assembles_back(*item.instruction, address, chip_);
        const auto name = [&](std::uint32_t at) { return label(at - section_.address); };
        const isa::DisassembleOptions options{.aliases = false, .symbol_at = name, .for_assembler = true};
        if (!clear) {
            const auto remark =
                item.instruction ? "\t# " + isa::disassemble(*item.instruction, address, {.aliases = false}) : "";
            text_ += fmt::format("\t{}{}\n", as_data(item), remark);
            return;
        }
        keep_long(item.length == 4);
        text_ += fmt::format("\t{}\n", isa::disassemble(*item.instruction, address, options));
    }

    /// Keeps assemblers from compressing what is not. By pop: `.option rvc` would
    /// not bring Zcb back.
    void keep_long(bool is_long) {
        if (is_long != long_) text_ += is_long ? "\t.option push\n\t.option norvc\n" : "\t.option pop\n";
        long_ = is_long;
    }

    const elf::Object& object_;
    const elf::Section& section_;
    isa::ExtensionSet chip_;
    Code code_;
    std::multimap<std::uint32_t, const elf::Relocation*> relocations_;
    std::multimap<std::uint32_t, const elf::Symbol*> names_;
    std::set<std::uint32_t> labels_;
    bool long_ = false; ///< inside a pair of `.option push` and pop
    std::string text_;
};

} // namespace

std::string assembly_listing(const elf::Object& object, const isa::ChipRevision& revision) {
    auto text = fmt::format("# {}, chip revisions {}\n\t.option norelax\n", object.name(), revision.family());
    for (const auto& section : object.sections())
        if (section.executable() && section.size != 0) text += Printer(object, section, revision).run();
    return text;
}

} // namespace p4jit::jit
