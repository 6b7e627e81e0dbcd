// Every way to crash, one after the other on the same device: what the error
// says, and that everything else goes on.
#include "p4jit/base/file.hpp"
#include "p4jit/board/virtual_board.hpp"
#include "tests/device/device_support.hpp"

#include <algorithm>
#include <random>

using namespace p4jit;
using namespace std::chrono_literals;
using p4jit::tests::Board;

namespace {

struct Crash {
    const char* function;
    std::uint32_t argument;
    const char *cause, *place; ///< pieces of what the error says
    const char* innermost;     ///< the function that crashed; nullptr: unknown code
};

const Crash crashes[] = {
    {"illegal", 0, "illegal instruction", "instruction 0x0", "illegal"},
    {"load", 0, "load access fault", "NULL", "load"},
    {"load", 64, "load access fault", "just past NULL", "load"},
    {"load", 0x20000000, "load access fault", "", "load"},
    {"store", 0, "store access fault", "NULL", "store"},
    {"store", 0xFFFFFFF0, "store access fault", "", "store"},
    {"store", 0x40000010, "store access fault", "in the firmware's", "store"},
    {"jump", 0, "instruction access fault", "NULL", nullptr},
    {"jump", 0x20000000, "instruction access fault", "", nullptr},
    {"atomic", 0x48000002, "misaligned", "", "atomic"},
    {"overflow", 1, "stack overflow", "the stack has 65536 bytes", "overflow"},
    {"breakpoint", 0, "breakpoint", "", "breakpoint"},
    {"environment", 0, "environment call", "", "environment"},
    {"twice_freed", 100, "breakpoint", "", "abort"},
    {"twice_freed", 100'000, "breakpoint", "", "abort"},
    {"wrong_free", 0x4FF12345, "breakpoint", "", "abort"},
    {"give_up", 0, "breakpoint", "", "abort"},
    {"claim", 3, "breakpoint", "", "abort"},
    {"copy_from", 0, "load access fault", "NULL", "memcpy"},
    {"length", 0x20000000, "load access fault", "", "strlen"},
    {"lost_stack", 0x1000, "load access fault", "NULL", "lost_stack"},
};

struct Faulty : Board {
    Faulty() : text(read_text(P4JIT_SOURCE_DIR "/python/tests/kernels/faults.c")), module(load_all()) {}

    Module load_all() {
        LoadOptions options;
        options.optimization = "O1";
        return device.load(Source::code(text, "faults.c"), options);
    }
    /// The line where a function is.
    std::uint32_t line_of(const std::string& function) const {
        const auto at = text.find(" " + function + "(uint32_t");
        return static_cast<std::uint32_t>(
                   std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n')) +
               1;
    }
    Fault fault_of(const Crash& crash) {
        auto function = module.function(crash.function);
        try {
            function.call(crash.argument);
        } catch (const DeviceFault& error) {
            REQUIRE(error.fault() != nullptr);
            return *error.fault();
        }
        FAIL("nothing was thrown");
        return {};
    }

    std::string text;
    Module module;
};

bool has(const std::string& text, const std::string& piece) { return text.find(piece) != text.npos; }

void check(const Faulty& board, const Crash& crash, const Fault& fault) {
    CHECK_MESSAGE(has(fault.cause, crash.cause), fault.headline());
    CHECK_MESSAGE(has(fault.place, crash.place), fault.headline());
    REQUIRE_FALSE(fault.backtrace.empty());
    if (crash.innermost != nullptr) CHECK(fault.backtrace[0].function == crash.innermost);
    // The kernel's own frame, at its line: behind frames of the firmware if it
    // crashed in there.
    const auto own = std::ranges::find(fault.backtrace, crash.function, &Fault::Level::function);
    REQUIRE_MESSAGE(own != fault.backtrace.end(), fault.backtrace_text());
    CHECK(own->line == board.line_of(crash.function));
    CHECK(fault.registers[2] != 0);
    CHECK(has(fault.dump(), "a0"));
}

} // namespace

TEST_CASE("after every kind of crash its error tells all, and session, modules, buffers and console go on") {
    Faulty board;
    auto other =
        board.load("#include <stdio.h>\nint hello(int n) { printf(\"hello %d\\n\", n); return n + 1; }", "hello");
    auto add = board.module.function("add");
    auto buffer = board.device.buffer<int>(256);
    const std::vector<int> content(256, 42);
    buffer.copy_from(content);
    const auto before = board.device.heap_stats();
    int n = 0;
    for (const auto& crash : crashes) {
        INFO(std::string(crash.function), " ", crash.argument);
        check(board, crash, board.fault_of(crash));
        board.console.clear();
        ++n;
        CHECK(add.call<int>(n, 1) == n + 1);
        CHECK(other.call<int>(n) == n + 1);
        CHECK(board.console == "hello " + std::to_string(n) + "\n");
        CHECK(buffer.to_vector() == content);
        const auto after = board.device.heap_stats();
        CHECK(after.free_spiram == before.free_spiram);
        CHECK(after.free_internal == before.free_internal);
    }
}

TEST_CASE("a thousand crashes of every kind, and functions stopped at their limit, leave the heap as it was") {
    Faulty board;
    auto add = board.module.function("add"), forever = board.module.function("forever");
    const auto before = board.device.heap_stats();
    std::mt19937 random(6);
    for (int i = 0; i < 1000; ++i) {
        CAPTURE(i);
        const auto& crash = crashes[random() % std::size(crashes)];
        auto function = board.module.function(crash.function);
        REQUIRE_THROWS_AS(function.call(crash.argument), DeviceFault);
        const std::array<Argument, 1> zero{0};
        if (i % 100 == 0) REQUIRE_THROWS_AS(forever(zero, {.timeout = 1ms}), Timeout);
        if (i % 10 == 0) REQUIRE(add.call<int>(i, 1) == i + 1);
    }
    const auto after = board.device.heap_stats();
    CHECK(after.free_spiram == before.free_spiram);
    CHECK(after.free_internal == before.free_internal);
}

TEST_CASE("a jump to where power-on begins is a crash like any other") {
    Faulty board;
    const Crash crash{"jump", 0x40000000, "breakpoint", "", "wild_jump_to_start"};
    for (int i = 0; i < 3; ++i) {
        check(board, crash, board.fault_of(crash));
        CHECK(board.module.function("add").call<int>(i, 1) == i + 1);
    }
}

TEST_CASE("whatever a kernel leaves in the chip's registers, its fault and the next call are as always") {
    Faulty board;
    auto third = board.load("float third(float x) { return x / 3; }", "third");
    const auto exactly = third.call<float>(1.0f);
    for (const std::string write : {"csrw mscratch, %0", "csrw frm, %0", "csrw mie, %0", "csrci mstatus, 8",
                                    "csrw 0x7C8, %0", "csrw 0x7F1, zero", "mv gp, %0", "mv tp, %0"})
        for (const std::string end : {"", "unimp"}) {
            CAPTURE(write);
            auto kernel = board.load("void kernel(unsigned value) { __asm__ volatile(\"" + write + "\\n" + end +
                                         "\" : : \"r\"(value)); }",
                                     "kernel");
            for (const auto value : {0u, 1u, 0xFFFF'FFFFu}) {
                CAPTURE(value);
                if (end.empty())
                    kernel.call(value);
                else
                    CHECK_THROWS_WITH_AS(kernel.call(value), doctest::Contains("kernel() crashed; the device is fine"),
                                         DeviceFault);
                CHECK(third.call<float>(1.0f) == exactly);
            }
        }
}

TEST_CASE("a unit that a kernel switched off is on again at the next call") {
    Board board;
    auto off = board.load("void off(void) { __asm__ volatile(\"csrc mstatus, %0\" : : \"r\"(-1)); }", "off");
    auto half = board.load("float half(float x) { return x / 2; }", "half");
    for (int i = 0; i < 3; ++i) {
        off.call();
        CHECK(half.call<float>(3.0f) == 1.5f);
    }
}

TEST_CASE("clocks that a kernel stopped run again at the next call") {
    Board board;
    auto stop = board.load("void stop(void) { __asm__ volatile(\"csrwi mcountinhibit, 5\"); }", "stop");
    auto wait = board.load("void esp_rom_delay_us(unsigned us);\nint wait(int us) { esp_rom_delay_us(us); return us; }",
                           "wait");
    stop.call();
    CHECK(wait.call<int>(3) == 3);
}

TEST_CASE("a kernel that writes over the heap's headers is told when it frees; what was allocated goes on") {
    Faulty board;
    auto add = board.module.function("add");
    auto buffer = board.device.buffer<int>(64);
    const std::vector<int> content(64, 7);
    buffer.copy_from(content);
    for (const std::uint32_t size : {64u, 40'000u}) {
        CAPTURE(size);
        const auto fault = board.fault_of({"scribble", size, "", "", nullptr});
        check(board, {"scribble", size, "breakpoint", "", "abort"}, fault);
        CHECK(has(board.console, "free("));
        CHECK(add.call<int>(1, 2) == 3);
        CHECK(buffer.to_vector() == content);
    }
    // Only a fresh heap is a whole one again.
    board.device.reconnect();
    CHECK(board.load_all().function("add").call<int>(3, 4) == 7);
}

TEST_CASE("a kernel that writes over the firmware's data: it starts again, the host says so, and goes on") {
    Faulty board;
    const auto* core = board::built_in_firmware().symbol("core");
    REQUIRE(core != nullptr);
    for (const std::uint32_t with : {0u, 0xFFFFFFFFu, 0xA5A5A5A5u}) {
        CAPTURE(with);
        auto buffer = board.device.buffer<int>(64);
        auto fill = board.module.function("fill");
        CHECK_THROWS_WITH_AS(fill.call(core->value, core->size, with),
                             doctest::Contains("was started again: modules and buffers on it are gone. reconnect()"),
                             ConnectionLost);
        const auto again = board.device.reconnect();
        CHECK(again.modules == std::vector<std::string>{"faults.c"});
        CHECK(again.buffers == 1);
        CHECK_THROWS_AS(buffer.to_vector(), UseAfterFree);
        CHECK_THROWS_WITH_AS(fill.call(0u, 0u, 0u), doctest::Contains("faults.c went with an earlier session"),
                             UseAfterFree);
        board.module = board.load_all();
        CHECK(board.module.function("add").call<int>(3, 4) == 7);
    }
}

TEST_CASE("a function that cannot be stopped says so, and reconnect() starts a virtual board anew") {
    Faulty board;
    auto stuck = board.load("void stuck(void) { __asm__ volatile(\"csrci mstatus, 8\"); for (;;) {} }", "stuck");
    CHECK_THROWS_WITH_AS(stuck({}, {.timeout = 20ms}), doctest::Contains("cannot be run or stopped"), DeviceError);
    board.device.reconnect();
    CHECK(board.load_all().function("add").call<int>(3, 4) == 7);
}

TEST_CASE("a function that sends traps to nowhere takes the board with it, which says so and is started anew") {
    Faulty board;
    auto lost = board.load("void lost(void) { __asm__ volatile(\"csrw mtvec, zero\\n unimp\"); }", "lost");
    CHECK_THROWS_WITH_AS(lost.call(), doctest::Contains("the virtual board crashed: illegal instruction at pc"),
                         ConnectionLost);
    board.device.reconnect();
    CHECK(board.load_all().function("add").call<int>(3, 4) == 7);
    // Traps that lead to traps.
    auto again =
        board.load("void again(void *to) { __asm__ volatile(\"csrw mtvec, %0\\n unimp\" : : \"r\"(to)); }", "again");
    const auto zeros = board.device.buffer<std::uint32_t>(16);
    const std::array<Argument, 1> there{zeros};
    std::string said;
    try {
        again(there, {.timeout = 20ms});
    } catch (const DeviceError& error) {
        said = error.what();
    } catch (const Timeout& error) { // on a slow host, where so many traps take longer than it waits for the device
        said = error.what();
    }
    INFO(said);
    CHECK((said.find("cannot be run or stopped") != said.npos ||
           said.find("does not say whether the function still runs") != said.npos));
    board.device.reconnect();
    CHECK(board.load_all().function("add").call<int>(3, 4) == 7);
}
