// One vector instruction at a time, by its text, for this part's tests.
#pragma once

#include "p4jit/isa/assemble.hpp"
#include "p4jit/machine/machine.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string_view>

namespace p4jit::machine::test {

class PieChip {
public:
    static constexpr std::uint32_t code = 0x4FF0'0000, data = 0x4FF8'0000;

    explicit PieChip(isa::ChipRevision revision = {})
        : machine({.revision = revision, .harts = 1}), hart(machine.hart(0)), pie(hart.pie), revision_(revision) {
        machine.reset(code);
        machine.on_trap([this](Hart& trapped) {
            trap = trapped.trap.cause;
            machine.stop();
            return true;
        });
        pie.state = UnitState::initial;
    }

    PieChip& operator()(std::string_view text) {
        const auto word = isa::assemble(text, revision_.extensions());
        Bytes bytes;
        for (unsigned i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(word >> 8 * i));
        REQUIRE(machine.memory().program(code, bytes));
        hart.pc = code;
        trap.reset();
        machine.run(1);
        return *this;
    }

    template <typename T>
    Lanes<T> q(unsigned number) const {
        return pie.q[number].lanes<T>();
    }
    template <typename T>
    void set(unsigned number, const Lanes<T>& lanes) {
        pie.q[number] = Vector::of(lanes);
    }
    template <typename T>
    void fill(unsigned number, T lane) {
        Lanes<T> lanes;
        lanes.fill(lane);
        set(number, lanes);
    }
    bool saturated() const { return (pie.cfg & pie_cfg::vxsat) != 0; }
    /// Memory at `data` and up: byte n holds n.
    void count_up_memory() {
        auto view = machine.memory().view(data, 256);
        for (std::size_t i = 0; i < view.size(); ++i) view[i] = static_cast<std::uint8_t>(i);
    }
    std::uint8_t byte(std::uint32_t address) { return machine.memory().view(address, 1)[0]; }

    Machine machine;
    Hart& hart;
    Pie& pie;
    std::optional<Cause> trap; ///< why the last instruction trapped

private:
    isa::ChipRevision revision_;
};

inline constexpr isa::ChipRevision revision_3_1{3, 1};
constexpr std::size_t x8 = 8, x9 = 9, x10 = 10;

} // namespace p4jit::machine::test
