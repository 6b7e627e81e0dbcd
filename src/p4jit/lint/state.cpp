#include "p4jit/lint/state.hpp"

#include <algorithm>

namespace p4jit::lint {

bool is_callee_saved(unsigned reg) {
    const auto number = reg % 32;
    const bool is_s = number == 8 || number == 9 || (number >= 18 && number <= 27);
    return is_s || reg == 3 || reg == 4;
}

State State::on_entry() {
    State state;
    for (unsigned reg = 0; reg < 64; ++reg) state.registers[reg] = Value::on_entry(reg);
    state.registers[0] = Value::constant(0);
    return state;
}

State State::unknown() {
    State state;
    state.registers[0] = Value::constant(0);
    state.qacc = state.xacc = true;
    return state;
}

bool State::join(const State& other, std::uint32_t place) {
    bool less = false;
    for (unsigned reg = 0; reg < 64; ++reg) {
        const auto joined = Value::joined_at(place, reg);
        if (registers[reg] == other.registers[reg] || registers[reg] == joined) continue;
        registers[reg] = joined;
        less = true;
    }
    less |= std::erase_if(slots, [&](const auto& slot) {
                const auto same = other.slots.find(slot.first);
                return same == other.slots.end() || same->second != slot.second;
            }) != 0;
    less |= std::erase_if(accesses, [&](const Access& access) {
                return std::ranges::find(other.accesses, access) == other.accesses.end();
            }) != 0;
    for (unsigned reg = 0; reg < 64; ++reg) {
        if ((other.changed & ~changed) >> reg & 1) {
            changed_at[reg] = other.changed_at[reg];
            less = true;
        }
    }
    changed |= other.changed;
    less |= (qacc && !other.qacc) || (xacc && !other.xacc);
    qacc &= other.qacc;
    xacc &= other.xacc;
    return less;
}

void State::write(unsigned reg, Value value, std::uint32_t place, bool may_restore) {
    if (reg == 0) return;
    registers[reg] = value;
    const auto bit = std::uint64_t{1} << reg;
    if (!is_callee_saved(reg)) return;
    if (may_restore || !value.known() || value == Value::on_entry(reg)) {
        changed &= ~bit;
    } else {
        if ((changed & bit) == 0) changed_at[reg] = place;
        changed |= bit;
    }
}

void State::make(unsigned reg, std::uint32_t place, bool may_restore) {
    if (reg == 0) return;
    const auto value = Value::made_at(place, reg);
    forget(value.origin); // of the last turn of a loop
    write(reg, value, place, may_restore);
}

void State::forget(std::uint64_t origin) {
    for (auto& value : registers)
        if (value.origin == origin) value = {};
    std::erase_if(slots, [&](const auto& slot) { return slot.second.origin == origin; });
    std::erase_if(accesses, [&](const Access& access) { return access.address.origin == origin; });
}

void State::forget_variables() {
    std::erase_if(slots, [](const auto& slot) { return !slot.second.is_on_entry(); });
}

} // namespace p4jit::lint
