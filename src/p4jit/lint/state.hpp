// What is known of registers, stack and vector unit at a place in a function.
#pragma once

#include "p4jit/lint/function.hpp"

#include <array>
#include <bit>

namespace p4jit::lint {

/// A value as an unknown one that has a name, and a distance from it: "what a0
/// was on entry, plus 16". Equal origins mean equal unknowns.
struct Value {
    std::uint64_t origin = 0; ///< 0: nothing is known
    std::int32_t offset = 0;

    bool operator==(const Value&) const = default;
    bool known() const { return origin != 0; }

    static Value constant(std::int32_t value) { return {1, value}; }
    /// What a register (0..31 integer, 32..63 floating-point) was on entry.
    static Value on_entry(unsigned reg) { return {0x100u + reg, 0}; }
    /// What the instruction there put into the register.
    static Value made_at(std::uint32_t place, unsigned reg) { return {named(2, place, reg), 0}; }
    /// What the register holds where ways come together there.
    static Value joined_at(std::uint32_t place, unsigned reg) { return {named(3, place, reg), 0}; }

    bool is_constant() const { return origin == 1; }
    bool is_constant(std::int32_t value) const { return is_constant() && offset == value; }
    bool is_on_entry() const { return origin >= 0x100 && origin < 0x140; }
    Value plus(std::int32_t distance) const {
        if (!known()) return {};
        return {origin,
                static_cast<std::int32_t>(static_cast<std::uint32_t>(offset) + static_cast<std::uint32_t>(distance))};
    }

    /// How far this is from a value of the same origin.
    std::int32_t distance_from(const Value& from) const {
        return static_cast<std::int32_t>(static_cast<std::uint32_t>(offset) - static_cast<std::uint32_t>(from.offset));
    }

private:
    static std::uint64_t named(std::uint64_t kind, std::uint32_t place, unsigned reg) {
        return kind << 56 | std::uint64_t{place} << 8 | reg;
    }
};

constexpr unsigned f_register = 32; ///< number of f0 among 64 registers
constexpr unsigned sp = 2;

/// Do functions have to leave the register (0..63) as it was (psABI, "Register
/// Convention")? sp aside.
bool is_callee_saved(unsigned reg);

/// A vector access that has happened on every way to here.
struct Access {
    Value address;
    std::uint8_t size;
    std::uint32_t place;
    bool operator==(const Access&) const = default;
};

struct State {
    std::array<Value, 64> registers;
    /// Words of the stack, by their distance from sp on entry.
    std::map<std::int32_t, Value> slots;
    /// Callee-saved registers that hold something made here, on some way.
    std::uint64_t changed = 0;
    std::array<std::uint32_t, 64> changed_at{}; ///< by which instruction
    /// Set or loaded on every way.
    bool qacc = false, xacc = false;
    std::vector<Access> accesses;

    static State on_entry();
    /// Nothing is known, nothing is wrong.
    static State unknown();

    /// Takes in what is known on another way to `place`. True if less is known
    /// than before.
    bool join(const State& other, std::uint32_t place);

    /// Writes a register. `may_restore`: the value may be what it was on entry,
    /// though nobody can tell.
    void write(unsigned reg, Value value, std::uint32_t place, bool may_restore = false);
    /// The same with a value that is not known but by this name.
    void make(unsigned reg, std::uint32_t place, bool may_restore = false);
    /// Forgets the stack's words, but for saved registers.
    void forget_variables();

private:
    void forget(std::uint64_t origin);
};

/// What the instruction there does to the state. Calls keep what the psABI says.
void step(State& state, const Code& code, std::uint32_t place, const Node& node);

} // namespace p4jit::lint
