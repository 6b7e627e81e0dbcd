// What the linter has to say: rules, and findings of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace p4jit::lint {

/// The rows of spec/lint.def.
enum class Rule : std::uint8_t {
#define LINT_RULE(id, ...) id,
#include "spec/lint.def"
    count
};

enum class Severity : std::uint8_t { note, warning };

/// "loop-last"
std::string_view name(Rule rule);
Severity severity(Rule rule);
/// "a hardware loop ends in …": the rule in a clause.
std::string_view title(Rule rule);

/// One instruction that breaks a rule.
struct Finding {
    Rule rule;
    std::uint32_t section; ///< of the object
    std::uint32_t offset;  ///< in that section
    std::string function;
    std::string file; ///< empty, and line 0, without debug information
    std::uint32_t line = 0;
    std::string instruction; ///< disassembled
    std::string message;     ///< what is wrong here
    std::string cure;        ///< what to do about it

    Severity severity() const { return lint::severity(rule); }
    bool is_warning() const { return severity() == Severity::warning; }
    /// "fir.S:12: warning: … [loop-last]" and the cure on a second line; the
    /// place is function and offset without debug information.
    std::string text() const;
};

} // namespace p4jit::lint
