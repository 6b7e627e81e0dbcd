#include "p4jit/dwarf/line_table.hpp"

#include "p4jit/dwarf/line_program.hpp"
#include "p4jit/dwarf/outline.hpp"
#include "p4jit/dwarf/ranges.hpp"

#include <algorithm>
#include <set>

namespace p4jit::dwarf {

LineTable LineTable::read(const elf::Object& object) {
    const DebugSections sections(object);
    const Info info(sections);
    LineTable table(sections.addresses(), object.kind() == elf::ObjectKind::image);
    std::set<std::uint32_t> seen; // type units share their unit's program
    for (const auto& unit : info.units()) {
        if (!unit.line_program || !seen.insert(*unit.line_program).second) continue;
        run_line_program(sections, LineHeader::read(sections, *unit.line_program, unit.comp_dir), table.rows_,
                         table.files_);
    }
    // At the address where one run of code ends the next may begin.
    std::stable_sort(table.rows_.begin(), table.rows_.end(), [](const LineRow& a, const LineRow& b) {
        return std::pair(a.address, !a.is_end) < std::pair(b.address, !b.is_end);
    });
    table.read_functions(info);
    return table;
}

void LineTable::read_functions(const Info& info) {
    const Outline outline(info);
    for (const auto& entry : outline.functions()) {
        const auto ranges = address_ranges(info, entry);
        if (ranges.empty()) continue;
        names_.push_back(outline.qualified_name(entry));
        for (const auto& range : ranges)
            functions_.push_back({range.low, range.high, static_cast<std::uint32_t>(names_.size() - 1)});
    }
    std::stable_sort(functions_.begin(), functions_.end(),
                     [](const FunctionRange& a, const FunctionRange& b) { return a.low < b.low; });
}

std::optional<SourceLine> LineTable::find(std::uint32_t address) const {
    return image_ ? find_address(address) : std::nullopt;
}

std::string_view LineTable::function(std::uint32_t address) const {
    return image_ ? function_address(address) : std::string_view();
}

std::optional<SourceLine> LineTable::find_address(std::uint32_t address) const {
    const auto after = std::upper_bound(rows_.begin(), rows_.end(), address,
                                        [](std::uint32_t wanted, const LineRow& row) { return wanted < row.address; });
    if (after == rows_.begin()) return std::nullopt;
    const auto& row = *(after - 1);
    if (row.is_end || row.line == 0) return std::nullopt;
    return SourceLine{files_[row.file], row.line};
}

std::string_view LineTable::function_address(std::uint32_t address) const {
    const auto after =
        std::upper_bound(functions_.begin(), functions_.end(), address,
                         [](std::uint32_t wanted, const FunctionRange& range) { return wanted < range.low; });
    if (after == functions_.begin() || address >= (after - 1)->high) return {};
    return names_[(after - 1)->name];
}

} // namespace p4jit::dwarf
