#include "p4jit/machine/code.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/machine/hart.hpp"
#include "p4jit/machine/meaning.hpp"
#include "p4jit/machine/pie.hpp"

#include <algorithm>

namespace p4jit::machine {

using isa::Op;
using isa::Operands;

namespace {

constexpr HandlerId id(SpecialHandler handler) { return static_cast<HandlerId>(handler); }

/// Is the instruction at this step two bytes long? Special ones are not known.
/// In a pair's handler the bit speaks of the first, too; vector instructions
/// have four bytes.
bool is_compressed(const Step& step) {
    return step.handler >= id(SpecialHandler::count) && step.handler < pie_handlers_begin &&
           ((step.handler - id(SpecialHandler::count)) & compressed);
}

/// Does a jump by `offset` from `pc` stay in the page?
bool stays_in_page(std::uint32_t pc, std::int32_t offset) {
    return ((pc + static_cast<std::uint32_t>(offset)) ^ pc) >> page_bits == 0;
}

/// Is this a branch or jump to pc + imm?
bool jumps_by_offset(const Step& step) {
    if (step.handler < id(SpecialHandler::count) || step.handler >= scalar_handlers_end) return false;
    const auto& row = isa::row(static_cast<Op>((step.handler - id(SpecialHandler::count)) / 4));
    const auto* use = row.find(&Operands::imm);
    return use != nullptr && isa::field(use->id).kind == isa::Kind::pcrel;
}

/// The same jump for any distance.
HandlerId as_far_jump(HandlerId handler) {
    const unsigned number = handler - id(SpecialHandler::count);
    return handler_id(static_cast<Op>(number / 4), number % 4 | other);
}

/// Fills a step from a decoded instruction; returns the handler's variant.
unsigned fill(Step& step, const isa::Instruction& instruction) {
    const auto& operands = instruction.operands;
    const auto& base = isa::row(instruction.base());
    step.rd = static_cast<std::uint8_t>(operands.rd);
    step.rs1 = static_cast<std::uint8_t>(operands.rs1);
    step.rs2 = static_cast<std::uint8_t>(operands.rs2);
    step.rs3 = static_cast<std::uint8_t>(operands.rs3);
    step.imm = operands.imm;

    const auto* destination = base.find(&Operands::rd);
    const bool writes_x = destination != nullptr && isa::field(destination->id).kind == isa::Kind::x;
    if (writes_x && step.rd == 0) step.rd = x_discard;

    if (isa::is_pie(instruction.op)) {
        const auto has = [&](std::int32_t Operands::* operand) { return instruction.row().find(operand) != nullptr; };
        PieOperands::pack(step, operands, has(&Operands::sel16), has(&Operands::sel8));
        return 0;
    }

    if (base.find(&Operands::reglist) != nullptr) step.rs2 = static_cast<std::uint8_t>(operands.reglist);
    if (base.find(&Operands::loop) != nullptr) LoopOperands::pack(step, operands);

    unsigned variant = instruction.length() == 2 ? compressed : 0;
    if (base.op == Op::auipc) step.imm = static_cast<std::int32_t>(step.pc + static_cast<std::uint32_t>(step.imm));
    if (base.find(&Operands::csr) != nullptr) step.imm = operands.csr;
    if (const auto* use = base.find(&Operands::imm); use != nullptr && isa::field(use->id).kind == isa::Kind::pcrel)
        variant |= stays_in_page(step.pc, step.imm) ? 0 : other;
    if (base.find(&Operands::rm) != nullptr) {
        step.imm = operands.rm;
        variant |= operands.rm != 7 ? other : 0;
    }
    return variant;
}

} // namespace

CodePage::CodePage(std::uint32_t page_base) : base(page_base) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
        steps[i] = {};
        steps[i].pc = base + static_cast<std::uint32_t>(2 * i);
    }
    for (std::size_t i = steps_per_page; i < steps.size(); ++i) steps[i].handler = id(SpecialHandler::next_page);
}

CodeCache::CodeCache(Memory& memory, const isa::Decoder& decoder)
    : memory_(memory), decoder_(decoder), pages_(static_cast<CodePage**>(std::calloc(page_count, sizeof(CodePage*)))) {
    if (!pages_) throw SystemError("out of memory on this computer while making the virtual chip");
    memory.on_code_changed([this](std::uint32_t address, std::uint32_t size) { reset_written(address, size); });
}

Step* CodeCache::find_slowly(std::uint32_t pc) {
    std::uint16_t half = 0;
    if (!memory_.fetch(pc, half)) return nullptr;
    owned_pages_.push_back(std::make_unique<CodePage>(pc & ~(page_size - 1)));
    pages_[pc >> page_bits] = owned_pages_.back().get();
    return find(pc);
}

