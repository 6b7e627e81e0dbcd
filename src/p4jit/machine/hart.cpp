#include "p4jit/machine/hart.hpp"

#include "p4jit/machine/memory.hpp"

namespace p4jit::machine {

const char* name(Cause cause) {
    switch (cause) {
    case Cause::instruction_misaligned: return "instruction address misaligned";
    case Cause::instruction_access: return "instruction access fault";
    case Cause::illegal_instruction: return "illegal instruction";
    case Cause::breakpoint: return "breakpoint";
    case Cause::load_misaligned: return "load address misaligned";
    case Cause::load_access: return "load access fault";
    case Cause::store_misaligned: return "store address misaligned";
    case Cause::store_access: return "store access fault";
    case Cause::ecall_m: return "environment call";
    }
    return "unknown exception";
}

Access Hart::load_slowly(std::uint32_t address, unsigned size, std::uint32_t& value) {
    return memory->load(address, size, value) ? Access::ok : fail(Cause::load_access, address);
}

Access Hart::store_slowly(std::uint32_t address, unsigned size, std::uint32_t value) {
    const auto resets = code->resets();
    const auto pending = mip;
    if (!memory->store(address, size, value)) return fail(Cause::store_access, address);
    return code->resets() == resets && mip == pending && !yield ? Access::ok : Access::recheck;
}

Access Hart::load_bytes_slowly(std::uint32_t address, void* bytes, unsigned size) {
    for (unsigned i = 0; i < size; ++i) {
        std::uint32_t byte = 0;
        if (!memory->load(address + i, 1, byte)) return fail(Cause::load_access, address + i);
        static_cast<std::uint8_t*>(bytes)[i] = static_cast<std::uint8_t>(byte);
    }
    return Access::ok;
}

Access Hart::store_bytes_slowly(std::uint32_t address, const void* bytes, unsigned size) {
    // Both ends writable: no region is smaller than a page, so all of it is.
    for (const auto end : {address, address + size - 1})
        if (!memory->can_store(end)) return fail(Cause::store_access, end);
    auto result = Access::ok;
    for (unsigned i = 0; i < size; ++i) {
        const auto access = store_slowly(address + i, 1, static_cast<const std::uint8_t*>(bytes)[i]);
        if (access == Access::trapped) return access; // a device, which takes words only: at its first byte
        if (access == Access::recheck) result = access;
    }
    return result;
}

// Privileged manual, sections 3.1.6.1, 3.1.7 and 3.1.14 to 3.1.16.
void Hart::go_to_handler(std::uint32_t cause, std::uint32_t tval, bool interrupt) {
    constexpr std::uint32_t vectored = 1;
    mepc = pc;
    mcause = cause | (interrupt ? 1u << 31 : 0);
    mtval = tval;
    const auto enabled = mstatus & mstatus::mie;
    mstatus &= ~(mstatus::mie | mstatus::mpie);
    if (enabled) mstatus |= mstatus::mpie;
    pc = mtvec & ~3u;
    if (interrupt && (mtvec & 3) == vectored) pc += 4 * cause;
    reserved = false;
}

void Hart::enter_trap() { go_to_handler(static_cast<std::uint32_t>(trap.cause), trap.tval, false); }

void Hart::enter_interrupt() {
    const auto pending = mip & mie;
    for (const auto number : {machine_external, machine_software, machine_timer})
        if (pending & (1u << number)) return go_to_handler(number, 0, true);
}

} // namespace p4jit::machine
