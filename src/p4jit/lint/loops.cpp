// Rules of hardware loops; docs/lint.md tells where they come from.
#include "p4jit/lint/report.hpp"

#include <fmt/format.h>

#include <set>

namespace p4jit::lint {

namespace {

class LoopRules {
public:
    LoopRules(const Code& code, const Function& function, const Loop& loop, Report& report)
        : code_(code), function_(function), loop_(loop), report_(report) {}

    void run() {
        if (code_.misalignment(loop_.setup) != 0) not_aligned(loop_.setup, "the setup");
        if (!check_end()) return;
        if (code_.misalignment(loop_.end) != 0) not_aligned(loop_.end, "the loop's last instruction");
        check_last();
        for (auto node = function_.nodes.lower_bound(loop_.start);
             node != function_.nodes.end() && node->first <= loop_.end; ++node)
            check_body(node->first, node->second);
    }

private:
    void not_aligned(std::uint32_t offset, const char* what) {
        report_.add(Rule::loop_alignment, offset, fmt::format("{} is not at a multiple of 4", what),
                    "put .balign 4 in front of it; an interrupt there can corrupt the loop's count");
    }

    /// False if the end is no instruction, so that nothing else can be said.
    bool check_end() {
        if (loop_.ends_here && loop_.end >= loop_.start && function_.nodes.contains(loop_.end)) return true;
        const auto add = [&](const char* message) {
            report_.add(Rule::loop_end, loop_.setup, message,
                        "name the last instruction of the body, not the one behind it, by a label in front of it");
        };
        if (!loop_.ends_here)
            add("the loop's end is in another section");
        else if (loop_.end < loop_.start)
            add("the loop's end is not behind its start");
        else if (is_inside_instruction(loop_.end))
            add("the loop's end is in the middle of an instruction");
        else if (loop_.end >= code_.section().size)
            add("the loop's end is behind the end of the code");
        // Otherwise the code there is not reached from here; that is no mistake by itself.
        return false;
    }

    bool is_inside_instruction(std::uint32_t offset) const {
        const auto after = function_.nodes.upper_bound(offset);
        if (after == function_.nodes.begin()) return false;
        const auto& [start, node] = *std::prev(after);
        return offset > start && offset < start + node.instruction.length();
    }

    void check_last() {
        const auto& last = function_.nodes.at(loop_.end);
        const auto& instruction = last.instruction;
        if (last.flow != Flow::next) {
            report_.add(Rule::loop_branch_at_end, loop_.end, "a taken branch at the end leaves the loop",
                        "put a nop behind it and make that the end");
        } else if (vector_effects(instruction).accesses_memory || instruction.base() == isa::Op::flw) {
            report_.add(Rule::loop_last_access, loop_.end,
                        "Espressif advises against such an instruction at a loop's end, though its own kernels do it",
                        "put an integer instruction last, such as the step of a pointer, or a nop");
        } else if (is_vector(instruction) || is_float(instruction)) {
            report_.add(Rule::loop_last, loop_.end,
                        "the last instruction of a hardware loop must be neither floating-point nor vector",
                        "put an integer instruction last, such as the step of a pointer, or a nop");
        }
    }

    void check_body(std::uint32_t offset, const Node& node) {
        if (node.flow == Flow::call || node.flow == Flow::indirect_call) {
            report_.add(Rule::loop_call, offset,
                        "the called function may set up the same hardware loop, and this one's count is lost",
                        "let the compiler inline the function, or count with a branch");
            return;
        }
        if (offset == loop_.end) return; // told above
        bool leaves = node.leaves || node.flow == Flow::ret;
        for (const auto next : node.next) leaves |= !loop_.contains(next) && !comes_back(next);
        if (leaves)
            report_.add(
                Rule::loop_branch_out, offset,
                fmt::format("leaves hardware loop {} while its count is not used up: the loop stays armed", loop_.id),
                "run to the loop's end, or count with a branch");
    }

    /// Is this a detour: does it come back into the body without a new setup?
    bool comes_back(std::uint32_t from) const {
        std::set<std::uint32_t> seen;
        std::vector<std::uint32_t> pending{from};
        while (!pending.empty()) {
            const auto offset = pending.back();
            pending.pop_back();
            if (loop_.contains(offset)) return true;
            if (offset == loop_.setup || !seen.insert(offset).second) continue;
            if (const auto node = function_.nodes.find(offset); node != function_.nodes.end())
                pending.insert(pending.end(), node->second.next.begin(), node->second.next.end());
        }
        return false;
    }

    const Code& code_;
    const Function& function_;
    const Loop& loop_;
    Report& report_;
};

void check_nesting(const Loop& outer, const Loop& inner, Report& report) {
    if (outer.setup == inner.setup || !outer.contains(inner.setup)) return;
    if (outer.id == inner.id)
        report.add(Rule::loop_nesting, inner.setup,
                   fmt::format("this sets up hardware loop {} inside the body of hardware loop {}: the outer count is "
                               "lost",
                               inner.id, outer.id),
                   fmt::format("use loop {} here", 1 - inner.id));
    else if (inner.id == 1)
        report.add(Rule::loop_nesting, inner.setup,
                   "loop 1 is nested inside loop 0; known kernels and compilers have loop 0 inside",
                   "use loop 1 for the outer loop and loop 0 for the inner one");
    if (outer.end == inner.end && outer.id != inner.id)
        report.add(Rule::loop_same_end, inner.setup,
                   "both loops end at the same instruction; which one counts first is not documented",
                   "give the outer loop a last instruction of its own, such as a nop");
}

} // namespace

void check_loops(const Code& code, const Function& function, Report& report) {
    for (const auto& loop : function.loops) {
        LoopRules(code, function, loop, report).run();
        for (const auto& other : function.loops)
            if (loop.ends_here && other.ends_here) check_nesting(loop, other, report);
    }
}

} // namespace p4jit::lint
