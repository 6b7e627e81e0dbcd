// Boards that are unplugged, killed, started again, or taken by somebody else.
#include "p4jit/session/session.hpp"
#include "p4jit/transport/open.hpp"
#include "tests/device/device_support.hpp"
#include "tests/device/serving.hpp"

#include <optional>

#include <unistd.h>

using namespace p4jit;
using namespace std::chrono_literals;
using tests::Serving;

namespace {

const char* const code =
    "int add(int a, int b) { return a + b; }\nint heap[50000];\nint *whole(void) { return heap; }\n";

DeviceOptions at(const std::string& port) {
    DeviceOptions options;
    options.port = port;
    options.console = [](std::string_view) {};
    return options;
}

Function load_add(Device& device) { return device.load(Source::code(code, "add.c")).function("add"); }

/// A board that was there, with a module and a buffer, is killed and started
/// again in the same place.
void lose_and_find(Device& device, const std::function<void()>& kill, const std::function<void()>& start) {
    const auto before = device.heap_stats();
    auto add = load_add(device);
    auto buffer = device.buffer<int>(100);
    CHECK(add.call<int>(1, 2) == 3);
    kill();
    CHECK_THROWS_AS(add.call<int>(1, 2), ConnectionLost);
    CHECK_THROWS_AS(device.reconnect(10ms), ConnectError);
    CHECK_THROWS_WITH_AS(device.buffer<int>(1), doctest::Contains("is not connected"), ConnectionLost);
    start();
    const auto again = device.reconnect();
    CHECK(again.name == device.name());
    CHECK_THROWS_WITH_AS(buffer.to_vector(), doctest::Contains("went with an earlier session"), UseAfterFree);
    CHECK_THROWS_WITH_AS(add.call<int>(1, 2), doctest::Contains("Load it again"), UseAfterFree);
    CHECK(load_add(device).call<int>(3, 4) == 7);
    CHECK(device.heap_stats().free_spiram == before.free_spiram);
}

/// A path that leads to whatever port there is, as udev makes them.
class Link {
public:
    Link() : path_(std::filesystem::temp_directory_path() / ("p4jit-port-" + std::to_string(::getpid()))) {}
    ~Link() { remove(); }
    void remove() { std::filesystem::remove(path_); }
    void to(const std::string& port) {
        remove();
        std::filesystem::create_symlink(port, path_);
    }
    std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

} // namespace

TEST_CASE("a port that is unplugged and comes back under its name") {
    Link link;
    std::optional<Serving> serving(std::in_place);
    link.to(serving->address());
    Device device(at(link.path()));
    lose_and_find(
        device,
        [&] {
            serving.reset();
            link.remove();
        },
        [&] {
            serving.emplace();
            link.to(serving->address());
        });
}

TEST_CASE("a board over TCP that is killed and started again") {
    std::optional<Serving> serving(std::in_place, "127.0.0.1:0");
    const auto address = serving->address();
    Device device(at(address));
    const auto place = address.substr(std::string("socket://").size());
    lose_and_find(device, [&] { serving.reset(); }, [&] { serving.emplace(place); });
}

TEST_CASE("to ask for the heap begins a new session by itself when the old one is lost") {
    std::optional<Serving> serving(std::in_place, "127.0.0.1:0");
    const auto address = serving->address();
    std::string warnings;
    auto options = at(address);
    options.log = Log(LogLevel::warning, [&](LogLevel, std::string_view text) { warnings += text; });
    Device device(options);
    const auto before = device.heap_stats();
    auto add = load_add(device);
    serving.reset();
    CHECK_THROWS_WITH_AS(device.heap_stats(), doctest::Contains("connecting again"), ConnectionLost);
    serving.emplace(address.substr(std::string("socket://").size()));
    CHECK(device.heap_stats().free_spiram == before.free_spiram);
    CHECK(warnings.find("connected to " + device.name() + " again") != warnings.npos);
    CHECK_THROWS_AS(add.call<int>(1, 2), UseAfterFree);
}

TEST_CASE("to reconnect to a board that is there frees what the session had") {
    for (const int protocol : {1, 2}) {
        CAPTURE(protocol);
        const Serving serving;
        auto options = at(serving.address());
        options.protocol = protocol == 1 ? 1 : 0;
        Device device(options);
        const auto before = device.heap_stats();
        auto add = load_add(device);
        auto buffer = device.buffer<int>(1000);
        const auto again = device.reconnect();
        CHECK(again.modules == std::vector<std::string>{"add.c"});
        CHECK(again.buffers == 1);
        CHECK(again.text() ==
              "connected to " + device.name() + " again; gone: 1 module (add.c), 1 buffer. Load and fill them again");
        CHECK(device.heap_stats().free_spiram == before.free_spiram);
        CHECK(device.reconnect().text() == "connected to " + device.name() + " again; nothing was lost");
    }
}

TEST_CASE("a second program on the same port is told that it is taken") {
    const Serving serving;
    Device first(at(serving.address()));
    CHECK_THROWS_WITH_AS(Device(at(serving.address())), doctest::Contains("is in use by another program"),
                         ConnectError);
    CHECK(load_add(first).call<int>(1, 2) == 3);
}

TEST_CASE("a session that sleeps beyond its lease is still there if nobody came; who comes gets the board") {
    using session::Session;
    const auto open = [](const std::string& address) { return transport::open(address, Deadline::after(5s)); };
    /// A pipe that does not say that others can use the board too: no keep-alive.
    class Silent : public transport::Pipe {
    public:
        explicit Silent(std::unique_ptr<transport::Pipe> pipe) : pipe_(std::move(pipe)) {}
        void write(ByteView bytes, const Deadline& deadline) override { pipe_->write(bytes, deadline); }
        std::size_t read(MutableBytes into, const Deadline& deadline) override { return pipe_->read(into, deadline); }
        std::string name() const override { return pipe_->name(); }
        std::unique_ptr<transport::Pipe> pipe_;
    };
    const Serving serving;
    session::SessionOptions options;
    options.lease = 50ms;
    Session sleeper(std::make_unique<Silent>(open(serving.address())), options);
    const auto block = sleeper.allocate(100, 0x404, 16);
    const Bytes data(100, 5);
    sleeper.write(block.address, data);
    std::this_thread::sleep_for(150ms);
    Bytes back(100);
    sleeper.read(block.address, back);
    CHECK(back == data);
    CHECK_FALSE(sleeper.taken());
}
