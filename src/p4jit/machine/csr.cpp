#include "p4jit/machine/csr.hpp"

#include "p4jit/machine/host_float.hpp"

namespace p4jit::machine {

namespace {

enum Number : std::uint32_t {
#define CSR(number, name, meaning) csr_##name = number,
#include "spec/isa/csr.def"
};

// RV32 with A, C, F, I and M.
constexpr std::uint32_t misa_value = 1u << 30 | 1u << 0 | 1u << 2 | 1u << 5 | 1u << 8 | 1u << 12;
constexpr std::uint32_t espressif_jedec = 0x612;
constexpr std::uint32_t interrupts = 1u << machine_software | 1u << machine_timer | 1u << machine_external;
constexpr std::uint32_t machine_mode = 3;

/// CSRs that keep what is written and do nothing: debug triggers, physical
/// memory protection and attributes (not enforced), CLIC thresholds, hints.
struct Range {
    std::uint32_t first, count;
};
constexpr Range stored_ranges[] = {
    {csr_mtvt, 1},  {csr_mintthresh, 1}, {csr_tselect, 4}, {csr_tcontrol, 1}, {csr_mhcr, 1},
    {csr_mhint, 1}, {csr_mexstatus, 1},  {csr_ldpc0, 2},   {csr_stpc0, 3},    {0x3A0, 4}, // pmpcfg0-3
    {0x3B0, 16},                                                                          // pmpaddr0-15
    {0xBC0, 16},                                                                          // pmacfg0-15
    {0xBD0, 16},                                                                          // pmaaddr0-15
};

std::uint32_t* stored_csr(Hart& hart, std::uint32_t number) {
    std::uint32_t index = 0;
    for (const auto& range : stored_ranges) {
        if (number - range.first < range.count) return &hart.stored_csrs[index + number - range.first];
        index += range.count;
    }
    return nullptr;
}

/// LOOPn_START_ADDR, _END_ADDR or _COUNT; null for another CSR.
std::uint32_t* loop_csr(Hart& hart, std::uint32_t number) {
    const auto index = number - csr_loop0_start_addr;
    if (index >= 6) return nullptr;
    auto& loop = hart.loops.loop[index / 3];
    return index % 3 == 0 ? &loop.start : index % 3 == 1 ? &loop.end : &loop.count;
}

/// Event counters 3 to 31 and their selectors: there, and always zero.
bool is_event_counter(std::uint32_t number) {
    const auto within = [number](std::uint32_t first, std::uint32_t last) { return number >= first && number <= last; };
    return within(0x323, 0x33F) || within(0xB03, 0xB1F) || within(0xB83, 0xB9F);
}

bool is_float(std::uint32_t number) { return number >= csr_fflags && number <= csr_fcsr; }

std::uint32_t fflags(const Hart& hart) { return hart.fflags | HostFloat::exceptions(); }

std::uint32_t mstatus_value(const Hart& hart) {
    const bool dirty = (hart.mstatus & mstatus::fs) == mstatus::fs_dirty;
    return hart.mstatus | (dirty ? mstatus::sd : 0);
}

std::uint64_t system_timer(const Hart& hart) {
    const auto seconds = hart.cycles() / hart.cpu_hz, rest = hart.cycles() % hart.cpu_hz;
    return seconds * system_timer_hz + rest * system_timer_hz / hart.cpu_hz;
}

std::uint32_t low(std::uint64_t value) { return static_cast<std::uint32_t>(value); }
std::uint32_t high(std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32); }

} // namespace

bool read_csr(Hart& hart, std::uint32_t number, std::uint32_t& value) {
    value = 0;
    if (is_float(number) && (hart.mstatus & mstatus::fs) == mstatus::fs_off) return false;
    switch (number) {
    case csr_fflags: value = fflags(hart); return true;
    case csr_frm: value = hart.frm; return true;
    case csr_fcsr: value = hart.frm << 5 | fflags(hart); return true;
    case csr_mstatus: value = mstatus_value(hart); return true;
    case csr_misa: value = misa_value; return true;
    case csr_mie: value = hart.mie; return true;
    case csr_mip: value = hart.mip; return true;
    case csr_mtvec: value = hart.mtvec; return true;
    case csr_mcountinhibit: value = hart.mcycle.stopped() | hart.minstret.stopped() << 2; return true;
    case csr_hwlp_state: value = static_cast<std::uint32_t>(hart.loops.state); return true;
    case csr_mscratch: value = hart.mscratch; return true;
    case csr_mepc: value = hart.mepc; return true;
    case csr_mcause: value = hart.mcause; return true;
    case csr_mtval: value = hart.mtval; return true;
    case csr_ext_ill_reason: value = hart.ext_ill_reason; return true;
    case csr_pie_state: value = static_cast<std::uint32_t>(hart.pie.state); return true;
    case csr_mcycle:
    case csr_cycle: value = low(hart.mcycle.value(hart.cycles())); return true;
    case csr_mcycleh:
    case csr_cycleh: value = high(hart.mcycle.value(hart.cycles())); return true;
    case csr_minstret:
    case csr_instret: value = low(hart.minstret.value(hart.retired())); return true;
    case csr_minstreth:
    case csr_instreth: value = high(hart.minstret.value(hart.retired())); return true;
    case csr_time: value = low(system_timer(hart)); return true;
    case csr_timeh: value = high(system_timer(hart)); return true;
    case csr_privilege_mode: value = machine_mode; return true;
    case csr_mvendorid: value = espressif_jedec; return true;
    case csr_mhartid: value = hart.id; return true;
    case csr_marchid:
    case csr_mimpid:
    case csr_mstatush:
    case csr_mintstatus:
    case csr_mintstatus_ro: return true;
    default: break;
    }
    if (const auto* loop = loop_csr(hart, number)) {
        value = *loop;
        return true;
    }
    if (const auto* stored = stored_csr(hart, number)) {
        value = *stored;
        return true;
    }
    return is_event_counter(number);
}

