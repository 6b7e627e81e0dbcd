#include "p4jit/elf/write.hpp"

#include "p4jit/base/bits.hpp"

#include <algorithm>

namespace p4jit::elf {

namespace {

constexpr std::uint32_t file_header_size = 52, segment_header_size = 32, section_header_size = 40;
constexpr std::uint16_t executable = 2, riscv = 243;

/// Names, one behind the other, each with a zero behind it.
class StringTable {
public:
    std::uint32_t add(const std::string& text) {
        if (text.empty()) return 0;
        const auto at = static_cast<std::uint32_t>(bytes_.size());
        bytes_.insert(bytes_.end(), text.begin(), text.end());
        bytes_.push_back(0);
        return at;
    }
    Bytes take() { return std::move(bytes_); }

private:
    Bytes bytes_ = {0};
};

/// gABI 4-9, "Section Header".
struct SectionHeader {
    std::uint32_t name, type, flags, address, offset, size, link, info, alignment, entry_size;
};

template <typename... Words>
void append_words(Bytes& bytes, Words... words) {
    (append_le(bytes, static_cast<std::uint32_t>(words)), ...);
}

/// The parts of a file in their order: headers of file and segments, contents,
/// headers of sections.
class Writer {
public:
    explicit Writer(const OutputImage& image) : image_(image) {}

    Bytes run() {
        for (const auto& section : image_.sections) segments_ += section.flags & section_flag::alloc ? 1 : 0;
        file_.resize(file_header_size + segments_ * segment_header_size);
        headers_.push_back({});
        for (const auto& section : image_.sections) add(section);
        add_symbols();
        add_names();
        const auto headers_at = align();
        for (const auto& h : headers_)
            append_words(file_, h.name, h.type, h.flags, h.address, h.offset, h.size, h.link, h.info, h.alignment,
                         h.entry_size);
        write_headers(headers_at);
        return std::move(file_);
    }

private:
    std::uint32_t align(std::uint32_t alignment = 4) {
        file_.resize(align_up(static_cast<std::uint32_t>(file_.size()), alignment));
        return static_cast<std::uint32_t>(file_.size());
    }

    void add(const OutputSection& section) {
        const auto alignment = std::max(section.alignment, 1u);
        const bool is_zeros = section.type == SectionType::nobits;
        const auto at = align(std::max(alignment, 4u));
        file_.insert(file_.end(), section.contents.begin(), section.contents.end());
        const auto size = is_zeros ? section.size : static_cast<std::uint32_t>(section.contents.size());
        headers_.push_back({names_.add(section.name), static_cast<std::uint32_t>(section.type), section.flags,
                            section.address, at, size, 0, 0, alignment, 0});
    }

    /// Local symbols come first (gABI 4-18).
    void add_symbols() {
        auto symbols = image_.symbols;
        std::ranges::stable_partition(symbols, [](const auto& s) { return s.binding == SymbolBinding::local; });
        StringTable strings;
        Bytes table(16);
        for (const auto& symbol : symbols) {
            append_words(table, strings.add(symbol.name), symbol.value, symbol.size);
            table.push_back(static_cast<std::uint8_t>(static_cast<unsigned>(symbol.binding) << 4 |
                                                      static_cast<unsigned>(symbol.type)));
            table.push_back(0);
            append_le(table, static_cast<std::uint16_t>(symbol.section ? *symbol.section + 1 : section_absolute));
        }
        const auto locals = std::ranges::count(symbols, SymbolBinding::local, &OutputSymbol::binding);
        const auto string_section = static_cast<std::uint32_t>(headers_.size() + 1);
        add_table(".symtab", SectionType::symtab, std::move(table));
        headers_.back().link = string_section;
        headers_.back().info = static_cast<std::uint32_t>(locals) + 1;
        headers_.back().entry_size = 16;
        add_table(".strtab", SectionType::strtab, strings.take());
    }

    void add_names() {
        const auto name = names_.add(".shstrtab");
        const auto at = align();
        auto names = names_.take();
        file_.insert(file_.end(), names.begin(), names.end());
        headers_.push_back({name, static_cast<std::uint32_t>(SectionType::strtab), 0, 0, at,
                            static_cast<std::uint32_t>(names.size()), 0, 0, 1, 0});
    }

    void add_table(const char* name, SectionType type, Bytes contents) {
        add({.name = name, .type = type, .alignment = 4, .contents = std::move(contents)});
    }

    /// gABI 4-4 "ELF Header" and 5-2 "Program Header".
    void write_headers(std::uint32_t section_headers) {
        Bytes head = {0x7F, 'E', 'L', 'F', 1, 1, 1, 0};
        head.resize(16);
        append_le(head, executable);
        append_le(head, riscv);
        append_words(head, 1, image_.entry, segments_ == 0 ? 0 : file_header_size, section_headers, image_.flags);
        const auto sections = static_cast<std::uint16_t>(headers_.size());
        for (const std::uint32_t half : {file_header_size, segment_header_size, segments_, section_header_size,
                                         std::uint32_t{sections}, std::uint32_t{sections} - 1})
            append_le(head, static_cast<std::uint16_t>(half));
        for (std::size_t i = 0; i < image_.sections.size(); ++i) {
            const auto& header = headers_[i + 1];
            if (!(header.flags & section_flag::alloc)) continue;
            std::uint32_t flags = segment_flag::read;
            if (header.flags & section_flag::write) flags |= segment_flag::write;
            if (header.flags & section_flag::execute) flags |= segment_flag::execute;
            const bool is_zeros = image_.sections[i].type == SectionType::nobits;
            append_words(head, 1, header.offset, header.address, header.address, is_zeros ? 0 : header.size,
                         header.size, flags, 1);
        }
        std::ranges::copy(head, file_.begin());
    }

    const OutputImage& image_;
    Bytes file_;
    StringTable names_;
    std::vector<SectionHeader> headers_;
    std::uint32_t segments_ = 0;
};

} // namespace

Bytes write(const OutputImage& image) { return Writer(image).run(); }

} // namespace p4jit::elf
