#include "p4jit/lint/function.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace p4jit::lint {

using isa::Op;

namespace {

using Entries = std::map<std::uint32_t, const elf::Symbol*>;

Entries find_entries(const Code& code) {
    Entries entries;
    for (const auto& symbol : code.object().symbols()) {
        if (symbol.section != code.section().index || symbol.name.empty()) continue;
        const bool is_label = symbol.type == elf::SymbolType::notype && !symbol.local();
        if (!symbol.function() && !is_label) continue;
        auto& entry = entries[symbol.value - code.section().address];
        if (entry == nullptr || (entry->local() && !symbol.local())) entry = &symbol;
    }
    return entries;
}

/// Places of the section whose address is data somewhere: entries of jump
/// tables.
std::set<std::uint32_t> find_addressed(const Code& code) {
    std::set<std::uint32_t> places;
    for (const auto& section : code.object().sections()) {
        if (!section.allocated() || section.executable()) continue;
        for (const auto& relocation : section.relocations) {
            const auto& symbol = code.object().symbols()[relocation.symbol];
            if (relocation.symbol != 0 && symbol.section == code.section().index)
                places.insert(symbol.value + static_cast<std::uint32_t>(relocation.addend));
        }
    }
    return places;
}

/// Walks one function from its entry.
class Walk {
public:
    Walk(const Code& code, const Entries& entries, const std::set<std::uint32_t>& addressed)
        : code_(code), entries_(entries), addressed_(addressed) {}

    Function run(std::uint32_t entry) {
        function_.entry = entry;
        pending_ = {entry};
        while (!pending_.empty()) {
            const auto offset = pending_.back();
            pending_.pop_back();
            if (seen_.insert(offset).second) visit(offset);
        }
        close_loops();
        for (auto& [offset, node] : function_.nodes)
            for (const auto next : node.next)
                if (const auto found = function_.nodes.find(next); found != function_.nodes.end())
                    ++found->second.ways_in;
        return std::move(function_);
    }

private:
    void visit(std::uint32_t offset) {
        const auto instruction = code_.decode(offset);
        if (!instruction) {
            // 0000, which compilers place where nothing may come to, is no finding.
            if (const auto word = code_.word(offset); word && *word != 0) function_.unknown.push_back(offset);
            return;
        }
        Node node{.instruction = *instruction, .flow = flow_of(*instruction), .next = {}, .callee = {}};
        if (isa::extension_of(instruction->op) == isa::Extension::Xesploop) note_loop(offset, *instruction);
        follow(offset, node);
        for (const auto next : node.next) pending_.push_back(next);
        function_.nodes.emplace(offset, std::move(node));
    }

    void follow(std::uint32_t offset, Node& node) {
        const auto behind = offset + node.instruction.length();
        const bool is_far = offset >= 4 && code_.far_target(offset - 4) && node.instruction.base() == Op::jalr;
        switch (node.flow) {
        case Flow::next: go(node, behind); break;
        case Flow::branch:
            go_to(node, code_.target(offset, node.instruction));
            go(node, behind);
            break;
        case Flow::jump: go_to(node, code_.target(offset, node.instruction)); break;
        case Flow::call: call(node, code_.target(offset, node.instruction), behind); break;
        case Flow::indirect_call:
            if (is_far)
                call(node, *code_.far_target(offset - 4), behind);
            else
                go(node, behind);
            break;
        case Flow::indirect_jump:
            if (is_far)
                go_to(node, *code_.far_target(offset - 4));
            else
                jump_by_table(node);
            break;
        case Flow::ret:
        case Flow::stop: break;
        }
    }

    void go(Node& node, std::uint32_t offset) {
        const auto entry = entries_.find(offset);
        if (offset != function_.entry && entry != entries_.end() && entry->second->function()) {
            node.leaves = true;
            node.callee = offset;
        } else if (offset < code_.section().size) {
            node.next.push_back(offset);
        }
    }

    void go_to(Node& node, const Target& target) {
        if (target.kind == Target::Kind::here)
            go(node, target.offset);
        else
            node.leaves = true;
    }

