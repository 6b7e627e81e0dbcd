#include "firmware/core/p4_world.h"
#include "tests/idf/fake_idf.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include <soc/soc.h>

extern "C" {
#include "firmware/idf/p4jit/console.h"
#include "firmware/idf/p4jit/doorbell.h"
#include "firmware/idf/p4jit/enter.h"
#include "firmware/idf/p4jit/fault.h"
#include "firmware/idf/p4jit/kernel.h"
#include "firmware/idf/p4jit/stop.h"
#include <esp_private/panic_internal.h>

extern volatile UBaseType_t port_uxInterruptNesting[2];
extern volatile UBaseType_t port_uxCriticalNesting[2];
extern void* volatile pxCurrentTCBs[2];
}

using namespace p4jit;
using p4jit::test::FakeIdf;

namespace {

constexpr int core = CONFIG_P4JIT_KERNEL_CORE;

/// A kernel that runs on its core, and the trap entry's frame of it.
struct Running : FakeIdf {
    Running() {
        REQUIRE(p4jit_kernel_start() == ESP_OK);
        p4jit_doorbell_open();
        current = kernel_task;
        pxCurrentTCBs[core] = kernel_task;
        p4jit_kernel_guard.bad_sp = 0;
        p4jit_kernel_guard.runs = 1;
        for (int i = 1; i < 32; ++i) (&frame.mepc)[i] = 0x100 + i;
        frame.mepc = 0x48001234;
        frame.sp = static_cast<long>(p4jit_kernel_guard.high - 256);
        frame.mcause = 5;
        frame.mtval = 0x10;
        frame.mhartid = core;
    }
    ~Running() {
        p4jit_kernel_guard.runs = 0;
        port_uxInterruptNesting[core] = 0;
        pxCurrentTCBs[core] = nullptr;
    }

    bool was_ended() const {
        return p4jit_kernel_guard.runs == 0 && panics == 0 &&
               frame.mepc == static_cast<long>(reinterpret_cast<std::uintptr_t>(p4jit_kernel_abort));
    }

    RvExcFrame frame{};
};

} // namespace

TEST_CASE("a trap of the kernel makes it go on at its end") {
    Running board;
    p4jit_exception(&board.frame);
    CHECK(board.was_ended());
    CHECK_FALSE(board.stack_guard_on);
    p4jit_fault_recover();
    CHECK(board.stack_guard_on);
    CHECK(std::ranges::count(board.unlocked, stdout) > 1); // printf() nests it
    CHECK(std::ranges::count(board.unlocked, stderr) > 1);
}

TEST_CASE("traps of interrupts, other tasks, the other core and idle kernels are ESP-IDF's") {
    const std::function<void(Running&)> others[] = {
        [](Running&) { port_uxInterruptNesting[core] = 1; },
        [](Running& board) { pxCurrentTCBs[core] = &board; },
        [](Running& board) { board.frame.mhartid = !core; },
        [](Running&) { p4jit_kernel_guard.runs = 0; },
    };
    for (const auto& change : others) {
        Running board;
        change(board);
        const auto before = board.frame;
        p4jit_exception(&board.frame);
        CHECK(board.panics == 1);
        CHECK(board.frame.mepc == before.mepc);
    }
}

TEST_CASE("a second trap, while the first is dealt with, is not the kernel's") {
    Running board;
    p4jit_exception(&board.frame);
    p4jit_exception(&board.frame);
    CHECK(board.panics == 1);
}

TEST_CASE("the stack guard's interrupt is a store below the stack, other panics are panics") {
    Running board;
    board.frame.mcause = ETS_T1_WDT_INUM;
    p4jit_panic_interrupt(&board.frame);
    CHECK(board.panics == 1);

    board.panics = 0;
    board.frame.mcause = ETS_ASSIST_DEBUG_INUM;
    board.frame.sp = static_cast<long>(p4jit_kernel_guard.low - 32);
    p4jit_panic_interrupt(&board.frame);
    CHECK(board.was_ended());
    CHECK(board.frame.mcause == 7);
    CHECK(board.frame.mtval == static_cast<long>(p4jit_kernel_guard.low - 32));
}

TEST_CASE("what the kernel had for a stack pointer is told, not the one that the trap got instead") {
    Running board;
    p4jit_kernel_guard.bad_sp = 0x20;
    p4jit_exception(&board.frame);
    CHECK(board.was_ended());
    CHECK(board.frame.sp == 0x20);
}

TEST_CASE("critical sections that the kernel was torn out of are left, the innermost first") {
    Running board;
    portMUX_TYPE outer{}, inner{};
    portENTER_CRITICAL(&outer);
    portENTER_CRITICAL(&inner);
    p4jit_exception(&board.frame);
    p4jit_fault_recover();
    CHECK(port_uxCriticalNesting[core] == 0);
    CHECK(outer.count == 0);
    CHECK(inner.count == 0);
}

TEST_CASE("what abort() had to say reaches the host, and is no panic any more") {
    Running board;
    p4jit_console_route(nullptr, true);
    std::string words = "assert failed: tlsf_free (block already marked as free)";
    g_panic_abort = true;
    g_panic_abort_details = words.data();
    p4jit_exception(&board.frame);
    const auto kept = words;
    words.assign(words.size(), '?'); // its stack is used again
    p4jit_fault_recover();
    CHECK_FALSE(g_panic_abort);
    std::uint8_t text[200];
    const auto count = p4jit_console_take(nullptr, text, sizeof text);
    CHECK(std::string(text, text + count) == kept + "\n");
    p4jit_console_route(nullptr, false);
}

TEST_CASE("a kernel is diverted while it does not run") {
    Running board;
    // A control block begins with where the registers were saved.
    RvExcFrame* saved = &board.frame;
    auto* block = reinterpret_cast<TaskHandle_t>(&saved);
    CHECK(p4jit_stop_divert(block, false));
    CHECK(board.was_ended());
    CHECK_FALSE(p4jit_stop_divert(block, true)); // there is none any more
}

TEST_CASE("a kernel that is in the firmware, maybe with a lock, is let come out of it unless it takes too long") {
    Running board;
    RvExcFrame* saved = &board.frame;
    auto* block = reinterpret_cast<TaskHandle_t>(&saved);
    board.frame.mepc = 0x4FC00010; // ROM
    CHECK_FALSE(p4jit_stop_divert(block, false));
    CHECK(p4jit_kernel_guard.runs == 1);
    CHECK(p4jit_stop_divert(block, true));
    CHECK(board.was_ended());
}
