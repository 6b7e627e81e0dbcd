// A session over the pipes that users have: a port, a socket.
#include "p4jit/base/error.hpp"
#include "p4jit/session/find.hpp"
#include "p4jit/transport/open.hpp"
#include "p4jit/transport/pty.hpp"
#include "p4jit/transport/tcp.hpp"
#include "tests/cable/serve.hpp"

#include <doctest/doctest.h>

#include <numeric>

using namespace p4jit;
using namespace p4jit::session;
using namespace std::chrono_literals;
using tests::FarEnd;
using tests::Served;

namespace {

void use(Session& session) {
    Bytes data(300'000);
    std::iota(data.begin(), data.end(), std::uint8_t{0});
    const auto block = session.allocate(300'000, 0x404, 16);
    session.write(block.address, data);
    Bytes back(data.size());
    session.read(block.address, back);
    CHECK(back == data);
    CHECK(session.execute(block.address) == (block.address ^ 0x5555));
    session.free(block.address);
}

} // namespace

TEST_CASE("a session over a serial port sends what the port can take") {
    FarEnd device;
    {
        const auto port = transport::Pty::open();
        const Served served(device, *port);
        const auto session = connect(port->path(), {});
        CHECK(session->name() == port->path());
        use(*session);
        session->allocate(10, 0x404, 16);
    }
    CHECK(device.longest_request <= 16 * 1024);
}

TEST_CASE("one user after another on the same port, the first of them gone in the middle of a frame") {
    FarEnd device;
    const auto port = transport::Pty::open();
    const Served served(device, *port);
    {
        const auto pipe = transport::open(port->path(), Deadline::after(5s));
        const auto frame = wire::encode(wire::Command::PING, wire::Flag::REQUEST, {Bytes(1000)});
        pipe->write(ByteView(frame).first(500), Deadline::after(5s));
    }
    use(*connect(port->path(), {}));
}

TEST_CASE("a session over a socket") {
    FarEnd device;
    transport::TcpListener listener({"127.0.0.1", 0}, Deadline::after(5s));
    auto near = transport::open(listener.address().text(), Deadline::after(5s));
    const auto far = listener.accept(Deadline::after(5s));
    const Served served(device, *far);
    Session session(std::move(near));
    use(session);
}

TEST_CASE("a function that would run for ever is stopped by Ctrl-C in time") {
    FarEnd device;
    device.function = [](std::uint32_t) { return FarEnd::Run{0, FarEnd::for_ever}; };
    const auto port = transport::Pty::open();
    const Served served(device, *port);
    auto pressed = Deadline::Clock::time_point::max();
    bool seen = false;
    SessionOptions options;
    options.interrupted = [&] { return !seen && Deadline::Clock::now() > pressed && (seen = true); };
    const auto session = connect(port->path(), options);
    const auto block = session->allocate(10, 0x404, 16);
    pressed = Deadline::Clock::now() + 100ms;
    CHECK_THROWS_WITH_AS(session->execute(block.address),
                         "interrupted: the function at 0x48210AE0 no longer runs; the device is fine", Interrupted);
    CHECK(Deadline::Clock::now() < pressed + 1s);
    CHECK(session->heap_check().allocated_blocks == 1);
}
