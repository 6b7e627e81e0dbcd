// One hart: its registers, its traps, and its way to memory.
//
// Names and numbers are the privileged manual's. What goes wrong in the guest
// is a value: an access returns an Access, and the trap it asks for waits in
// `trap` until the run loop takes it.
#pragma once

#include "p4jit/isa/revision.hpp"
#include "p4jit/machine/code.hpp"
#include "p4jit/machine/pie_state.hpp"

#include <array>
#include <cstdint>

namespace p4jit::machine {

class HostFloat;
struct Hart;

/// x0 as a destination: a register nobody reads.
constexpr std::uint8_t x_discard = 32;

/// Exception causes (mcause without the interrupt bit).
enum class Cause : std::uint32_t {
    instruction_misaligned = 0,
    instruction_access = 1,
    illegal_instruction = 2,
    breakpoint = 3,
    load_misaligned = 4,
    load_access = 5,
    store_misaligned = 6,
    store_access = 7,
    ecall_m = 11,
};

/// "load access fault", as the manual words it.
const char* name(Cause cause);

struct Trap {
    Cause cause{};
    std::uint32_t tval = 0;
};

/// Interrupt numbers, which are also bits of mip and mie.
enum Interrupt : unsigned { machine_software = 3, machine_timer = 7, machine_external = 11 };

namespace mstatus {
constexpr std::uint32_t mie = 1u << 3, mpie = 1u << 7, mpp = 3u << 11, fs = 3u << 13, sd = 1u << 31;
constexpr std::uint32_t fs_off = 0u << 13, fs_initial = 1u << 13, fs_clean = 2u << 13, fs_dirty = 3u << 13;
} // namespace mstatus

/// How a load or store went.
enum class Access : std::uint8_t {
    ok,
    trapped, ///< Hart::trap says why; nothing has changed
    recheck, ///< done, but code, interrupts or other harts may have changed: leave the steps at hand
    slow,    ///< nothing has been done; ask again through SlowPath
};

/// Why a hart stopped running steps.
enum class Stop : std::uint8_t {
    again, ///< look at pc again: a new page, code that changed, the budget
    trap,  ///< Hart::trap is to be taken at pc
    wait,  ///< wfi with nothing pending
};

/// mcycle or minstret: a running count that the guest may set and stop.
class Counter {
public:
    std::uint64_t value(std::uint64_t now) const { return stopped_ ? value_ : now + value_; }
    void set(std::uint64_t now, std::uint64_t value) { value_ = stopped_ ? value : value - now; }
    bool stopped() const { return stopped_; }
    void stop(std::uint64_t now, bool stopped) {
        const auto current = value(now);
        stopped_ = stopped;
        set(now, current);
    }

private:
    std::uint64_t value_ = 0; ///< what to add to the running count, or the value while stopped
    bool stopped_ = false;
};

/// Runs a step and, as its last act, the next step's handler; see interpreter.cpp.
struct Handler {
    void (*run)(const Step* step, Hart& hart, const Handler* handlers, std::int64_t left) = nullptr;
};

struct Hart {
    std::array<std::uint32_t, 33> x{}; ///< x[32] is x_discard
    std::array<std::uint32_t, 32> f{}; ///< bit patterns of single precision
    std::uint32_t pc = 0;

    // What memory accesses and jumps look at.
    const PageEntry* read_table = nullptr;
    const PageEntry* write_table = nullptr;
    CodePage* const* code_pages = nullptr;
    Memory* memory = nullptr;
    CodeCache* code = nullptr;

    // How far it may run, and why it stopped. left is exact when a handler has
    // returned and at instructions that end a block.
    std::int64_t left = 0;
    const Handler* handlers = nullptr;          ///< by HandlerId, for the present state of mstatus.FS and frm
    const Handler* one_step_handlers = nullptr; ///< the same, but they come back after one instruction
    Stop stop{};
    Trap trap{};
    bool yield = false; ///< let the other hart run: something happened that it should see

    // Machine mode.
    std::uint32_t id = 0;
    std::uint64_t cpu_hz = 0;
    isa::ChipRevision revision;
    std::uint32_t mstatus = mstatus::mpp;
    std::uint32_t mie = 0, mip = 0, mtvec = 0, mscratch = 0, mepc = 0, mcause = 0, mtval = 0;
    std::uint32_t ext_ill_reason = 0;            ///< why the last illegal instruction was one: bits of EXT_ILL
    std::array<std::uint32_t, 71> stored_csrs{}; ///< those that only keep what is written; see csr.cpp

