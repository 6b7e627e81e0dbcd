#include "p4jit/lint/lint.hpp"

#include "p4jit/dwarf/line_table.hpp"
#include "p4jit/dwarf/signature.hpp"
#include "p4jit/lint/report.hpp"

#include <algorithm>
#include <tuple>

namespace p4jit::lint {

namespace {

void lint_section(const elf::Object& object, const elf::Section& section, const Options& options,
                  std::vector<Finding>& findings) {
    const Code code(object, section, options.chip);
    for (const auto& function : find_functions(code)) {
        Report report(code, function, findings);
        check_chip(code, function, report);
        check_loops(code, function, report);
        check_values(code, function, report);
        check_vector_state(function, report);
    }
}

void fill_in_lines(const elf::Object& object, std::vector<Finding>& findings) {
    if (findings.empty() || !dwarf::has_debug_info(object)) return;
    const auto lines = dwarf::LineTable::read(object);
    for (auto& finding : findings) {
        const auto line = lines.find(dwarf::Place{finding.section, finding.offset});
        if (!line || line->line == 0) continue;
        finding.file = line->file;
        finding.line = line->line;
    }
}

} // namespace

std::vector<Finding> lint(const elf::Object& object, const Options& options) {
    std::vector<Finding> findings;
    for (const auto& section : object.sections())
        if (section.executable() && section.size != 0) lint_section(object, section, options, findings);
    fill_in_lines(object, findings);
    const auto order = [](const Finding& finding) {
        return std::tie(finding.file, finding.line, finding.section, finding.offset, finding.rule);
    };
    std::ranges::sort(findings, [&](const auto& a, const auto& b) { return order(a) < order(b); });
    // Two functions may share code.
    const auto [first, last] = std::ranges::unique(findings, [](const auto& a, const auto& b) {
        return std::tie(a.section, a.offset, a.rule) == std::tie(b.section, b.offset, b.rule);
    });
    findings.erase(first, last);
    return findings;
}

} // namespace p4jit::lint
