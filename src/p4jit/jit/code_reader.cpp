#include "p4jit/jit/code_reader.hpp"

#include "p4jit/link/loops.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace p4jit::jit {

namespace {

bool is_esp(const isa::Instruction& instruction) { return instruction.row().mnemonic.starts_with("esp."); }

/// Where data begins and ends, in the order of the section.
std::vector<std::pair<std::uint32_t, bool>> data_marks(const elf::Object& object, const elf::Section& section) {
    std::vector<std::pair<std::uint32_t, bool>> marks;
    for (const auto& symbol : object.symbols())
        if (symbol.section == section.index && (symbol.name.starts_with("$d") || symbol.name.starts_with("$x")))
            marks.emplace_back(symbol.value - section.address, symbol.name[1] == 'd');
    std::ranges::stable_sort(marks, {}, &std::pair<std::uint32_t, bool>::first);
    return marks;
}

/// Loop ends that are relocations become offsets, if they are in this section.
void fill_loop_ends(const elf::Object& object, const elf::Section& section, Bytes& bytes) {
    for (const auto& relocation : section.relocations) {
        const auto type = link::loop_relocation(section, relocation);
        if (!type) continue;
        const auto& symbol = object.symbols()[relocation.symbol];
        if (relocation.symbol != 0 && symbol.section != section.index) continue;
        const auto end = static_cast<std::int32_t>(symbol.value) + relocation.addend;
        const auto here = relocation.symbol == 0 ? 0 : static_cast<std::int32_t>(relocation.offset);
        // One that does not fit stays as it is: the linker will say so.
        link::set_loop_end(*type, MutableBytes(bytes).subspan(relocation.offset), end - here);
    }
}

class Reader {
public:
    Reader(const Bytes& bytes, const isa::Decoder& decoder) : bytes_(bytes), decoder_(decoder) {}

    CodeItem instruction_at(std::uint32_t at, std::uint32_t end) const {
        if (end - at < 2) return {at, 1, bytes_[at], {}};
        const auto low = load_le<std::uint16_t>(&bytes_[at]);
        if (isa::length_of(low) == 2) return {at, 2, low, decoder_.decode(low)};
        if (end - at < 4) return {at, 2, low, {}};
        const auto word = load_le<std::uint32_t>(&bytes_[at]);
        return {at, 4, word, decoder_.decode(word)};
    }

    CodeItem data_at(std::uint32_t at, std::uint32_t end) const {
        const auto item = instruction_at(at, end);
        if (item.instruction && is_esp(*item.instruction)) return item;
        if (end - at >= 4) return {at, 4, load_le<std::uint32_t>(&bytes_[at]), {}};
        if (end - at >= 2) return {at, 2, load_le<std::uint16_t>(&bytes_[at]), {}};
        return {at, 1, bytes_[at], {}};
    }

private:
    const Bytes& bytes_;
    const isa::Decoder& decoder_;
};

} // namespace

Code read_code(const elf::Object& object, const elf::Section& section, const isa::Decoder& decoder) {
    Code code;
    code.bytes.assign(section.contents.begin(), section.contents.end());
    if (object.kind() == elf::ObjectKind::relocatable) fill_loop_ends(object, section, code.bytes);
    const auto size = static_cast<std::uint32_t>(code.bytes.size());
    const auto marks = data_marks(object, section);
    const Reader reader(code.bytes, decoder);
    auto mark = marks.begin();
    bool in_data = false;
    for (std::uint32_t at = 0; at < size;) {
        for (; mark != marks.end() && mark->first <= at; ++mark) in_data = mark->second;
        const auto end = in_data && mark != marks.end() ? std::min(mark->first, size) : size;
        code.items.push_back(in_data ? reader.data_at(at, end) : reader.instruction_at(at, size));
        at += code.items.back().length;
    }
    return code;
}

std::string as_data(const CodeItem& item) {
    switch (item.length) {
    case 1: return fmt::format(".byte {:#04x}", item.word);
    case 2: return fmt::format(".half {:#06x}", item.word);
    default: return fmt::format(".word {:#010x}", item.word);
    }
}

} // namespace p4jit::jit
