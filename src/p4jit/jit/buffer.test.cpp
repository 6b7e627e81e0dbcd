// When a buffer's memory is given back.
#include "p4jit/jit/test_device.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>

using namespace p4jit;
using namespace p4jit::test;
using namespace std::chrono_literals;

namespace {

const char* const talking = R"(
    int printf(const char *, ...);
    int say(const int *x) { printf("hello\n"); return x[0]; }
    int wait(volatile int *x) { printf("hello\n"); for (int i = 0; i < 40000000; i++) x[0] = i; return x[0]; }
)";

/// A device whose console does something.
Device talkative(std::function<void()> heard) {
    DeviceOptions options;
    options.port = "virtual";
    options.console = [heard = std::move(heard)](std::string_view text) {
        if (contains(std::string(text), "hello")) heard();
    };
    return Device(std::move(options));
}

} // namespace

TEST_CASE("a buffer that is dropped in the middle of a call is freed after it") {
    std::optional<Buffer<int>> dropped;
    auto device = talkative([&] { dropped.reset(); });
    auto module = device.load(Source::code(talking));
    auto used = device.buffer<int>(std::vector<int>{3});
    const auto before = device.heap_stats().free_spiram;
    dropped = device.buffer<int>(1000);
    CHECK(device.heap_stats().free_spiram < before);
    CHECK(module.function("say").call<int>(used) == 3);
    CHECK_FALSE(dropped);
    CHECK(device.heap_stats().free_spiram == before);
}

TEST_CASE("who uses the device in a callback of a call is told, and the call goes on") {
    std::optional<Module> module;
    std::vector<std::string> told;
    Device* the_device = nullptr;
    auto device = talkative([&] {
        auto used = module->variable("table");
        told.push_back(message_of<UsageError>([&] { module->function("say").call<int>(used); }));
        told.push_back(message_of<UsageError>([&] { module->reload(); }));
        told.push_back(message_of<UsageError>([&] { module->free(); }));
        told.push_back(message_of<UsageError>([&] { the_device->heap_stats(); }));
    });
    the_device = &device;
    module = device.load(Source::code(std::string(talking) + "int table[2] = {3, 4};"));
    CHECK(module->function("say").call<int>(module->variable("table")) == 3);
    CHECK(told.size() == 4);
    for (const auto& message : told) CHECK(contains(message, "must not use the device"));
}

TEST_CASE("who waits for another thread's call of the module can be interrupted") {
    std::atomic<bool> runs = false, pressed = false;
    DeviceOptions options{.port = "virtual"};
    options.console = [&](std::string_view) { runs = true; };
    const auto waiting = std::this_thread::get_id();
    options.interrupted = [&] { return pressed && std::this_thread::get_id() == waiting; };
    Device device(std::move(options));
    auto module = device.load(Source::code(talking));
    auto used = device.buffer<int>(1);
    std::thread caller([&] { CHECK(module.function("wait").call<int>(used) == 39'999'999); });
    while (!runs) std::this_thread::sleep_for(1ms);
    pressed = true;
    CHECK_THROWS_AS(module.function("say").call<int>(used), Interrupted);
    pressed = false;
    caller.join();
}

TEST_CASE("dropping a buffer does not wait for another thread's call") {
    std::atomic<bool> runs = false, returned = false;
    auto device = talkative([&] { runs = true; });
    auto module = device.load(Source::code(talking));
    auto used = device.buffer<int>(1);
    const auto before = device.heap_stats().free_spiram;
    std::optional dropped = device.buffer<int>(1000);
    std::thread caller([&] {
        CHECK(module.function("wait").call<int>(used) == 39'999'999);
        returned = true;
    });
    while (!runs) std::this_thread::sleep_for(1ms);
    dropped.reset();
    CHECK_FALSE(returned);
    caller.join();
    CHECK(device.heap_stats().free_spiram == before);
}

TEST_CASE("the memory of a buffer that outlives its device's handle is still there") {
    std::optional<Buffer<int>> buffer;
    {
        auto device = talkative([] {});
        buffer = device.buffer<int>(std::vector<int>{4, 5});
    }
    CHECK(buffer->to_vector() == std::vector<int>{4, 5});
}

TEST_CASE("who wants to know is told how far transfers are, from the first piece to the end") {
    std::vector<TransferProgress> told;
    DeviceOptions options;
    options.port = "virtual";
    options.progress = [&](const TransferProgress& progress) { told.push_back(progress); };
    options.progress_after = 0s;
    Device device(options);
    const auto check = [&](std::size_t total) {
        REQUIRE(told.size() > 2);
        for (std::size_t i = 1; i + 1 < told.size(); ++i) CHECK(told[i].done > told[i - 1].done);
        for (const auto& progress : told) CHECK(progress.total == total);
        CHECK(told.back().done == total);
        CHECK(std::ranges::count(told, true, &TransferProgress::ended) == 1);
        CHECK(told.back().ended);
        told.clear();
    };
    std::vector<int> numbers(1'000'000, 1);
    auto buffer = device.buffer<int>(numbers);
    check(4'000'000);
    buffer.copy_to(numbers);
    check(4'000'000);

    auto module = device.load(Source::code("void go(int *a, const unsigned char *b) {}"));
    told.clear();
    const std::vector<std::uint8_t> more(2'000'000);
    module.function("go").call(numbers, more);
    const auto back = std::ranges::find(told, true, &TransferProgress::ended) + 1;
    std::vector<TransferProgress> second(back, told.end());
    told.erase(back, told.end());
    check(6'000'000);
    told = second;
    check(4'000'000);
}

TEST_CASE("short transfers are not told of") {
    bool told = false;
    DeviceOptions options;
    options.port = "virtual";
    options.progress = [&](const TransferProgress&) { told = true; };
    Device device(options);
    device.buffer<int>(std::vector<int>(100'000)).to_vector();
    CHECK_FALSE(told);
}

TEST_CASE("a handle that was moved from says so") {
    Device device({.port = "virtual"});
    auto module = device.load(Source::code("int n = 3; int f(int x) { return x + n; }"));
    auto function = module.function("f");
    auto variable = module.variable("n");
    auto buffer = device.buffer<int>(4);
    const auto moved_device = std::move(device);
    const auto moved_module = std::move(module);
    auto moved_function = std::move(function);
    const auto moved_variable = std::move(variable);
    const auto moved_buffer = std::move(buffer);
    const std::string said = "this handle was moved from: use the one that it was moved to, or copy it";
    CHECK(message_of<UsageError>([&] { device.buffer<int>(4); }) == said);
    CHECK(message_of<UsageError>([&] { module.function("f"); }) == said);
    CHECK(message_of<UsageError>([&] { function.call<int>(1); }) == said);
    CHECK(message_of<UsageError>([&] { variable.get<int>(); }) == said);
    CHECK(message_of<UsageError>([&] { buffer.to_vector(); }) == said);
    CHECK(message_of<UsageError>([&] { moved_function.call<int>(buffer); }) == said);
    CHECK(moved_function.call<int>(1) == 4);
    CHECK(moved_variable.get<int>() == 3);
    CHECK(moved_buffer.to_vector().size() == 4);
}