namespace {

void set_half(Counter& counter, std::uint64_t now, bool upper, std::uint32_t value) {
    const auto old = counter.value(now);
    counter.set(now,
                upper ? (old & 0xFFFF'FFFF) | std::uint64_t{value} << 32 : (old & ~std::uint64_t{0xFFFF'FFFF}) | value);
}

bool write_float_csr(Hart& hart, std::uint32_t number, std::uint32_t value) {
    if ((hart.mstatus & mstatus::fs) == mstatus::fs_off) return false;
    if (number != csr_frm) {
        hart.fflags = value & 0x1F;
        HostFloat::clear_exceptions();
    }
    if (number != csr_fflags) {
        hart.frm = (number == csr_fcsr ? value >> 5 : value) & 7;
        HostFloat::set_rounding(hart.frm);
    }
    hart.mstatus |= mstatus::fs_dirty;
    hart.choose_handlers();
    return true;
}

void write_mstatus(Hart& hart, std::uint32_t value) {
    constexpr auto writable = mstatus::mie | mstatus::mpie | mstatus::fs;
    hart.mstatus = (hart.mstatus & ~writable) | (value & writable);
    hart.choose_handlers();
}

} // namespace

bool write_csr(Hart& hart, std::uint32_t number, std::uint32_t value) {
    if (is_float(number)) return write_float_csr(hart, number, value);
    if (number >> 10 == 3) return false; // read-only by its address (section 2.1)
    // The instruction that writes a counter counts before the write: its own
    // retirement is not added to the value (section 3.1.10).
    const auto cycles = hart.cycles() + 1, retired = hart.retired() + 1;
    switch (number) {
    case csr_mstatus: write_mstatus(hart, value); return true;
    case csr_mie: hart.mie = value & interrupts; return true;
    case csr_mtvec: hart.mtvec = value & ~2u; return true;
    case csr_mcountinhibit:
        hart.mcycle.stop(cycles, value & 1);
        hart.minstret.stop(retired, value >> 2 & 1);
        return true;
    case csr_mscratch: hart.mscratch = value; return true;
    case csr_mepc: hart.mepc = value & ~1u; return true;
    case csr_mcause: hart.mcause = value; return true;
    case csr_mtval: hart.mtval = value; return true;
    case csr_ext_ill_reason: hart.ext_ill_reason = value & 7; return true;
    case csr_pie_state: hart.pie.state = static_cast<UnitState>(value & 3); return true;
    case csr_mcycle: set_half(hart.mcycle, cycles, false, value); return true;
    case csr_mcycleh: set_half(hart.mcycle, cycles, true, value); return true;
    case csr_minstret: set_half(hart.minstret, retired, false, value); return true;
    case csr_minstreth: set_half(hart.minstret, retired, true, value); return true;
    case csr_hwlp_state: hart.loops.state = static_cast<UnitState>(value & 3); return true;
    case csr_mip: // all its bits are driven by devices
    case csr_misa:
    case csr_mstatush:
    case csr_mintstatus: return true;
    default: break;
    }
    if (auto* loop = loop_csr(hart, number)) {
        *loop = loop == &hart.loops.loop[0].count || loop == &hart.loops.loop[1].count ? value : value & ~1u;
        if (hart.loops.state != UnitState::off) hart.loops.state = UnitState::dirty;
        for (const auto& each : hart.loops.loop) hart.code->mark_loop_end(each.end);
        return true;
    }
    if (auto* stored = stored_csr(hart, number)) {
        *stored = value;
        return true;
    }
    return is_event_counter(number);
}

} // namespace p4jit::machine
