// The virtual ESP32-P4: two harts, its memory map, its devices.
//
// One host thread steps both harts in turn, always the one that is behind in
// time, so that a program gives the same cycles every time. docs/machine.md
// says what is like silicon and what is not.
#pragma once

#include "p4jit/isa/revision.hpp"
#include "p4jit/machine/code.hpp"
#include "p4jit/machine/devices.hpp"
#include "p4jit/machine/hart.hpp"
#include "p4jit/machine/memory.hpp"

#include <functional>
#include <string_view>

namespace p4jit::machine {

using isa::ChipRevision;

/// The board's figures: spec/chip/board.def.
namespace board_figure {
#define BOARD_FIGURE(NAME, value, meaning) constexpr std::uint32_t NAME = value;
#include "spec/chip/board.def"
} // namespace board_figure

struct MachineOptions {
    ChipRevision revision;
    std::uint64_t cpu_hz = board_figure::CPU_MHZ * std::uint64_t{1'000'000};
    unsigned harts = 2;
};

/// Why Machine::run came back.
enum class Outcome {
    budget,  ///< as many instructions as asked for
    idle,    ///< every hart waits for an interrupt that only the outside can raise
    stopped, ///< somebody called stop()
    lockup,  ///< a trap whose handler is not in memory; lockup_hart() has it
};

class Machine {
public:
    explicit Machine(const MachineOptions& options = {});
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;

    Memory& memory() { return memory_; }
    const isa::Decoder& decoder() const { return decoder_; }
    Hart& hart(unsigned number) { return harts_[number]; }
    unsigned hart_count() const { return static_cast<unsigned>(harts_.size()); }
    Link& link() { return link_; }

    /// All harts to `entry`, integer registers cleared, as after reset.
    void reset(std::uint32_t entry);

    /// Runs until `max_instructions` more have retired or trapped on all harts
    /// together, or for another reason to stop.
    Outcome run(std::uint64_t max_instructions);

    /// Makes run() come back; for devices and hooks.
    void stop();

    void set_interrupt(unsigned hart, Interrupt interrupt, bool raised);

    /// Asked before a trap is taken. True: the hook dealt with it and the hart
    /// goes on at its pc.
    using TrapHook = std::function<bool(Hart&)>;
    void on_trap(TrapHook hook) { trap_hook_ = std::move(hook); }

    /// Takes what the guest writes to UART0.
    using Console = std::function<void(char)>;
    void on_console(Console console) { console_ = std::move(console); }

    /// The instruction before which each hart stands is shown to the tracer, one
    /// by one; slow.
    using Tracer = std::function<void(const Hart&)>;
    void trace(Tracer tracer) { tracer_ = std::move(tracer); }

    /// The hart whose trap found no handler; its trap and pc are those of the
    /// original trap.
    const Hart& lockup_hart() const { return *lockup_hart_; }

    std::uint64_t retired() const;

private:
    void map_chip();
    void add_devices();
    Hart* next_hart();
    void run_hart(Hart& hart, std::uint64_t budget);
    void take_trap(Hart& hart);
    void wake(Hart& hart);

    isa::Decoder decoder_;
    Memory memory_;
    CodeCache code_;
    std::vector<Hart> harts_;
    Hart* running_ = nullptr; ///< the last one that ran
    unsigned turns_with_reservation_ = 0;
    std::uint64_t traps_ = 0;
    Registers registers_;
    Link link_;
    TrapHook trap_hook_;
    Console console_;
    Tracer tracer_;
    bool stopped_ = false;
    Hart* lockup_hart_ = nullptr;
};

} // namespace p4jit::machine