void CodeCache::decode(Step& first) {
    auto& page = *pages_[first.pc >> page_bits];
    std::array<Step*, steps_per_page> run;
    std::size_t length = 0;
    Step* step = &first;
    for (bool ends = false; !ends && step->handler == id(SpecialHandler::decode);) {
        ends = decode_one(*step);
        run[length++] = step;
        if (!ends) step += is_compressed(*step) ? 1 : 2;
    }
    // The run ends here, or goes on into steps decoded before: their count
    // says how far. The end of the page has a count of 0.
    auto count = step == run[length - 1] ? std::uint16_t{0} : step->count;
    const auto end = static_cast<std::uint32_t>(run[length - 1] - page.steps.data()) + 1;
    for (auto i = length; i > 0; --i) run[i - 1]->count = ++count;
    for (std::size_t i = 0; i + 1 < length; ++i) run[i]->handler = fused_handler(run[i]->handler, run[i + 1]->handler);

    if (page.low >= page.high) memory_.set_page_has_code(page.base, true);
    page.low = std::min(page.low, static_cast<std::uint32_t>(&first - page.steps.data()));
    page.high = std::max(page.high, end);
}

bool CodeCache::decode_one(Step& step) {
    std::uint16_t low = 0, high = 0;
    memory_.fetch(step.pc, low); // the page exists, so this cannot fail
    if (isa::length_of(low) == 4 && !memory_.fetch(step.pc + 2, high)) {
        step.handler = id(SpecialHandler::fetch_fault);
        step.imm = static_cast<std::int32_t>(step.pc + 2);
        return true;
    }
    const bool ends = fill_from_word(step, low | std::uint32_t{high} << 16);
    if (loop_end_marks_.empty()) return ends;
    const auto marks = loop_end_marks_.find(step.pc >> page_bits);
    if (marks == loop_end_marks_.end() || !marks->second[step.pc / 2 % steps_per_page]) return ends;
    make_loop_end(step);
    return true;
}

/// Returns whether a block ends at this instruction.
bool CodeCache::fill_from_word(Step& step, std::uint32_t word) {
    const auto instruction = decoder_.decode(word);
    if (!instruction) {
        step.handler = id(SpecialHandler::illegal);
        step.imm = static_cast<std::int32_t>(word);
        return true;
    }
    const auto variant = fill(step, *instruction);
    const auto op = instruction->base();
    step.handler = isa::is_pie(op) ? pie_handler_id(op) : handler_id(op, variant);
    return !isa::is_pie(op) && ends_block(op);
}

void CodeCache::make_loop_end(Step& step) {
    const auto next = static_cast<std::int32_t>(loop_ends_.size());
    const auto [entry, is_new] = loop_end_numbers_.try_emplace(step.pc, next);
    if (is_new) loop_ends_.emplace_back();
    auto& end = loop_ends_[static_cast<std::size_t>(entry->second)];
    end.steps[0] = step;
    end.steps[0].count = 1;
    for (std::uint32_t i : {1u, 2u}) end.steps[i].pc = step.pc + 2 * i;
    end.behind = step.pc + (is_compressed(step) ? 2 : 4);
    if (jumps_by_offset(step)) end.steps[0].handler = as_far_jump(step.handler); // not to a neighbour of the copy
    step.handler = id(SpecialHandler::loop_end);
    step.imm = entry->second;
}

void CodeCache::mark_loop_end(std::uint32_t address) {
    std::uint16_t half = 0;
    if (!memory_.fetch(address, half)) return;
    auto mark = loop_end_marks_[address >> page_bits][address / 2 % steps_per_page];
    if (mark) return;
    mark = true;
    if (auto* page = pages_[address >> page_bits]; page != nullptr && page->low < page->high) reset(*page);
}

void CodeCache::reset_written(std::uint32_t address, std::uint32_t size) {
    // A four-byte instruction one halfword before the range reaches into it.
    const std::uint64_t end = std::uint64_t{address} + size;
    std::uint64_t pc = (address & ~1u) >= 2 ? (address & ~1u) - 2 : 0;
    while (pc < end) {
        const auto page_end = (pc | (page_size - 1)) + 1;
        const auto stop = std::min(end, page_end);
        if (auto* page = pages_[pc >> page_bits]; page != nullptr && page->low < page->high) {
            const auto from = std::max(static_cast<std::uint32_t>(pc % page_size / 2), page->low);
            const auto to = std::min(static_cast<std::uint32_t>((stop - 1) % page_size / 2 + 1), page->high);
            for (auto i = from; i < to; ++i) {
                const auto& step = page->steps[i];
                const bool only_touched_by_its_second_half = step.pc + 2 <= address && is_compressed(step);
                if (step.handler == id(SpecialHandler::decode) || only_touched_by_its_second_half) continue;
                reset(*page);
                break;
            }
        }
        pc = stop;
    }
}

void CodeCache::reset(CodePage& page) {
    for (auto i = page.low; i < page.high; ++i) {
        page.steps[i].handler = id(SpecialHandler::decode);
        page.steps[i].count = 0;
    }
    page.low = steps_per_page;
    page.high = 0;
    ++resets_;
    memory_.set_page_has_code(page.base, false);
}

} // namespace p4jit::machine