    // Floating point. While a hart runs, flags raised by host arithmetic are
    // still in the host's own register: see HostFloat.
    std::uint32_t frm = 0, fflags = 0;

    // Vector unit and hardware loops.
    Pie pie;
    HardwareLoops loops;

    // LR/SC.
    bool reserved = false;
    std::uint32_t reservation = 0;

    // Counters: retired up to the start of this run, at which `budget` was left.
    std::uint64_t retired_before = 0;
    std::int64_t budget = 0;
    std::uint64_t unretired = 0; ///< cycles spent in wfi and on traps
    Counter mcycle, minstret;
    bool waiting = false;

    /// Instructions retired so far; exact wherever left is.
    std::uint64_t retired() const { return retired_before + static_cast<std::uint64_t>(budget - left); }
    /// Cycles since reset. One per instruction and trap, plus sleep.
    std::uint64_t cycles() const { return retired() + unretired; }

    bool interrupt_pending() const { return (mip & mie) != 0 && (mstatus & mstatus::mie); }

    Access fail(Cause cause, std::uint32_t tval) {
        trap = {cause, tval};
        return Access::trapped;
    }

    Access load_slowly(std::uint32_t address, unsigned size, std::uint32_t& value);
    Access store_slowly(std::uint32_t address, unsigned size, std::uint32_t value);
    /// The same for any number of bytes; a store that faults has written nothing.
    Access load_bytes_slowly(std::uint32_t address, void* bytes, unsigned size);
    Access store_bytes_slowly(std::uint32_t address, const void* bytes, unsigned size);

    /// Takes the trap or the most urgent pending interrupt: saves the state and
    /// goes to the handler.
    void enter_trap();
    void enter_interrupt();

    /// Picks the handlers after mstatus.FS or frm changed.
    void choose_handlers();

private:
    void go_to_handler(std::uint32_t cause, std::uint32_t tval, bool interrupt);
};

/// Plain memory at an aligned address; everything else is slow. Handlers try
/// this first and call nothing, so that they stay a few host instructions long.
struct FastPath {
    template <typename T>
    static Access load(const Hart& hart, std::uint32_t address, T& value) {
        const auto entry = hart.read_table[address >> page_bits];
        if (entry == 0 || address % sizeof(T) != 0) [[unlikely]]
            return Access::slow;
        value = load_le<T>(reinterpret_cast<const void*>(entry + address));
        return Access::ok;
    }
    template <typename T>
    static Access store(Hart& hart, std::uint32_t address, T value) {
        const auto entry = hart.write_table[address >> page_bits];
        if (entry == 0 || address % sizeof(T) != 0) [[unlikely]]
            return Access::slow;
        store_le<T>(reinterpret_cast<void*>(entry + address), value);
        return Access::ok;
    }
    /// At any alignment, inside one page.
    static Access load_bytes(const Hart& hart, std::uint32_t address, void* bytes, unsigned size) {
        const auto entry = hart.read_table[address >> page_bits];
        if (entry == 0 || address % page_size > page_size - size) [[unlikely]]
            return Access::slow;
        std::memcpy(bytes, reinterpret_cast<const void*>(entry + address), size);
        return Access::ok;
    }
    static Access store_bytes(Hart& hart, std::uint32_t address, const void* bytes, unsigned size) {
        const auto entry = hart.write_table[address >> page_bits];
        if (entry == 0 || address % page_size > page_size - size) [[unlikely]]
            return Access::slow;
        std::memcpy(reinterpret_cast<void*>(entry + address), bytes, size);
        return Access::ok;
    }
};

/// Everything: misaligned accesses, devices, code pages, faults.
struct SlowPath {
    template <typename T>
    static Access load(Hart& hart, std::uint32_t address, T& value) {
        std::uint32_t wide = 0;
        const auto access = hart.load_slowly(address, sizeof(T), wide);
        value = static_cast<T>(wide);
        return access;
    }
    template <typename T>
    static Access store(Hart& hart, std::uint32_t address, T value) {
        return hart.store_slowly(address, sizeof(T), value);
    }
    static Access load_bytes(Hart& hart, std::uint32_t address, void* bytes, unsigned size) {
        return hart.load_bytes_slowly(address, bytes, size);
    }
    static Access store_bytes(Hart& hart, std::uint32_t address, const void* bytes, unsigned size) {
        return hart.store_bytes_slowly(address, bytes, size);
    }
};

} // namespace p4jit::machine
