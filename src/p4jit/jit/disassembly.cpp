#include "p4jit/jit/disassembly.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/file.hpp"
#include "p4jit/base/text.hpp"
#include "p4jit/dwarf/line_table.hpp"
#include "p4jit/dwarf/signature.hpp"
#include "p4jit/elf/archive.hpp"
#include "p4jit/isa/disassemble.hpp"
#include "p4jit/toolchain/compiler.hpp"
#include "p4jit/toolchain/find.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace p4jit {

namespace {

/// The lines of source files, read when first asked for.
class SourceText {
public:
    /// The line, or an empty text if the file cannot be read.
    std::string_view line(std::string_view file, std::uint32_t number) {
        const auto [entry, is_new] = files_.try_emplace(std::string(file));
        if (is_new) {
            try {
                entry->second.text = read_text(entry->first);
                entry->second.lines = lines(entry->second.text);
            } catch (const SourceNotFound&) {
            }
        }
        const auto& all = entry->second.lines;
        return number >= 1 && number <= all.size() ? all[number - 1] : std::string_view();
    }

private:
    struct File {
        std::string text;
        std::vector<std::string_view> lines;
    };
    std::map<std::string, File> files_;
};

class Disassembly {
public:
    Disassembly(const elf::Object& object, const DisassemblyOptions& options)
        : object_(object), options_(options), decoder_(isa::chip_v3) {
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
        for (std::uint32_t at = 0; at + 2 <= section.size;) {
            const auto value = section.address + at;
            if (const auto label = labels_.find({section.index, value}); label != labels_.end())
                text_ += fmt::format("\n{:08x} <{}>:\n", value, label->second);
            print_source_line({section.index, value});
            at += print_instruction(section, at, notes);
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
        const auto text = trim(source_.line(line->file, line->line));
        text_ +=
            fmt::format("    ; {}:{}  {}\n", std::filesystem::path(line->file).filename().string(), line->line, text);
    }

    std::uint32_t print_instruction(const elf::Section& section, std::uint32_t at,
                                    const std::map<std::uint32_t, std::string>& notes) {
        const auto low = load_le<std::uint16_t>(&section.contents[at]);
        const bool whole = isa::length_of(low) == 2 || at + 4 <= section.size;
        const auto word = isa::length_of(low) == 4 && whole ? load_le<std::uint32_t>(&section.contents[at]) : low;
        const auto length = whole ? isa::length_of(low) : 2;
        const auto address = section.address + at;
        const auto name = [&](std::uint32_t target) { return name_of(section, target); };
        const auto code =
            whole ? isa::disassemble(decoder_, word, address, {.aliases = options_.aliases, .symbol_at = name})
                  : fmt::format(".half {:#06x}", low);
        const auto bytes = length == 4 ? fmt::format("{:08x}", word) : fmt::format("{:04x}    ", low);
        const auto note = notes.find(at);
        text_ += note == notes.end() ? fmt::format("{:8x}:  {}  {}\n", address, bytes, code)
                                     : fmt::format("{:8x}:  {}  {:<28}  # {}\n", address, bytes, code, note->second);
        return length;
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
    SourceText source_;
    std::string text_;
    std::string_view last_file_;
    std::uint32_t last_line_ = 0;
};

elf::Object compile(const std::filesystem::path& file, const InterruptCheck& interrupted) {
    const auto environment = toolchain::Environment::current();
    const auto cache = toolchain::Cache::of_user(environment);
    const auto deadline = Deadline::never(interrupted);
    const toolchain::Compiler compiler(toolchain::find(environment, cache, deadline), environment, cache);
    auto compiled = compiler.compile(toolchain::Source::file(file), {}, deadline);
    return elf::Object::parse(std::move(compiled.object), file.filename().string());
}

std::string of_archive(Bytes bytes, const std::string& name, const DisassemblyOptions& options) {
    const auto archive = elf::Archive::parse(std::move(bytes), name);
    std::string text;
    for (const auto& member : archive.members()) {
        const auto object = archive.object(member);
        text += fmt::format("{}{}:\n{}", text.empty() ? "" : "\n", object.name(), Disassembly(object, options).run());
    }
    return text;
}

} // namespace

std::string disassemble(const std::filesystem::path& file, const DisassemblyOptions& options) {
    if (toolchain::language_of(file)) {
        const auto object = compile(file, options.interrupted);
        return Disassembly(object, options).run();
    }
    auto bytes = read_file(file);
    if (elf::is_archive(bytes)) return of_archive(std::move(bytes), file.string(), options);
    const auto object = elf::Object::parse(std::move(bytes), file.string());
    return Disassembly(object, options).run();
}

} // namespace p4jit
