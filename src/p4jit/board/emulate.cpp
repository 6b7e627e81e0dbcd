#include "p4jit/board/emulate.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/board/image.hpp"
#include "p4jit/isa/disassemble.hpp"
#include "p4jit/isa/registers.hpp"
#include "p4jit/machine/semihosting.hpp"
#include "p4jit/machine/tohost.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace p4jit::board {

using namespace machine;

namespace {

/// Prints the instruction each hart is about to run, and what the one before
/// changed.
class TracePrinter {
public:
    TracePrinter(Machine& machine, const elf::Object& image, std::FILE* out)
        : machine_(machine), image_(image), out_(out) {
        before_.resize(machine.hart_count());
    }

    void operator()(const Hart& hart) {
        print_changes(hart);
        std::uint16_t low = 0, high = 0;
        machine_.memory().fetch(hart.pc, low);
        if (isa::length_of(low) == 4) machine_.memory().fetch(hart.pc + 2, high);
        const std::uint32_t word = low | std::uint32_t{high} << 16;
        const auto encoding = isa::length_of(low) == 4 ? fmt::format("{:08x}", word) : fmt::format("{:04x}    ", low);
        const auto name = [this](std::uint32_t address) { return symbol_at(address); };
        const auto text = isa::disassemble(machine_.decoder(), word, hart.pc, {.symbol_at = name});
        fmt::print(out_, "{}{:08x} {} {}\n", hart_prefix(hart), hart.pc, encoding, text);
    }

private:
    struct Registers {
        std::array<std::uint32_t, 33> x{};
        std::array<std::uint32_t, 32> f{};
    };

    std::string hart_prefix(const Hart& hart) const {
        return machine_.hart_count() > 1 ? fmt::format("{}: ", hart.id) : std::string();
    }

    void print_changes(const Hart& hart) {
        auto& before = before_[hart.id];
        for (unsigned i = 1; i < 32; ++i)
            if (hart.x[i] != before.x[i])
                fmt::print(out_, "{}{:>20}{} = {:#010x}\n", hart_prefix(hart), "", isa::x_name(i), hart.x[i]);
        for (unsigned i = 0; i < 32; ++i)
            if (hart.f[i] != before.f[i])
                fmt::print(out_, "{}{:>20}{} = {:#010x}\n", hart_prefix(hart), "", isa::f_name(i), hart.f[i]);
        before = {hart.x, hart.f};
    }

    std::string symbol_at(std::uint32_t address) const {
        const auto* function = image_.function_at(address);
        if (function == nullptr) return {};
        const auto offset = address - function->value;
        return offset == 0 ? std::string(function->name) : fmt::format("{}+{:#x}", function->name, offset);
    }

    Machine& machine_;
    const elf::Object& image_;
    std::FILE* out_;
    std::vector<Registers> before_;
};

/// As semihosting has it: no quotes, words apart by a blank.
std::string command_line(const elf::Object& image, const std::vector<std::string>& arguments) {
    auto line = image.name();
    for (const auto& argument : arguments) line += ' ' + argument;
    return line;
}

/// Free memory for SYS_HEAPINFO: behind the last segment of the RAM region that
/// the program's data is in.
std::pair<std::uint32_t, std::uint32_t> free_memory(const Memory& memory, const elf::Object& image) {
    std::uint32_t base = 0;
    for (const auto& segment : image.segments())
        if (segment.type == elf::SegmentType::load && (segment.flags & elf::segment_flag::write))
            base = std::max(base, align_up(segment.address + segment.memory_size, 16u));
    if (base == 0) return {0, 0};
    auto limit = align_up(base, page_size);
    while (limit + page_size > limit && !memory.view(base, limit + page_size - base).empty()) limit += page_size;
    return {base, limit};
}

std::string describe_lockup(const Hart& hart, const elf::Object& image) {
    const auto* function = image.function_at(hart.pc);
    const auto where = function != nullptr ? fmt::format(" in {}", function->name) : std::string();
    return fmt::format("{} at pc {:#010x}{}, value {:#010x}; the program has no trap handler (mtvec is {:#010x})",
                       name(hart.trap.cause), hart.pc, where, hart.trap.tval, hart.mtvec);
}

/// Machine::run in pieces, so that Ctrl-C is heard and output does not wait for
/// the program's end.
Outcome run(Machine& machine, const EmulateOptions& options) {
    const std::uint64_t piece = options.trace ? 1000 : 20'000'000; // some milliseconds
    for (;;) {
        const auto left = options.max_instructions - machine.retired();
        const auto outcome = machine.run(std::min(piece, left));
        if (options.interrupted && options.interrupted()) throw Interrupted("interrupted");
        if (outcome != Outcome::budget || left <= piece) return outcome;
        std::fflush(options.out);
    }
}

} // namespace

Emulation emulate(const elf::Object& image, const EmulateOptions& options) {
    Machine machine({.revision = options.revision, .harts = options.harts});
    load_image(machine, image);

    const auto [heap_base, heap_limit] = free_memory(machine.memory(), image);
    Semihosting semihosting(machine, {.command_line = command_line(image, options.arguments),
                                      .in = options.in,
                                      .out = options.out,
                                      .err = options.err,
                                      .terminal = options.terminal,
                                      .heap_base = heap_base,
                                      .heap_limit = heap_limit});
    machine.on_trap([&](Hart& hart) { return semihosting.handle(hart); });
    machine.on_console([&](char c) { std::fputc(c, options.out); });

    std::optional<ToHost> tohost;
    if (const auto* symbol = image.symbol("tohost")) {
        const auto* answer = image.symbol("fromhost");
        tohost.emplace(machine, symbol->value, answer != nullptr ? answer->value : 0, options.out);
    }
    if (options.trace) machine.trace(TracePrinter(machine, image, options.err));

    const auto outcome = run(machine, options);
    std::fflush(options.out);
    const auto instructions = machine.retired();
    const auto status = semihosting.exit_status() ? semihosting.exit_status()
                        : tohost                  ? tohost->exit_status()
                                                  : std::nullopt;
    if (status) return {Emulation::End::exited, *status, instructions, ""};
    switch (outcome) {
    case Outcome::lockup:
        return {Emulation::End::no_trap_handler, 1, instructions, describe_lockup(machine.lockup_hart(), image)};
    case Outcome::idle:
        return {Emulation::End::waits_for_ever, 1, instructions, "every hart waits for an interrupt that cannot come"};
    default:
        return {Emulation::End::budget, 1, instructions, fmt::format("stopped after {} instructions", instructions)};
    }
}

} // namespace p4jit::board
