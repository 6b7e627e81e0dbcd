// What only the ESP-IDF component can get wrong: kernels that meet FreeRTOS.
// tests/device, which is run against it too, has everything else.
#include "tests/device/device_support.hpp"

using namespace p4jit;
using namespace std::chrono_literals;
using p4jit::tests::Board;

namespace {

const char* const kernels = R"code(#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
void vTaskDelay(uint32_t ticks);
void vTaskSuspend(void *task);
struct mux { uint32_t owner, count; };
int xPortEnterCriticalTimeout(struct mux *mux, int timeout);
void sleeps(uint32_t ticks) { vTaskDelay(ticks); }
void never_comes_back(void) { for (;;) vTaskDelay(0xffffffff); }
void suspends_itself(void) { for (;;) vTaskSuspend(0); }
void prints_for_ever(void) { for (int i = 0;; ++i) printf("%d\n", i); }
void allocates_for_ever(void) { for (;;) free(malloc(100)); }
void asserts_with_the_lock(void);
void frees_twice(void) { asserts_with_the_lock(); }
void crashes_in_critical_section(void) {
    static struct mux mux = {0xB33FFFFF, 0};
    xPortEnterCriticalTimeout(&mux, -1);
    *(volatile int *)0 = 1;
}
void loses_every_register(void) {
    __asm__ volatile("li gp, 0\n li tp, 0\n li ra, 0\n li s0, 0\n li s1, 0\n li s11, 0\n li sp, 8\n lw a0, 0(zero)");
}
int p4jit_start(void);
uint32_t where_it_starts(void) { return (uint32_t)p4jit_start; }
int add(int a, int b) { return a + b; }
float half(float x) { return x / 2; }
)code";

/// The board's firmware is the component.
struct ComponentBoard : Board {
    explicit ComponentBoard(int protocol = 0) : Board(protocol) {
        REQUIRE(std::getenv("P4JIT_TEST_FIRMWARE") != nullptr);
    }

    Function load(const std::string& function) { return Board::load(kernels, function, "kernels.c"); }

    void is_fine() {
        CHECK(load("add").call<int>(20, 22) == 42);
        CHECK(load("half").call<float>(3.0f) == 1.5f);
    }
};

} // namespace

TEST_CASE("the firmware that answers is the component") {
    ComponentBoard board;
    board.is_fine();
    CHECK(board.load("where_it_starts").call<std::uint32_t>() != 0);
}

TEST_CASE("a kernel may sleep, and is ended when it sleeps for ever") {
    ComponentBoard board;
    auto sleeps = board.load("sleeps");
    sleeps.call(3u);
    CHECK(sleeps.last_call().cycles > 2 * 360'000);
    for (const auto* name : {"never_comes_back", "suspends_itself"}) {
        CAPTURE(name);
        auto never = board.load(name);
        for (int i = 0; i < 5; ++i) CHECK_THROWS_AS(never({}, {.timeout = 20ms}), Timeout);
        board.is_fine();
    }
}

TEST_CASE("with protocol v1 a crash is told on the board's own console") {
    ComponentBoard board(1);
    CHECK_THROWS_AS(board.load("crashes_in_critical_section").call(), Error);
    CHECK(board.console.find("p4jit: kernel fault: mcause 7, pc ") != std::string::npos);
    board.is_fine();
}

TEST_CASE("a kernel that is nearly always in the firmware is ended all the same, and leaves its locks") {
    ComponentBoard board;
    for (const auto* name : {"prints_for_ever", "allocates_for_ever"}) {
        CAPTURE(name);
        auto kernel = board.load(name);
        for (int i = 0; i < 5; ++i) CHECK_THROWS_AS(kernel({}, {.timeout = 20ms}), Timeout);
        board.is_fine();
    }
}

TEST_CASE("a crash in a critical section leaves interrupts on and the scheduler going") {
    ComponentBoard board;
    auto crash = board.load("crashes_in_critical_section");
    CHECK_THROWS_AS(crash.call(), DeviceFault);
    board.is_fine();
    board.load("sleeps").call(2u);
    CHECK_THROWS_AS(board.load("never_comes_back")({}, {.timeout = 20ms}), Timeout);
}

TEST_CASE("what the firmware asserts with a lock held is told in its words, and the lock is free again") {
    ComponentBoard board;
    auto twice = board.load("frees_twice");
    for (int i = 0; i < 3; ++i) {
        board.console.clear();
        CHECK_THROWS_AS(twice.call(), DeviceFault);
        CHECK(board.console == "assert failed: block already marked as free\n");
        board.is_fine();
    }
}

TEST_CASE("a kernel that has lost every register is reported with those it had") {
    ComponentBoard board;
    try {
        board.load("loses_every_register").call();
        FAIL("it did not crash");
    } catch (const DeviceFault& error) {
        REQUIRE(error.fault() != nullptr);
        CHECK(error.fault()->cause == "load access fault");
        CHECK(error.fault()->registers[2] == 8); // sp
        CHECK(error.fault()->registers[3] == 0); // gp
    }
    board.is_fine();
}
