#include "p4jit/machine/machine.hpp"

#include "p4jit/machine/interpreter.hpp"

#include <algorithm>

namespace p4jit::machine {

namespace {

enum DeviceAddress : std::uint32_t {
#define DEVICE_REGISTER(name, address, meaning) name = address,
#include "spec/chip/devices.def"
};

constexpr std::uint32_t hp_peripherals_base = 0x5000'0000, hp_peripherals_size = 0x0010'0000;

/// How far one hart may run ahead of the other, in instructions.
constexpr std::uint64_t quantum = 10'000;

} // namespace

Machine::Machine(const MachineOptions& options)
    : decoder_(options.revision.extensions()),
      code_(memory_, decoder_),
      harts_(options.harts),
      link_(
          registers_,
          {.write = [this](std::uint32_t address,
                           ByteView bytes) { return memory_.can_store(address) && memory_.program(address, bytes); },
           .read = [this](std::uint32_t address, std::uint32_t size) { return ByteView(memory_.view(address, size)); },
           .data_available = [this](bool yes) { set_interrupt(0, machine_external, yes); }}) {
    map_chip();
    add_devices();
    for (auto& hart : harts_) {
        hart.id = static_cast<std::uint32_t>(&hart - harts_.data());
        hart.cpu_hz = options.cpu_hz;
        hart.revision = options.revision;
        hart.memory = &memory_;
        hart.code = &code_;
        hart.read_table = memory_.read_table();
        hart.write_table = memory_.write_table();
        hart.code_pages = code_.pages();
        hart.choose_handlers();
    }
}

void Machine::map_chip() {
    enum class SpecKind { ram, rom, device };
    const auto add = [this](const char* name, std::uint32_t base, std::uint32_t size, SpecKind kind) {
        if (kind == SpecKind::device)
            memory_.add_device(base, size, registers_);
        else
            memory_.add_memory(name, base, size, kind == SpecKind::ram ? Memory::Kind::ram : Memory::Kind::rom);
    };
    std::uint32_t base_of_region[] = {
#define MEMORY_REGION(id, base, size, kind, name) base,
#include "spec/chip/memory.def"
    };
    enum RegionIndex {
#define MEMORY_REGION(id, base, size, kind, name) index_##id,
#include "spec/chip/memory.def"
    };
#define MEMORY_REGION(id, base, size, kind, name) add(name, base, size, SpecKind::kind);
#define MEMORY_ALIAS(id, base, of) memory_.add_alias(base, base_of_region[index_##of]);
#include "spec/chip/memory.def"
}

void Machine::add_devices() {
    for (unsigned hart = 0; hart < hart_count() && hart < 2; ++hart) {
        const auto raised = [this, hart] { return harts_[hart].mip >> machine_software & 1; };
        const auto raise = [this, hart](std::uint32_t value) { set_interrupt(hart, machine_software, value & 1); };
        registers_.add(hart == 0 ? HP_SYS_CPU_INT_FROM_CPU_0 : HP_SYS_CPU_INT_FROM_CPU_1, raised, raise);
    }
    registers_.add(UART0_FIFO, {}, [this](std::uint32_t value) {
        if (console_) console_(static_cast<char>(value));
    });
    registers_.add(UART0_STATUS, {}, {});
}

void Machine::reset(std::uint32_t entry) {
    for (auto& hart : harts_) {
        hart.x.fill(0);
        hart.f.fill(0);
        hart.pc = entry;
        hart.mstatus = mstatus::mpp;
        hart.mie = hart.mtvec = 0;
        hart.frm = hart.fflags = 0;
        hart.ext_ill_reason = 0;
        hart.pie = {};
        hart.loops = {};
        hart.reserved = hart.waiting = false;
        hart.choose_handlers();
    }
}

void Machine::set_interrupt(unsigned number, Interrupt interrupt, bool raised) {
    auto& hart = harts_[number];
    const auto before = hart.mip;
    hart.mip = raised ? hart.mip | 1u << interrupt : hart.mip & ~(1u << interrupt);
    if (hart.mip != before && running_ != nullptr && running_ != &hart) running_->yield = true;
}

void Machine::stop() {
    stopped_ = true;
    if (running_ != nullptr) running_->yield = true;
}

std::uint64_t Machine::retired() const {
    std::uint64_t total = 0;
    for (const auto& hart : harts_) total += hart.retired();
    return total;
}

void Machine::wake(Hart& hart) {
    std::uint64_t now = 0;
    for (const auto& other : harts_) now = std::max(now, other.cycles());
    hart.unretired += now - hart.cycles();
    hart.waiting = false;
}

Hart* Machine::next_hart() {
    // A hart between LR and SC goes on for a while: taking turns too soon would
    // make every SC fail, for ever.
    if (running_ != nullptr && running_->reserved && !running_->waiting && turns_with_reservation_++ < 64)
        return running_;
    turns_with_reservation_ = 0;
    Hart* next = nullptr;
    for (auto& hart : harts_) {
        if (hart.waiting && (hart.mip & hart.mie) != 0) wake(hart);
        if (!hart.waiting && (next == nullptr || hart.cycles() < next->cycles())) next = &hart;
    }
    return next;
}

void Machine::run_hart(Hart& hart, std::uint64_t budget) {
    // Another hart may have stored in between: see rv32a.hpp.
    if (running_ != &hart) hart.reserved = false;
    running_ = &hart;
    machine::run(hart, static_cast<std::int64_t>(budget));
    if (hart.stop == Stop::wait) hart.waiting = true;
    if (hart.stop == Stop::trap) take_trap(hart);
}

void Machine::take_trap(Hart& hart) {
    // It takes a cycle, so that traps that lead to traps end a run and let the
    // other hart go on.
    ++traps_;
    ++hart.unretired;
    if (trap_hook_ && trap_hook_(hart)) return;
    const auto pc = hart.pc;
    hart.enter_trap();
    std::uint16_t half = 0;
    if (memory_.fetch(hart.pc, half)) return;
    hart.pc = pc;
    lockup_hart_ = &hart;
}

Outcome Machine::run(std::uint64_t max_instructions) {
    const auto start = retired() + traps_;
    stopped_ = false;
    lockup_hart_ = nullptr;
    while (!stopped_ && lockup_hart_ == nullptr) {
        const auto done = retired() + traps_ - start;
        if (done >= max_instructions) return Outcome::budget;
        auto* hart = next_hart();
        if (hart == nullptr) return Outcome::idle;
        if (tracer_) tracer_(*hart);
        run_hart(*hart, tracer_ ? 1 : std::min(quantum, max_instructions - done));
    }
    return stopped_ ? Outcome::stopped : Outcome::lockup;
}

} // namespace p4jit::machine
