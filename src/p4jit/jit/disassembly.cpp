#include "p4jit/jit/disassembly.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/file.hpp"
#include "p4jit/base/text.hpp"
#include "p4jit/dwarf/line_table.hpp"
#include "p4jit/dwarf/signature.hpp"
#include "p4jit/elf/archive.hpp"
#include "p4jit/isa/disassemble.hpp"
#include "p4jit/jit/assembly.hpp"
#include "p4jit/jit/code_reader.hpp"
#include "p4jit/jit/listing.hpp"
#include "p4jit/toolchain/flags.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace p4jit {

using namespace jit;

namespace {

/// Puts together the halves of addresses: auipc or lui, and what adds to it.
class AddressPairs {
public:
    /// The address that the instruction makes or uses, if it is known.
    std::optional<std::uint32_t> follow(const isa::Instruction& instruction, std::uint32_t at) {
        using isa::Op;
        const auto& operands = instruction.operands;
        std::optional<std::uint32_t> target;
        if (const auto high = high_.find(operands.rs1); high != high_.end() && adds(instruction.base()))
            target = high->second + static_cast<std::uint32_t>(operands.imm);
        if (instruction.base() == Op::jal || instruction.base() == Op::jalr) high_.clear();
        high_.erase(operands.rd);
        const auto upper = static_cast<std::uint32_t>(operands.imm);
        if (instruction.op == Op::auipc) high_[operands.rd] = at + upper;
        if (instruction.op == Op::lui) high_[operands.rd] = upper;
        return target;
    }
    void forget() { high_.clear(); }

private:
    static bool adds(isa::Op op) {
        using isa::Op;
        constexpr std::array ops = {Op::addi, Op::jalr, Op::lw, Op::lh, Op::lhu, Op::lb,
                                    Op::lbu,  Op::flw,  Op::sw, Op::sh, Op::sb,  Op::fsw};
        return std::ranges::find(ops, op) != ops.end();
    }
    std::map<std::uint32_t, std::uint32_t> high_; ///< by register
};

class Disassembly {
public:
    Disassembly(const elf::Object& object, const DisassemblyOptions& options)
        : object_(object), options_(options), decoder_(options.revision.extensions()), source_(options.texts) {
        if (options.source && dwarf::has_debug_info(object)) lines_ = dwarf::LineTable::read(object);
        for (const auto& symbol : object.symbols())
            if (symbol.placed() && !symbol.name.empty() && is_label(symbol))
                labels_[{symbol.section, symbol.value}] = symbol.name;
    }

    std::string run() {
        for (const auto& section : object_.sections())
            if (section.executable() && section.size != 0) print(section);
        return std::move(text_);
    }

private:
    static bool is_label(const elf::Symbol& symbol) {
        // Mapping symbols ($x, $d) and the compiler's own labels are not shown.
        return symbol.type != elf::SymbolType::section && symbol.type != elf::SymbolType::file &&
               !symbol.name.starts_with('$') && !symbol.name.starts_with(".L");
    }

    void print(const elf::Section& section) {
        text_ += fmt::format("{}section {}, {} bytes\n", text_.empty() ? "" : "\n", section.name, section.size);
        std::map<std::uint32_t, std::string> notes;
        for (const auto& relocation : section.relocations) add_note(notes, relocation);
        for (const auto& item : read_code(object_, section, decoder_).items) {
            const auto value = section.address + item.offset;
            if (const auto label = labels_.find({section.index, value}); label != labels_.end()) {
                pairs_.forget();
                text_ += fmt::format("\n{:08x} <{}>:\n", value, label->second);
            }
            print_source_line({section.index, value});
            print_item(section, item, notes);
        }
    }

    void add_note(std::map<std::uint32_t, std::string>& notes, const elf::Relocation& relocation) const {
        if (relocation.type == elf::RelocationType::R_RELAX || relocation.symbol == 0) return;
        const auto& symbol = object_.symbols()[relocation.symbol];
        auto text =
            fmt::format("{} {}", elf::name(relocation.type),
                        symbol.name.empty() && symbol.placed() ? object_.sections()[symbol.section].name : symbol.name);
        if (relocation.addend != 0) text += fmt::format("{:+#x}", relocation.addend);
        notes[relocation.offset] += (notes[relocation.offset].empty() ? "" : ", ") + text;
    }

