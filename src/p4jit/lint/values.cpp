// Follows values through a function until nothing new is learnt, then looks at
// each instruction with what is known there.
#include "p4jit/lint/report.hpp"
#include "p4jit/lint/state.hpp"

#include "p4jit/isa/registers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace p4jit::lint {

using isa::Op;

namespace {

class Values {
public:
    Values(const Code& code, const Function& function, Report& report)
        : code_(code), function_(function), report_(report) {
        for (const auto& [offset, node] : function.nodes) {
            sets_cfg_ |= vector_effects(node.instruction).sets_cfg;
            uses_millicode_ |= uses_other_link(node.instruction);
        }
        follows_addresses_ = function.is_global && function.is_complete() && !sets_cfg_ && !has_calls(function);
        for (const auto& [offset, node] : function.nodes) {
            if (node.ways_in > 1) blocks_.insert(offset);
            if (node.next.size() > 1) blocks_.insert(node.next.begin(), node.next.end());
        }
        blocks_.insert(function.entry);
    }

    void run() {
        auto entry = State::on_entry();
        entry.qacc = entry.xacc = !function_.is_global;
        known_.emplace(function_.entry, std::move(entry));
        pending_.insert(function_.entry);
        while (!pending_.empty()) {
            const auto block = *pending_.begin();
            pending_.erase(pending_.begin());
            walk(block, known_.at(block), [&](std::uint32_t to, const State& state) { learn(to, state); });
        }
        // Beyond this point what is known at each block holds on every way to it.
        looking_ = true;
        for (const auto& [block, state] : known_)
            walk(block, state, [&](std::uint32_t to, const State& last) { look_at_turn(to, last); });
    }

private:
    /// Returns by, or calls with, t0: GCC's helpers that save registers.
    static bool uses_other_link(const isa::Instruction& instruction) {
        const auto base = instruction.base();
        if (base != Op::jal && base != Op::jalr) return false;
        return instruction.operands.rd == 5 || (base == Op::jalr && instruction.operands.rs1 == 5);
    }

    /// Steps through a block, and gives its last state to each that follows.
    template <typename Use>
    void walk(std::uint32_t offset, State state, Use&& use) {
        for (;;) {
            const auto found = function_.nodes.find(offset);
            if (found == function_.nodes.end()) return;
            const auto& node = found->second;
            if (looking_) look(state, offset, node);
            remember_access(state, offset, node);
            step(state, code_, offset, node);
            if (node.next.empty()) return;
            const auto next = node.next.front();
            if (node.next.size() == 1 && !blocks_.contains(next)) {
                offset = next;
                continue;
            }
            const bool may_not_return = node.flow == Flow::call || node.flow == Flow::indirect_call;
            for (const auto to : node.next) {
                const auto way = function_.nodes.find(to);
                const bool is_join = way != function_.nodes.end() && way->second.ways_in > 1;
                use(to, may_not_return && is_join ? State::unknown() : state);
            }
            return;
        }
    }

    void learn(std::uint32_t block, const State& state) {
        const auto [known, is_new] = known_.try_emplace(block, state);
        if (is_new || known->second.join(state, block)) pending_.insert(block);
    }

    /// A way into a join, alone: what is known on it but not on all others.
    void look_at_turn(std::uint32_t block, const State& state) {
        if (!follows_addresses_ || in_turn_) return;
        in_turn_ = true;
        walk(block, state, [](std::uint32_t, const State&) {});
        in_turn_ = false;
    }

    void look(const State& state, std::uint32_t offset, const Node& node) {
        if (follows_addresses_) look_at_address(state, offset, node);
        if (in_turn_) return;
        look_at_accumulators(state, offset, node);
        if (node.flow == Flow::ret) look_at_saved_registers(state, offset);
        look_at_count(state, offset, node);
    }

    static std::int32_t operand_rs1(const Node& node) { return node.instruction.operands.rs1; }

    void remember_access(State& state, std::uint32_t offset, const Node& node) const {
        const auto size = vector_effects(node.instruction).access;
        if (!follows_addresses_ || size < 2 || state.accesses.size() >= 32) return;
        const auto address = state.registers[static_cast<unsigned>(operand_rs1(node))];
        if (address.known()) state.accesses.push_back({address, size, offset});
    }

