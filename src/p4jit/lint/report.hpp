// Where rules put what they find.
#pragma once

#include "p4jit/lint/finding.hpp"
#include "p4jit/lint/function.hpp"

#include <set>
#include <vector>

namespace p4jit::lint {

/// Findings of one function; the same rule at the same place counts once. Lines
/// are filled in later.
class Report {
public:
    Report(const Code& code, const Function& function, std::vector<Finding>& findings)
        : code_(code), function_(function), findings_(findings) {}

    void add(Rule rule, std::uint32_t offset, std::string message, std::string cure) {
        if (!known_.insert({rule, offset}).second) return;
        Finding finding{.rule = rule, .section = code_.section().index, .offset = offset, .function = function_.name};
        finding.instruction = code_.text(offset);
        finding.message = std::move(message);
        finding.cure = std::move(cure);
        findings_.push_back(std::move(finding));
    }

private:
    const Code& code_;
    const Function& function_;
    std::vector<Finding>& findings_;
    std::set<std::pair<Rule, std::uint32_t>> known_;
};

/// Hardware loops: alignment, last instruction, branches, calls, nesting.
void check_loops(const Code& code, const Function& function, Report& report);
/// What depends on the values of registers: addresses of vector accesses,
/// accumulators, saved registers, counts that are 0.
void check_values(const Code& code, const Function& function, Report& report);
/// Instructions of other chips.
void check_chip(const Code& code, const Function& function, Report& report);
/// State of the vector unit that the function depends on and does not set.
void check_vector_state(const Function& function, Report& report);

/// Does the function call others that are not known to leave CFG and SAR alone?
bool has_calls(const Function& function);

} // namespace p4jit::lint