    void call(Node& node, const Target& target, std::uint32_t behind) {
        if (target.kind == Target::Kind::here) node.callee = target.offset;
        go(node, behind);
    }

    void jump_by_table(Node& node) {
        function_.has_unknown_jumps = true;
        const auto after = entries_.upper_bound(function_.entry);
        const auto limit = after == entries_.end() ? code_.section().size : after->first;
        for (auto place = addressed_.upper_bound(function_.entry); place != addressed_.end() && *place < limit; ++place)
            node.next.push_back(*place);
    }

    void note_loop(std::uint32_t offset, const isa::Instruction& instruction) {
        const auto id = static_cast<unsigned>(instruction.operands.loop);
        if (instruction.op == Op::esp_lp_starti) {
            starts_[id].push_back(code_.target(offset, instruction).offset);
            return;
        }
        const bool sets_start = instruction.op == Op::esp_lp_setup || instruction.op == Op::esp_lp_setupi;
        if (!sets_start && instruction.op != Op::esp_lp_endi) return;
        const auto end = code_.target(offset, instruction);
        const Loop loop{offset, id, sets_start ? offset + 4 : 0, end.offset, end.kind == Target::Kind::here};
        (sets_start ? function_.loops : ends_).push_back(loop);
    }

    /// The ways back from loops' ends to their starts. Start and end that are set
    /// apart belong together if there is one of each.
    void close_loops() {
        for (auto& loop : ends_) {
            const auto same = std::ranges::count_if(ends_, [&](const Loop& other) { return other.id == loop.id; });
            if (same != 1 || starts_[loop.id].size() != 1) continue;
            loop.start = starts_[loop.id].front();
            function_.loops.push_back(loop);
        }
        std::ranges::sort(function_.loops, {}, &Loop::setup);
        for (const auto& loop : function_.loops) {
            const auto end = function_.nodes.find(loop.end);
            if (!loop.ends_here || end == function_.nodes.end() || !function_.nodes.contains(loop.start)) continue;
            auto& next = end->second.next;
            if (std::ranges::find(next, loop.start) == next.end()) next.push_back(loop.start);
        }
    }

    const Code& code_;
    const Entries& entries_;
    const std::set<std::uint32_t>& addressed_;
    Function function_;
    std::set<std::uint32_t> seen_;
    std::vector<std::uint32_t> pending_;
    std::array<std::vector<std::uint32_t>, 2> starts_;
    std::vector<Loop> ends_;
};

/// A label that another function comes to without calling it is no function,
/// though it is global: registers and accumulators are what that one left.
void find_shared_labels(std::vector<Function>& functions) {
    for (auto& label : functions) {
        if (label.is_typed) continue;
        const bool shared = std::ranges::any_of(functions, [&](const Function& other) {
            return other.entry != label.entry && other.nodes.contains(label.entry);
        });
        if (shared) label.is_global = label.is_function = false;
    }
}

} // namespace

std::vector<Function> find_functions(const Code& code) {
    auto entries = find_entries(code);
    const auto addressed = find_addressed(code);
    std::vector<Function> functions;
    std::vector<std::uint32_t> pending;
    for (const auto& [offset, symbol] : entries) pending.push_back(offset);
    std::set<std::uint32_t> done;
    for (std::size_t i = 0; i < pending.size(); ++i) {
        if (!done.insert(pending[i]).second || pending[i] >= code.section().size) continue;
        auto function = Walk(code, entries, addressed).run(pending[i]);
        const auto symbol = entries.find(pending[i]);
        if (symbol != entries.end()) {
            function.name = symbol->second->name;
            function.is_global = !symbol->second->local();
            function.is_typed = symbol->second->function();
            function.is_function = function.is_global || function.is_typed;
        } else {
            function.name = fmt::format("{}+{:#x}", code.section().name, pending[i]);
        }
        for (const auto& [offset, node] : function.nodes)
            if (node.callee && !entries.contains(*node.callee)) pending.push_back(*node.callee);
        functions.push_back(std::move(function));
    }
    find_shared_labels(functions);
    return functions;
}

} // namespace p4jit::lint
