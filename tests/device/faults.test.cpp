// Kernels that crash, hang, or overflow: the call says what, where and why, and
// everything else goes on.
#include "tests/device/device_support.hpp"

#include <random>

using namespace p4jit;
using namespace std::chrono_literals;
using p4jit::tests::Board;

namespace {

// Lines are counted from 1, the line of the first bracket.
const char* const faults = R"code(#include <stdint.h>
#include <stdlib.h>
static __attribute__((noinline)) int load(volatile int *p) { return *p + 1; }
__attribute__((noinline)) int middle(volatile int *p) { volatile int here[4]; here[0] = load(p); return here[0] + 1; }
int read_at(uint32_t address) { return middle((int *)address) + 1; }
void write_at(uint32_t address) { *(volatile int *)address = 1; }
int jump_to(uint32_t address) { return ((int (*)(void))address)() + 1; }
void illegal(void) { __asm__ volatile(".word 0"); }
void misaligned_atomic(uint32_t address) { __asm__ volatile("amoadd.w zero, zero, (%0)" : : "r"(address) : "memory"); }
void breakpoint(void) { __asm__ volatile("ebreak"); }
void environment(void) { __asm__ volatile("ecall"); }
void give_up(void) { abort(); }
void forever(void) { for (volatile int i = 0;; ++i) {} }
int recurse(int n) { volatile char big[200]; big[n % 200] = 1; return recurse(n + 1) + big[0]; }
void wrong_free(void) { free((void *)0x4ff12345); }
void loses_the_stack(void) { __asm__ volatile("li sp, 0x1000\n lw a0, 0(zero)"); }
int add(int a, int b) { return a + b; }
)code";

/// The message of what a call throws.
template <typename E, typename Call>
std::string message_of(Call&& call) {
    try {
        call();
    } catch (const E& error) {
        return error.what();
    }
    FAIL("nothing was thrown");
    return {};
}

template <typename Call>
Fault fault_of(Call&& call) {
    try {
        call();
    } catch (const DeviceFault& error) {
        REQUIRE(error.fault() != nullptr);
        return *error.fault();
    }
    FAIL("nothing was thrown");
    return {};
}

bool has(const std::string& text, const std::string& piece) { return text.find(piece) != text.npos; }

} // namespace

TEST_CASE("a crash names its cause, its address, and who called whom at which line") {
    Board board;
    auto read_at = board.load(faults, "read_at", "faults.c");
    const auto fault = fault_of([&] { read_at.call(4u); });
    CHECK(fault.cause == "load access fault");
    CHECK(fault.address == 4);
    CHECK(fault.place == "just past NULL");
    REQUIRE(fault.backtrace.size() == 3);
    CHECK(fault.backtrace[0].function == "load");
    CHECK(fault.backtrace[0].line == 3);
    CHECK(fault.backtrace[1].function == "middle");
    CHECK(fault.backtrace[1].line == 4);
    CHECK(fault.backtrace[2].function == "read_at");
    CHECK(fault.backtrace[2].line == 5);
    CHECK(fault.registers[2] > fault.stack_low);
    CHECK(fault.registers[2] < fault.stack_high);
    CHECK(has(fault.dump(), "load access fault at 0x00000004, just past NULL"));
    const auto message = message_of<DeviceFault>([&] { read_at.call(0u); });
    CHECK(has(message, "load access fault at 0x00000000, NULL"));
    CHECK(has(message, "faults.c:3"));
    CHECK(has(message, "read_at() crashed; the device is fine"));
}

TEST_CASE("every kind of fault has its words") {
    Board board;
    const auto cause = [&](const char* function, auto... arguments) {
        auto kernel = board.load(faults, function, "faults.c");
        return fault_of([&] { kernel.call(arguments...); });
    };
    CHECK(cause("write_at", 0x10u).cause == "store access fault");
    CHECK(cause("write_at", 0x40000000u).cause == "store access fault"); // flash
    CHECK(has(cause("write_at", 0x40000010u).place, "in the firmware's"));
    const auto jump = cause("jump_to", 0x20000000u);
    CHECK(jump.cause == "instruction access fault");
    CHECK(jump.backtrace.at(1).function == "jump_to");
    CHECK(cause("illegal").cause == "illegal instruction");
    CHECK(cause("illegal").backtrace.at(0).function == "illegal");
    CHECK(has(cause("misaligned_atomic", 0x48000002u).cause, "misaligned"));
    CHECK(cause("breakpoint").cause == "breakpoint");
    CHECK(has(cause("environment").cause, "environment call"));
    const auto overflow = cause("recurse", 1);
    CHECK(overflow.cause == "stack overflow");
    CHECK(overflow.place == "the stack has 65536 bytes");
    CHECK(overflow.backtrace.size() > 5);
    CHECK(overflow.backtrace.at(3).function == "recurse");
    CHECK(cause("loses_the_stack").cause == "load access fault");
    // Through frames of the firmware back to the kernel.
    const auto aborted = cause("give_up");
    CHECK(aborted.cause == "breakpoint");
    CHECK(aborted.backtrace.at(0).function == "abort");
    CHECK(has(aborted.backtrace.at(0).file, "exit.c"));
    CHECK(cause("wrong_free").backtrace.at(0).function == "abort");
}

