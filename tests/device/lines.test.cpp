// Sessions of protocol v2 with the virtual board over lines that users have.
// Over a bad one: soak.test.cpp.
#include "p4jit/base/file.hpp"
#include "p4jit/base/sha256.hpp"
#include "p4jit/board/virtual_board.hpp"
#include "p4jit/session/find.hpp"
#include "p4jit/transport/open.hpp"
#include "tests/device/device_support.hpp"
#include "tests/device/serving.hpp"

#include <thread>

using namespace p4jit;
using namespace std::chrono_literals;
using tests::Serving;

namespace {

DeviceOptions at(const std::string& port, std::string& console) {
    DeviceOptions options;
    options.port = port;
    options.console = [&console](std::string_view text) { console += text; };
    return options;
}

void use(const std::string& port) {
    std::string console;
    Device device(at(port, console));
    auto module = device.load(Source::code("#include <stdio.h>\n"
                                           "int hello(int n) { printf(\"hello %d\\n\", n); return n + 1; }\n"
                                           "void forever(void) { for (volatile int i = 0;; i = i + 1) {} }\n"));
    auto hello = module.function("hello"), forever = module.function("forever");
    CHECK(hello.call<int>(41) == 42);
    CHECK(hello.last_call().round_trips == 1);
    CHECK(console == "hello 41\n");
    CHECK_THROWS_AS(forever({}, {.timeout = 50ms}), Timeout);
    std::vector<std::uint8_t> data(700'000, 9);
    auto buffer = device.buffer(std::span<const std::uint8_t>(data));
    CHECK(buffer.to_vector() == data);
    CHECK(hello.call<int>(1) == 2);
}

} // namespace

TEST_CASE("a board over a pseudo-terminal, one program after another, one of them gone without a word") {
    const Serving serving;
    use(serving.address());
    {
        // Opens a session, begins a request, and is gone.
        const auto pipe = transport::open(serving.address(), Deadline::after(5s));
        const wire::v2::OpenRequest request{0, 60'000};
        pipe->write(wire::v2::encode({wire::v2::Message::OPEN, wire::v2::Kind::REQUEST, 77, 1},
                                     {wire::v2::payload(request), as_bytes("a dead one")}),
                    Deadline::after(5s));
        const auto half = wire::v2::encode({wire::v2::Message::WRITE, wire::v2::Kind::REQUEST, 77, 1}, {Bytes(500)});
        pipe->write(ByteView(half).first(300), Deadline::after(5s));
    }
    use(serving.address());
}

TEST_CASE("a firmware file that is not what the device runs is refused") {
    const Serving serving;
    DeviceOptions options;
    options.port = serving.address();
    options.firmware_elf = P4JIT_FIRMWARE_IMAGE;
    CHECK_NOTHROW(Device{options});
    auto other = read_file(P4JIT_FIRMWARE_IMAGE);
    const auto id = board::built_in_firmware().build_id();
    const auto at = std::search(other.begin(), other.end(), id.begin(), id.end());
    REQUIRE(at != other.end());
    *at ^= 1;
    const auto path = std::filesystem::temp_directory_path() / "p4jit-other-firmware.elf";
    write_file(path, other);
    options.firmware_elf = path;
    CHECK_THROWS_WITH_AS(Device{options}, doctest::Contains("is not the firmware that runs on"), BadObject);
    const auto hex = [](ByteView bytes) {
        std::string text;
        for (const auto byte : bytes) text += fmt::format("{:02x}", byte);
        return text;
    };
    const ByteView stale(&*at, id.size());
    CHECK_THROWS_WITH_AS(Device{options}, doctest::Contains((hex(stale) + ", the device's " + hex(id)).c_str()),
                         BadObject);
    std::filesystem::remove(path);
}

TEST_CASE("a firmware file is known by its SHA-256 too, which is what ESP-IDF puts into an image") {
    // A device that says the digest of the built-in image where its own build ID is.
    auto image = read_file(P4JIT_FIRMWARE_IMAGE);
    const auto digest = sha256(image);
    const auto id = board::built_in_firmware().build_id();
    const auto at = std::search(image.begin(), image.end(), id.begin(), id.end());
    REQUIRE(at != image.end());
    std::copy_n(digest.begin(), id.size(), at);
    const auto path = std::filesystem::temp_directory_path() / "p4jit-digest-firmware.elf";
    write_file(path, image);
    const Serving serving({}, path);
    DeviceOptions options;
    options.port = serving.address();
    options.firmware_elf = P4JIT_FIRMWARE_IMAGE;
    CHECK_NOTHROW(Device{options});
    const auto other = std::filesystem::temp_directory_path() / "p4jit-longer-firmware.elf";
    auto longer = read_file(P4JIT_FIRMWARE_IMAGE);
    longer.push_back(0);
    write_file(other, longer);
    options.firmware_elf = other;
    CHECK_THROWS_WITH_AS(Device{options}, doctest::Contains("is not the firmware that runs on"), BadObject);
    std::filesystem::remove(path);
    std::filesystem::remove(other);
}

TEST_CASE("a board over TCP, one program after another") {
    const Serving serving("127.0.0.1:0");
    use(serving.address());
    use(serving.address());
}

TEST_CASE("a second program at a board over TCP is told who has it, and gets it when it is free") {
    const Serving serving("127.0.0.1:0");
    const auto options = [&](std::string client) {
        session::SessionOptions result;
        result.client = std::move(client);
        result.lease = 200ms;
        return result;
    };
    auto first = session::connect(serving.address(), options("the first program"));
    const auto block = first->allocate(64, 0x404, 16);
    CHECK_THROWS_WITH_AS(session::connect(serving.address(), options("the second program")),
                         doctest::Contains("is used by another program, 'the first program'"), ConnectError);
    Bytes bytes(64);
    first->read(block.address, bytes); // and was not disturbed
    std::thread leaves([&] {
        std::this_thread::sleep_for(100ms);
        first.reset();
    });
    auto second = session::connect(serving.address(), options("the second program"));
    leaves.join();
    CHECK(second->allocate(64, 0x404, 16).address != 0);
}
