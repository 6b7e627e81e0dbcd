#include "p4jit/lint/finding.hpp"

#include <fmt/format.h>

#include <array>
#include <filesystem>

namespace p4jit::lint {

namespace {

struct RuleRow {
    std::string_view name;
    Severity severity;
    std::string_view title;
};

constexpr std::array rules = {
#define LINT_RULE(id, name, severity, title) RuleRow{name, Severity::severity, title},
#include "spec/lint.def"
};

const RuleRow& row(Rule rule) { return rules[static_cast<std::size_t>(rule)]; }

} // namespace

std::string_view name(Rule rule) { return row(rule).name; }
Severity severity(Rule rule) { return row(rule).severity; }
std::string_view title(Rule rule) { return row(rule).title; }

std::string Finding::text() const {
    const auto place = file.empty() ? fmt::format("{}+{:#x}", function, offset)
                                    : fmt::format("{}:{}", std::filesystem::path(file).filename().string(), line);
    return fmt::format("{}: {}: '{}' in {}: {} [{}]\n    {}", place, is_warning() ? "warning" : "note", instruction,
                       function, message, name(rule), cure);
}

} // namespace p4jit::lint
