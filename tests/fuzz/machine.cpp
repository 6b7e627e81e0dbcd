#include "p4jit/machine/machine.hpp"
#include "p4jit/machine/test_program.hpp"
#include "tests/fuzz/choices.hpp"
#include "tests/fuzz/targets.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <ranges>
#include <tuple>

#include <sys/mman.h>

namespace p4jit::fuzz {

using namespace machine;
using machine::test::Op;
using machine::test::Program;

namespace {

constexpr std::uint32_t l2mem = 0x4FF0'0000, l2mem_size = 0x000C'0000, l2mem_uncached = 0x8FF0'0000;
constexpr std::uint32_t psram = 0x4800'0000, spm = 0x3010'0000, flash = 0x4000'0000, rom = 0x4FC0'0000;

enum DeviceAddress : std::uint32_t {
#define DEVICE_REGISTER(name, address, meaning) name = address,
#include "spec/chip/devices.def"
};

/// Where the handler of traps stands, and the program: at the end of a page, so
/// that instructions lie across the border.
constexpr std::uint32_t handler = l2mem + 0x1000, program = l2mem + 2 * page_size - 64;

constexpr std::uint64_t most_instructions = 3000;
constexpr std::uint32_t most_sent = 64; ///< by the host, before

/// Skips what trapped, as if it had four bytes.
Bytes skipping_handler() {
    constexpr std::int32_t t6 = 31, csr_mepc = 0x341;
    Program code(handler);
    code(Op::csrrs, {.rd = t6, .csr = csr_mepc})(Op::addi, {.rd = t6, .rs1 = t6, .imm = 4});
    code(Op::csrrw, {.rs1 = t6, .csr = csr_mepc})(Op::mret);
    return code.bytes();
}

/// A chip, and what runs on it: all drawn from the fuzzer's input.
struct Scene {
    explicit Scene(ByteView input) : choices(input) {
        const auto kind = choices.byte();
        revision = kind % 3 == 0   ? isa::ChipRevision{1, 3}
                   : kind % 3 == 1 ? isa::ChipRevision{3, 1}
                                   : isa::ChipRevision{3, 1, true};
        harts = kind & 0x80 ? 2 : 1;
        mstatus = (kind & 0x40 ? 0 : mstatus::fs_dirty) | (kind & 0x20 ? 0 : mstatus::mie);
        units = kind & 0x10 ? UnitState::off : UnitState::initial;
        mtvec = choices.byte() < 0xE0 ? handler : address();
        frm = choices.byte() % 8;
        for (auto& value : x) value = address();
        for (auto& slice : slices) slice = 1 + choices.byte();
        sent = choices.bytes(most_sent);
        code = kind & 0x08 ? instructions() : Bytes(choices.rest().begin(), choices.rest().end());
        code.resize(std::min<std::size_t>(code.size(), 4096));
    }

    std::uint32_t address() {
        constexpr std::uint32_t places[] = {program,
                                            program + 60,
                                            l2mem,
                                            l2mem + l2mem_size - 8,
                                            program + 256,
                                            l2mem_uncached,
                                            psram,
                                            psram + page_size - 8,
                                            flash,
                                            rom,
                                            spm,
                                            spm + 0x2000 - 8,
                                            LINK_RX_AVAILABLE,
                                            UART0_FIFO,
                                            0,
                                            0xFFFF'FFF8,
                                            0x7F80'0001,
                                            0x3F80'0000,
                                            0x0080'0000,
                                            3};
        const auto place = places[choices.byte() % std::size(places)];
        const auto how = choices.byte();
        return how == 0xFF ? choices.word() : how == 0xFE ? std::uint32_t{HP_SYS_CPU_INT_FROM_CPU_0} : place + how % 16;
    }

    Bytes instructions() {
        Bytes bytes;
        while (!choices.empty() && bytes.size() < 1024) {
            const auto& row = isa::rows()[(choices.byte() | choices.byte() << 8) % isa::op_count];
            const auto word = (choices.word() & ~row.mask) | row.match;
            for (unsigned i = 0; i < row.length; ++i) bytes.push_back(static_cast<std::uint8_t>(word >> 8 * i));
        }
        return bytes;
    }

    void set(Machine& machine) const {
        REQUIRE(machine.memory().program(program, code));
        REQUIRE(machine.memory().program(handler, skipping_handler()));
        std::uint32_t data = 1;
        for (const auto at : {l2mem, psram, spm})
            for (std::uint32_t i = 0; i < 512; i += 4)
                REQUIRE(machine.memory().store(at + i, 4, data = data * 1664525 + 1013904223));
        machine.reset(program);
        for (unsigned number = 0; number < machine.hart_count(); ++number) {
            auto& hart = machine.hart(number);
            std::ranges::copy(x, hart.x.begin() + 1);
            std::ranges::copy(x, hart.f.begin());
            hart.mstatus |= mstatus;
            hart.mtvec = mtvec & ~2u;
            hart.frm = frm;
            hart.pie.state = hart.loops.state = units;
            hart.mie = 0x888;
            hart.choose_handlers();
        }
        machine.link().host_sends(sent);
    }

    Choices choices;
    isa::ChipRevision revision;
    unsigned harts;
    std::uint32_t mstatus, mtvec, frm;
    UnitState units;
    std::array<std::uint32_t, 31> x;
    std::array<std::uint64_t, 8> slices;
    Bytes sent, code;
};

/// A chip as after power-on, again and again: making one takes far longer than a run.
class Bench {
public:
    explicit Bench(const MachineOptions& options) : machine_(options) {
        for (unsigned number = 0; number < options.harts; ++number) fresh_.push_back(machine_.hart(number));
    }