    void look_at_address(const State& state, std::uint32_t offset, const Node& node) {
        const auto size = vector_effects(node.instruction).access;
        if (size < 2) return;
        const auto reg = static_cast<unsigned>(operand_rs1(node));
        const auto address = state.registers[reg];
        const auto cure = fmt::format("make the address a multiple of {}, or set mis_ld and mis_st in CFG "
                                      "(esp.movx.w.cfg) to reach any address",
                                      size);
        const auto rest = [](std::int32_t distance, unsigned unit) { return static_cast<unsigned>(distance) % unit; };
        if ((address.is_constant() || address.origin == Value::on_entry(sp).origin) && rest(address.offset, size) != 0)
            return report_.add(Rule::vector_alignment, offset,
                               fmt::format("{} is {} past a multiple of {}, and the chip ignores that part of the "
                                           "address",
                                           isa::x_name(reg), rest(address.offset, size), size),
                               cure);
        for (const auto& access : state.accesses) {
            const unsigned unit = std::min(access.size, size);
            if (access.address.origin != address.origin) continue;
            const auto moved = address.distance_from(access.address);
            if (rest(moved, unit) == 0) continue;
            return report_.add(Rule::vector_alignment, offset,
                               fmt::format("{} is {} bytes from where '{}' accessed memory, so one of the two "
                                           "addresses is no multiple of {}, and the chip ignores the rest",
                                           isa::x_name(reg), moved, code_.text(access.place), unit),
                               cure);
        }
    }

    void look_at_accumulators(const State& state, std::uint32_t offset, const Node& node) {
        const auto effects = vector_effects(node.instruction);
        const auto tell = [&](const char* name, bool& told) {
            if (!std::exchange(told, true))
                report_.add(Rule::accumulator, offset,
                            fmt::format("adds to {0}, which holds whatever an earlier kernel left there", name),
                            fmt::format("clear it before the first use on every way: esp.zero.{}",
                                        name[0] == 'Q' ? "qacc" : "xacc"));
        };
        if (effects.accumulates_qacc && !state.qacc) tell("QACC", told_qacc_);
        if (effects.accumulates_xacc && !state.xacc) tell("XACC", told_xacc_);
    }

    void look_at_saved_registers(const State& state, std::uint32_t offset) {
        if (!function_.is_function || uses_millicode_ || !function_.unknown.empty()) return;
        for (unsigned reg = 0; reg < 64; ++reg) {
            if ((state.changed >> reg & 1) == 0) continue;
            const auto name = reg < f_register ? isa::x_name(reg) : isa::f_name(reg - f_register);
            const bool is_pointer = reg == 3 || reg == 4;
            report_.add(Rule::callee_saved, state.changed_at[reg],
                        fmt::format("{} belongs to the caller and is not restored before the function returns", name),
                        is_pointer ? "use another register: the firmware keeps its data pointers in gp and tp"
                                   : fmt::format("use {}, or save {} on the stack and restore it before ret",
                                                 reg < f_register ? "t0-t6 or a0-a7" : "ft0-ft11 or fa0-fa7", name));
        }
        const auto stack = state.registers[sp];
        if (stack.origin == Value::on_entry(sp).origin && stack.offset != 0)
            report_.add(Rule::callee_saved, offset,
                        fmt::format("returns with sp {} bytes {} where it was", std::abs(std::int64_t{stack.offset}),
                                    stack.offset < 0 ? "below" : "above"),
                        "add to sp what was taken from it, on every way to ret");
    }

    void look_at_count(const State& state, std::uint32_t offset, const Node& node) {
        const auto& operands = node.instruction.operands;
        const auto op = node.instruction.op;
        const bool by_register = op == Op::esp_lp_setup || op == Op::esp_lp_count;
        const bool immediate = op == Op::esp_lp_setupi || op == Op::esp_lp_counti;
        const auto count = by_register ? state.registers[static_cast<unsigned>(operands.rs1)] : Value{};
        const bool is_zero =
            by_register ? count.is_constant(0) && function_.is_complete() : immediate && operands.count == 0;
        if (is_zero)
            report_.add(Rule::loop_count_zero, offset,
                        "the count is 0; what the chip does then is not documented, and the body may run",
                        "jump over the loop when there is nothing to do, for instance with beqz");
    }

    const Code& code_;
    const Function& function_;
    Report& report_;
    std::set<std::uint32_t> blocks_; ///< offsets that more than one way comes to or from
    std::map<std::uint32_t, State> known_;
    std::set<std::uint32_t> pending_;
    bool looking_ = false, in_turn_ = false;
    bool sets_cfg_ = false, uses_millicode_ = false, follows_addresses_ = false;
    bool told_qacc_ = false, told_xacc_ = false;
};

} // namespace

bool has_calls(const Function& function) {
    return std::ranges::any_of(function.nodes, [](const auto& node) {
        return node.second.flow == Flow::call || node.second.flow == Flow::indirect_call;
    });
}

void check_values(const Code& code, const Function& function, Report& report) { Values(code, function, report).run(); }

} // namespace p4jit::lint
