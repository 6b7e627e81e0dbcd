// Runs vector instructions one at a time on the virtual chip, for
// test_against_model.py.
//
//   p4jit_pie_runner [--chip-revision 3.1]              cases on standard input
//   p4jit_pie_runner [--chip-revision 3.1] --assemble   instruction texts, one a line
//
// A case is a word and a state; its result is why it trapped and the state
// behind it. All is little endian and packed, as the structures below. The
// memory window stands at 0x4FF80000. Texts become words of eight hexadecimal
// digits, or "error: …".
#include "p4jit/base/error.hpp"
#include "p4jit/isa/assemble.hpp"
#include "p4jit/isa/revision.hpp"
#include "p4jit/machine/machine.hpp"

#include <cstdio>
#include <cstring>
#include <iostream>
#include <string>

namespace {

using namespace p4jit;

constexpr std::uint32_t window = 0x4FF8'0000, window_size = 1024, code = 0x4FF0'0000;

#pragma pack(push, 1)
struct State {
    std::uint32_t x[32];
    std::uint8_t q[8][16];
    std::uint8_t qacc[64];
    std::uint64_t xacc;
    std::uint8_t ua_state[16];
    std::uint32_t sar, sar_byte, fft_bit_width, cfg;
    std::uint8_t memory[window_size];
};
struct Case {
    std::uint32_t word;
    State state;
};
struct Result {
    std::uint32_t trap; ///< 0, or mcause + 1
    State state;
};
#pragma pack(pop)
static_assert(sizeof(State) == 128 + 128 + 64 + 8 + 16 + 16 + 1024);

class Runner {
public:
    explicit Runner(isa::ChipRevision revision) : machine_({.revision = revision, .harts = 1}) {
        machine_.reset(code);
        machine_.on_trap([this](machine::Hart& hart) {
            trap_ = static_cast<std::uint32_t>(hart.trap.cause) + 1;
            machine_.stop();
            return true;
        });
    }

    Result run(const Case& one) {
        place(one.word);
        put(one.state);
        trap_ = 0;
        machine_.run(1);
        Result result{trap_, {}};
        get(result.state);
        return result;
    }

private:
    void place(std::uint32_t word) {
        if (word == word_) return;
        Bytes bytes(sizeof word);
        std::memcpy(bytes.data(), &word, sizeof word);
        machine_.memory().program(code, bytes);
        word_ = word;
    }

    void put(const State& state) {
        auto& hart = machine_.hart(0);
        auto& pie = hart.pie;
        hart.pc = code;
        std::memcpy(hart.x.data(), state.x, sizeof state.x);
        hart.x[0] = 0;
        std::memcpy(pie.q.data(), state.q, sizeof state.q);
        std::memcpy(pie.qacc.data(), state.qacc, sizeof state.qacc);
        pie.xacc = state.xacc;
        std::memcpy(&pie.ua_state, state.ua_state, sizeof state.ua_state);
        pie.sar = state.sar;
        pie.sar_byte = state.sar_byte;
        pie.fft_bit_width = state.fft_bit_width;
        pie.cfg = state.cfg;
        pie.state = machine::UnitState::initial;
        std::memcpy(memory().data(), state.memory, window_size);
    }

    void get(State& state) {
        const auto& hart = machine_.hart(0);
        const auto& pie = hart.pie;
        std::memcpy(state.x, hart.x.data(), sizeof state.x);
        std::memcpy(state.q, pie.q.data(), sizeof state.q);
        std::memcpy(state.qacc, pie.qacc.data(), sizeof state.qacc);
        state.xacc = pie.xacc;
        std::memcpy(state.ua_state, &pie.ua_state, sizeof state.ua_state);
        state.sar = pie.sar;
        state.sar_byte = pie.sar_byte;
        state.fft_bit_width = pie.fft_bit_width;
        state.cfg = pie.cfg;
        std::memcpy(state.memory, memory().data(), window_size);
    }

    MutableBytes memory() { return machine_.memory().view(window, window_size); }

    machine::Machine machine_;
    std::uint32_t word_ = 0;
    std::uint32_t trap_ = 0;
};

void run_cases(isa::ChipRevision revision) {
    Runner runner(revision);
    Case one;
    while (std::fread(&one, sizeof one, 1, stdin) == 1) {
        const auto result = runner.run(one);
        if (std::fwrite(&result, sizeof result, 1, stdout) != 1) throw SystemError("standard output is closed");
    }
    if (std::fflush(stdout) != 0) throw SystemError("standard output is closed");
}

void assemble_lines(isa::ChipRevision revision) {
    for (std::string line; std::getline(std::cin, line);) {
        try {
            std::printf("%08x\n", isa::assemble(line, revision.extensions()));
        } catch (const UsageError& error) {
            std::string text = error.what();
            for (auto& c : text)
                if (c == '\n') c = ' ';
            std::printf("error: %s\n", text.c_str());
        }
    }
}

} // namespace

int main(int count, char** arguments) try {
    isa::ChipRevision revision;
    bool assemble = false;
    for (int i = 1; i < count; ++i) {
        const std::string argument = arguments[i];
        if (argument == "--assemble") {
            assemble = true;
        } else if (argument == "--chip-revision" && i + 1 < count) {
            const auto parsed = isa::parse_chip_revision(arguments[++i]);
            if (!parsed) throw UsageError(std::string("no ESP32-P4 has revision ") + arguments[i]);
            revision = *parsed;
        } else {
            throw UsageError("use: p4jit_pie_runner [--chip-revision 1.3|3.1] [--assemble]");
        }
    }
    if (assemble)
        assemble_lines(revision);
    else
        run_cases(revision);
} catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
}