    void print_source_line(const dwarf::Place& place) {
        if (!lines_) return;
        const auto line = lines_->find(place);
        if (!line || line->line == 0 || (line->file == last_file_ && line->line == last_line_)) return;
        last_file_ = line->file;
        last_line_ = line->line;
        const auto text = source_.line(line->file, line->line);
        text_ +=
            fmt::format("    ; {}:{}  {}\n", std::filesystem::path(line->file).filename().string(), line->line, text);
    }

    void print_item(const elf::Section& section, const CodeItem& item,
                    const std::map<std::uint32_t, std::string>& notes) {
        const auto address = section.address + item.offset;
        const auto name = [&](std::uint32_t target) { return name_of(section, target); };
        const auto code = item.instruction ? isa::disassemble(*item.instruction, address,
                                                              {.aliases = options_.aliases, .symbol_at = name})
                                           : as_data(item);
        const auto bytes = fmt::format("{:<8}", fmt::format("{:0{}x}", item.word, item.length * 2));
        const auto known = notes.find(item.offset);
        const auto note = known != notes.end() ? known->second : note_on_address(item, address);
        text_ += note.empty() ? fmt::format("{:8x}:  {}  {}\n", address, bytes, code)
                              : fmt::format("{:8x}:  {}  {:<28}  # {}\n", address, bytes, code, note);
    }

    /// "48101f74 <table>", in an image, for the second half of an address.
    std::string note_on_address(const CodeItem& item, std::uint32_t address) {
        if (object_.kind() != elf::ObjectKind::image || !item.instruction) return {};
        const auto target = pairs_.follow(*item.instruction, address);
        const auto name = target ? name_of(*target) : std::string();
        return name.empty() ? name : fmt::format("{:x} <{}>", *target, name);
    }

    /// What the symbols of an image say of an address.
    std::string name_of(std::uint32_t address) const {
        for (const auto& symbol : object_.symbols()) {
            if (!is_label(symbol) || symbol.name.empty() || symbol.undefined()) continue;
            const auto offset = address - symbol.value;
            if (offset == 0) return std::string(symbol.name);
            if (offset < symbol.size) return fmt::format("{}+{:#x}", symbol.name, offset);
        }
        return {};
    }

    std::string name_of(const elf::Section& section, std::uint32_t target) const {
        const auto* function = object_.function_at(section.index, target);
        if (function == nullptr) return {};
        const auto offset = target - function->value;
        return offset == 0 ? std::string(function->name) : fmt::format("{}+{:#x}", function->name, offset);
    }

    const elf::Object& object_;
    const DisassemblyOptions& options_;
    isa::Decoder decoder_;
    std::optional<dwarf::LineTable> lines_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::string_view> labels_;
    AddressPairs pairs_;
    SourceText source_;
    std::string text_;
    std::string_view last_file_;
    std::uint32_t last_line_ = 0;
};

std::string of_archive(Bytes bytes, const std::string& name, const DisassemblyOptions& options) {
    const auto archive = elf::Archive::parse(std::move(bytes), name);
    std::string text;
    for (const auto& member : archive.members()) {
        const auto object = archive.object(member);
        text += fmt::format("{}{}:\n{}", text.empty() ? "" : "\n", object.name(), disassemble(object, options));
    }
    return text;
}

} // namespace

std::string disassemble(const elf::Object& object, const DisassemblyOptions& options) {
    return options.assembly ? assembly_listing(object, options.revision) : Disassembly(object, options).run();
}

std::string disassemble(const std::filesystem::path& file, const DisassemblyOptions& options) {
    if (toolchain::language_of(file)) {
        auto assembled = assemble(file, {.revision = options.revision, .interrupted = options.interrupted});
        return disassemble(elf::Object::parse(std::move(assembled.object), file.filename().string()), options);
    }
    auto bytes = read_file(file);
    if (elf::is_archive(bytes)) return of_archive(std::move(bytes), file.string(), options);
    return disassemble(elf::Object::parse(std::move(bytes), file.string()), options);
}

} // namespace p4jit
