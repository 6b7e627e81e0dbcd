// Images for addresses of the caller's choice, placed by hand; and devices that are closed.
#include "p4jit/jit/build.hpp"

#include "p4jit/jit/test_device.hpp"

#include <doctest/doctest.h>

using namespace p4jit;
using namespace p4jit::test;

namespace {

constexpr const char* text = "int scale(int a, short b) { return a * b; }";

Build build(const Builder& builder, const std::string& function, const BuildTarget& target, const char* code = text) {
    board(); // with its private cache
    const auto source = Source::code(code);
    return builder.build({&source, 1}, function, target);
}

} // namespace

TEST_CASE("an image with a block of arguments begins with the code that reads it, at every address") {
    const Builder builder;
    for (const std::uint32_t address : {0u, 0x4080'0000u, 0x4800'0040u}) {
        const auto built = build(builder, "scale", {address, 0x5000'0000u});
        CHECK(built.address() == address);
        CHECK(built.entry_address() == address);
        CHECK(built.entry_name() == "call_remote");
        CHECK(built.binary().find("scale")->address > address);
        CHECK(built.block_size() == 128);
        CHECK(built.result_slot().offset == 124);
        CHECK(built.slots().at(1).offset == 4);
        CHECK(built.slots().at(1).size == 2);
    }
    const auto padded = build(builder, "scale", {0x4080'0004, 0});
    CHECK(padded.address() == 0x4080'0004);
    CHECK(padded.entry_address() == 0x4080'0010);
    CHECK(padded.data().size() == build(builder, "scale", {0x4080'0010, 0}).data().size() + 12);
}

TEST_CASE("an image that was written by hand can be called") {
    const Builder builder(board());
    const auto probe = build(builder, "scale", {0, 0});
    auto code = board().allocate(probe.data().size());
    auto arguments = board().allocate(probe.block_size());
    const auto built = build(builder, "scale", {code.address(), arguments.address()});
    code.write(built.data());
    auto scale = board().attach(built);
    CHECK(scale.call<int>(6, -7) == -42);
    CHECK(board().execute(built.entry_address()) == 0);
    arguments.free();
    CHECK(contains(message_of<AccessDenied>([&] { board().attach(built); }), "block of arguments"));
    CHECK(message_of<AccessDenied>([&] { scale.call<int>(1, 2); }) != "(nothing was thrown)");
}

TEST_CASE("what cannot be built or attached is told") {
    const Builder builder;
    CHECK(contains(message_of<UsageError>([&] { build(builder, "scale", {2, 0}); }), "not 4-byte aligned"));
    CHECK(contains(message_of<FunctionNotFound>([&] { build(builder, "scales", {0, 0}); }), "Did you mean 'scale'?"));
    CHECK(contains(message_of<SignatureError>([&] { build(builder, "f", {0, 0}, "int f(int, ...) { return 1; }"); }),
                   "variadic"));
    const auto without = build(builder, "scale", {0x4800'0000, {}});
    CHECK(without.entry_name() == "scale");
    CHECK(without.signature() == nullptr);
    CHECK(contains(message_of<UsageError>([&] { board().attach(without); }), "no block of arguments"));
}

TEST_CASE("a closed device says so, and what it had is gone without harm") {
    DeviceOptions options;
    options.port = "virtual";
    options.console = [](std::string_view) {};
    Device device(std::move(options));
    auto memory = device.allocate(100);
    auto f = device.load(Source::code("int f(void) { return 5; }")).function("f");
    CHECK(f.call<int>() == 5);
    device.close();
    device.close();
    CHECK(contains(message_of<ConnectionLost>([&] { device.heap_stats(); }), "Device not connected"));
    CHECK(message_of<ConnectionLost>([&] { f.call<int>(); }) != "(nothing was thrown)");
    memory.free();
    CHECK(device.name() == "virtual ESP32-P4");
}