TEST_CASE("an address near a buffer is told by that buffer") {
    Board board;
    auto write_at = board.load(faults, "write_at", "faults.c");
    // The last block of TCM, behind which there is no memory.
    const auto tcm = board.device.allocate(64, caps::TCM);
    const auto last = board.device.allocate(4096, caps::TCM);
    const auto end = 0x30102000u;
    const auto near = fault_of([&] { write_at.call(end); });
    CHECK(has(near.place, "bytes behind the end of the buffer at "));
    CHECK(has(near.place, "(4096 bytes)"));
    CHECK(last.address() > tcm.address());
}

TEST_CASE("a function that never ends is stopped by its time limit and by Ctrl-C, and the place is told") {
    Board board;
    auto forever = board.load(faults, "forever", "faults.c");
    auto add = board.load(faults, "add", "faults.c");
    const auto limited = message_of<Timeout>([&] { forever({}, {.timeout = 100ms}); });
    CHECK(limited == "no result after 0.1 s: stopped forever() at faults.c:13; the device is fine");
    CHECK(add.call<int>(1, 2) == 3);

    const auto pressed = std::chrono::steady_clock::now() + 100ms;
    bool seen = false;
    board.interrupted = [&] { return !seen && std::chrono::steady_clock::now() > pressed && (seen = true); };
    const auto interrupted = message_of<Interrupted>([&] { forever({}); });
    CHECK(has(interrupted, "stopped forever() after"));
    CHECK(has(interrupted, "at faults.c:13; the device is fine"));
    board.interrupted = {};
    CHECK(add.call<int>(3, 4) == 7);
}

TEST_CASE("a function that disables interrupts and never ends keeps its core; the link goes on and says so") {
    Board board;
    auto stuck = board.load("void stuck(void) { __asm__ volatile(\"csrci mstatus, 8\"); for (;;) {} }\n"
                            "int add(int a, int b) { return a + b; }\n",
                            "stuck");
    auto add = board.load(faults, "add", "faults.c");
    CHECK(has(message_of<DeviceError>([&] { stuck({}, {.timeout = 20ms}); }), "stuck() cannot be run or stopped"));
    CHECK(has(message_of<DeviceError>([&] { add.call<int>(1, 2); }), "Reset the board"));
    CHECK(board.device.heap_stats().free_spiram > 0);
}

TEST_CASE("arrays of a call that crashed are as before") {
    Board board;
    auto kernel = board.load("int f(int *a) { a[0] = 7; return *(volatile int *)0; }\n", "f");
    std::vector<int> a{1, 2};
    CHECK_THROWS_AS(kernel.call(a), DeviceFault);
    CHECK(a == std::vector<int>{1, 2});
}

TEST_CASE("a thousand mixed faults leave heap, modules and buffers as they were") {
    Board board;
    LoadOptions options;
    options.optimization = "O1";
    auto module = board.device.load(Source::code(faults, "faults.c"), options);
    auto add = module.function("add");
    auto buffer = board.device.buffer<int>(256);
    std::vector<int> content(256, 42);
    buffer.copy_from(content);
    const auto before = board.device.heap_stats();
    std::mt19937 random(5);
    const std::pair<const char*, std::uint32_t> with_address[] = {
        {"read_at", 0},          {"read_at", 0x20000000},  {"write_at", 4}, {"write_at", 0x40000100},
        {"jump_to", 0x20000002}, {"jump_to", 0x50200000}, {"misaligned_atomic", 0x4FF30001}};
    const char* const without[] = {"illegal", "breakpoint", "environment", "give_up", "loses_the_stack", "wrong_free"};
    for (int i = 0; i < 1000; ++i) {
        CAPTURE(i);
        if (random() % 2) {
            const auto& [name, address] = with_address[random() % std::size(with_address)];
            auto function = module.function(name);
            REQUIRE_THROWS_AS(function.call(address), DeviceFault);
        } else {
            auto function = module.function(without[random() % std::size(without)]);
            REQUIRE_THROWS_AS(function.call(), DeviceFault);
        }
        if (i % 10 == 0) REQUIRE(add.call<int>(i, 1) == i + 1);
    }
    const auto after = board.device.heap_stats();
    CHECK(after.free_spiram == before.free_spiram);
    CHECK(after.free_internal == before.free_internal);
    CHECK(buffer.to_vector() == content);
}