    Machine& power_on() {
        empty_link();
#define MEMORY_REGION(id, base, size, kind, name) forget(base, size);
#include "spec/chip/memory.def"
        for (unsigned number = 0; number < fresh_.size(); ++number) machine_.hart(number) = fresh_[number];
        machine_.trace({});
        return machine_;
    }

private:
    void empty_link() {
        Bytes left(machine_.link().waiting_for_host());
        machine_.link().host_receives(left);
        for (const auto& [address, value] : {std::pair{LINK_RX_ADDRESS, l2mem},
                                             {LINK_RX_LENGTH, most_sent},
                                             {LINK_TX_ADDRESS, l2mem},
                                             {LINK_TX_LENGTH, 0u}})
            REQUIRE(machine_.memory().store(address, 4, value));
    }

    void forget(std::uint32_t base, std::uint32_t size) {
        const auto bytes = machine_.memory().view(base, size);
        if (bytes.empty()) return; // a device
        constexpr std::uintptr_t host_page = 4096;
        const auto from = reinterpret_cast<std::uintptr_t>(bytes.data()), to = from + size;
        const auto first = (from + host_page - 1) / host_page * host_page, last = to / host_page * host_page;
        // The host's kernel hands out zeros where it was told that nothing is needed.
        REQUIRE(::madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED) == 0);
        std::fill_n(bytes.begin(), first - from, 0);
        std::fill_n(bytes.end() - static_cast<std::ptrdiff_t>(to - last), to - last, 0);
        machine_.memory().changed(base, size);
    }

    Machine machine_;
    std::vector<Hart> fresh_;
};

/// How a run ended and what it told the host.
struct Told {
    Outcome outcome;
    std::string console;
    Bytes link;
    bool operator==(const Told&) const = default;
};

Told run(Machine& machine, const Scene& scene) {
    Told told{};
    machine.on_console([&told](char c) { told.console += c; });
    std::uint64_t done = 0;
    for (unsigned i = 0; done < most_instructions; ++i) {
        const auto slice = std::min(scene.slices[i % scene.slices.size()], most_instructions - done);
        const auto before = machine.retired();
        told.outcome = machine.run(slice);
        REQUIRE(machine.retired() - before <= slice);
        done += slice;
        if (told.outcome != Outcome::budget) break;
    }
    told.link.resize(machine.link().waiting_for_host());
    REQUIRE(machine.link().host_receives(told.link) == told.link.size());
    machine.on_console({});
    return told;
}

void check_hart(const Hart& hart) {
    REQUIRE(hart.x[0] == 0);
    REQUIRE(hart.pc % 2 == 0);
    REQUIRE(hart.mepc % 2 == 0);
    REQUIRE(hart.frm < 8);
    REQUIRE(hart.fflags < 32);
    REQUIRE(hart.pie.xacc < std::uint64_t{1} << 40);
}

void check_read_only(Machine& machine) {
    const auto is_zero = [](std::uint8_t byte) { return byte == 0; };
    REQUIRE(std::ranges::all_of(machine.memory().view(rom, page_size), is_zero));
    REQUIRE(std::ranges::all_of(machine.memory().view(flash, page_size), is_zero));
}

/// Block by block and instruction by instruction give the same.
void check_same(Machine& a, Machine& b) {
    const auto &one = a.hart(0), &other = b.hart(0);
    REQUIRE(a.retired() == b.retired());
    REQUIRE(one.pc == other.pc);
    REQUIRE(std::ranges::equal(one.x | std::views::take(32), other.x | std::views::take(32)));
    REQUIRE((one.f == other.f));
    REQUIRE(one.fflags == other.fflags);
    REQUIRE(one.frm == other.frm);
    REQUIRE(one.mstatus == other.mstatus);
    REQUIRE(one.mcause == other.mcause);
    REQUIRE(one.mtval == other.mtval);
    REQUIRE(one.mepc == other.mepc);
    REQUIRE(one.mip == other.mip);
    REQUIRE((one.pie.q == other.pie.q));
    REQUIRE((one.pie.qacc == other.pie.qacc));
    REQUIRE(one.pie.xacc == other.pie.xacc);
    REQUIRE((one.pie.ua_state == other.pie.ua_state));
    REQUIRE(one.pie.cfg == other.pie.cfg);
    for (const auto& [place, size] : {std::pair{l2mem, l2mem_size}, {spm, 0x2000u}, {psram, 0x10000u}})
        REQUIRE(std::memcmp(a.memory().view(place, size).data(), b.memory().view(place, size).data(), size) == 0);
}

/// One for each kind of chip; `which` of two alike.
Machine& chip_for(const Scene& scene, unsigned which) {
    static std::map<std::tuple<std::string, unsigned, unsigned>, Bench> benches;
    const MachineOptions options{.revision = scene.revision, .harts = scene.harts};
    return benches.try_emplace({scene.revision.text(), scene.harts, which}, options).first->second.power_on();
}

} // namespace

void machine(ByteView input) {
    const Scene scene(input);
    auto& chip = chip_for(scene, 0);
    scene.set(chip);
    const auto told = run(chip, scene);
    for (unsigned number = 0; number < scene.harts; ++number) check_hart(chip.hart(number));
    check_read_only(chip);
    if (scene.harts != 1) return; // they take turns at other moments when each instruction is one

    auto& stepped = chip_for(scene, 1);
    scene.set(stepped);
    stepped.trace([](const Hart&) {});
    REQUIRE((run(stepped, scene) == told));
    check_same(chip, stepped);
}

} // namespace p4jit::fuzz
