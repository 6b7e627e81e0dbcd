// Sessions of protocol v2 with the virtual board over lines that users have,
// and over a bad one.
#include "p4jit/base/file.hpp"
#include "p4jit/board/virtual_board.hpp"
#include "p4jit/jit/serve.hpp"
#include "p4jit/session/session.hpp"
#include "p4jit/transport/open.hpp"
#include "tests/cable/noisy_line.hpp"
#include "tests/device/device_support.hpp"

#include <map>
#include <thread>

using namespace p4jit;
using namespace std::chrono_literals;

namespace {

/// `p4jit serve` in a thread.
class Serving {
public:
    explicit Serving(const std::string& tcp = {}) {
        ServeOptions options;
        options.tcp = tcp;
        options.console = [](std::string_view) {};
        options.ready = [this](const std::string& address) { address_ = address, ready_ = true; };
        options.interrupted = [this] { return ends_.load(); };
        thread_ = std::jthread([options] { serve(options); });
        while (!ready_) std::this_thread::sleep_for(1ms);
    }
    ~Serving() { ends_ = true; }
    const std::string& address() const { return address_; }

private:
    std::string address_;
    std::atomic<bool> ready_ = false, ends_ = false;
    std::jthread thread_;
};

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

TEST_CASE("a board over TCP, one program after another") {
    const Serving serving("127.0.0.1:0");
    use(serving.address());
    use(serving.address());
}

TEST_CASE("mixed operations with the virtual board on a bad line: results, memory and heap are right") {
    using session::Session;
    class Owned : public transport::Pipe {
    public:
        explicit Owned(transport::Pipe& pipe) : pipe_(pipe) {}
        void write(ByteView bytes, const Deadline& deadline) override { pipe_.write(bytes, deadline); }
        std::size_t read(MutableBytes into, const Deadline& deadline) override { return pipe_.read(into, deadline); }
        std::string name() const override { return pipe_.name(); }

    private:
        transport::Pipe& pipe_;
    };
    board::VirtualBoard board({.console = [](std::string_view) {}});
    tests::NoisyLine line(board, 100, 3);
    const Bytes code{0x83, 0x25, 0x05, 0x00,  // lw a1, 0(a0)
                     0x13, 0x86, 0x15, 0x00,  // addi a2, a1, 1
                     0x23, 0x22, 0xC5, 0x00,  // sw a2, 4(a0)
                     0x13, 0x85, 0x25, 0x00,  // addi a0, a1, 2
                     0x67, 0x80, 0x00, 0x00}; // ret
    {
        session::SessionOptions options;
        options.patience = 1us; // a read from the board waits for nothing
        Session session(std::make_unique<Owned>(line), options);
        const auto function = session.allocate(64, 0x404, 16);
        session.write(function.address, code);
        const auto before = session.heap_check();
        std::mt19937 random(4);
        std::map<std::uint32_t, Bytes> blocks;
        for (int i = 0; i < 1500; ++i) {
            CAPTURE(i);
            if (blocks.size() < 5 || random() % 4 == 0) {
                Bytes content(1 + random() % 3000);
                for (auto& byte : content) byte = static_cast<std::uint8_t>(random());
                const auto block = session.allocate(static_cast<std::uint32_t>(content.size()), 0x404, 16);
                session.write(block.address, content);
                blocks[block.address] = content;
            }
            const auto some = std::next(blocks.begin(), static_cast<std::ptrdiff_t>(random() % blocks.size()));
            Bytes back(some->second.size());
            session.read(some->first, back);
            REQUIRE(back == some->second);
            if (random() % 4 == 0) {
                session.free(some->first);
                blocks.erase(some);
            }
            Bytes argument(8);
            store_le(argument.data(), i);
            wire::v2::Call call{.entry = function.address, .block = argument, .returns_from = 4, .arrays = {}};
            const auto called = session.call({&call, 1});
            REQUIRE(called.answers.at(0).result == static_cast<std::uint32_t>(i + 2));
            REQUIRE(load_le<int>(called.answers.at(0).block.data()) == i + 1);
        }
        while (!blocks.empty()) {
            session.free(blocks.begin()->first);
            blocks.erase(blocks.begin());
        }
        CHECK(session.heap_check() == before);
        CHECK(line.harms() > 100);
        line.heal();
    }
}
