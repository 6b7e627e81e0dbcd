#include "p4jit/transport/open.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/file.hpp"
#include "p4jit/transport/pty.hpp"
#include "p4jit/transport/tcp.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <sys/stat.h>
#include <unistd.h>

using namespace p4jit;
using namespace p4jit::transport;
using namespace std::chrono_literals;

namespace {

/// What ConnectError says when `address` is opened; empty if it can be opened.
std::string refusal(const std::string& address, Deadline deadline = Deadline::after(5s)) {
    try {
        open(address, deadline);
    } catch (const ConnectError& error) {
        return error.what();
    }
    return {};
}

bool contains(const std::string& text, const std::string& piece) { return text.find(piece) != text.npos; }

} // namespace

TEST_CASE("an address that is none is told what one looks like") {
    CHECK(contains(refusal(""), "neither a serial port"));
    CHECK(contains(refusal("COM3"), "neither a serial port (/dev/ttyACM0) nor socket://host:port"));
    CHECK(refusal("null") == "bad address 'null': did you mean /dev/null?");
    CHECK(contains(refusal("http://localhost:1"), "it does not start with socket://"));
}

TEST_CASE("socket addresses are read as people write them") {
    CHECK(parse_tcp_address("socket://localhost:5000").text() == "socket://localhost:5000");
    const auto six = parse_tcp_address("socket://[::1]:7");
    CHECK(six.host == "::1");
    CHECK(six.port == 7);
    CHECK(six.text() == "socket://[::1]:7");
    for (const char* bad :
         {"socket://", "socket://host", "socket://:5", "socket://host:", "socket://host:65536", "socket://host:x",
          "socket://::1:5", "socket://[::1]", "socket://a b:1", "socket://host:-1", "socket://host/x:1"}) {
        CAPTURE(bad);
        CHECK_THROWS_AS(parse_tcp_address(bad), ConnectError);
    }
}

TEST_CASE("a port that is missing, a file and a device of another kind are told apart") {
    CHECK(contains(refusal("/dev/ttyACM99"), "there is no port /dev/ttyACM99. "));
    CHECK(refusal("/dev/null") == "/dev/null is not a serial port");
    CHECK(contains(refusal("/tmp"), "cannot open /tmp: Is a directory"));
}

TEST_CASE("a port without permission names the group to join") {
    const auto path =
        fmt::format("{}/p4jit-no-permission-{}", std::filesystem::temp_directory_path().string(), getpid());
    write_file(path, {});
    ::chmod(path.c_str(), 0);
    const bool root = ::geteuid() == 0;
    if (root) REQUIRE(::seteuid(65534) == 0);
    const auto text = refusal(path);
    if (root) REQUIRE(::seteuid(0) == 0);
    std::filesystem::remove(path);
    CHECK(contains(text, "no permission to open " + path));
    CHECK(contains(text, "sudo usermod -aG "));
}

TEST_CASE("a port that another has open is busy, and free again afterwards") {
    const auto pty = Pty::open();
    auto first = open(pty->path(), Deadline::after(5s));
    CHECK(refusal(pty->path()) == pty->path() + " is in use by another program (a serial monitor?); close that first");
    first.reset();
    CHECK(refusal(pty->path()).empty());
}

TEST_CASE("what a serial port had received before it was opened is thrown away") {
    const auto pty = Pty::open();
    pty->write(as_bytes("old"), Deadline::after(5s));
    const auto port = open(pty->path(), Deadline::after(5s));
    pty->write(as_bytes("new"), Deadline::after(5s));
    Bytes bytes(10);
    REQUIRE(port->read(bytes, Deadline::after(5s)) == 3);
    CHECK(as_text(bytes).substr(0, 3) == "new");
}

TEST_CASE("a port where nobody listens refuses") {
    std::string address;
    {
        const TcpListener listener({"127.0.0.1", 0}, Deadline::after(5s));
        address = listener.address().text();
    }
    CHECK(refusal(address) == "nobody listens at " + address + ": is `p4jit serve` running there?");
}

TEST_CASE("an unknown host is named") {
    const auto text = refusal("socket://no-such-host.invalid:1", Deadline::after(3s));
    CHECK(contains(text, "host 'no-such-host.invalid'"));
}

TEST_CASE("localhost is looked up by name") {
    const TcpListener listener({"localhost", 0}, Deadline::after(5s));
    CHECK(refusal(listener.address().text()).empty());
}

TEST_CASE("a port that is taken cannot be listened on") {
    const TcpListener first({"127.0.0.1", 0}, Deadline::after(5s));
    CHECK_THROWS_AS(TcpListener(first.address(), Deadline::after(5s)), ConnectError);
}

TEST_CASE("accept gives nothing at the deadline") {
    TcpListener listener({"127.0.0.1", 0}, Deadline::after(5s));
    CHECK(listener.accept(Deadline::after(20ms)) == nullptr);
}

TEST_CASE("an interrupt ends looking up a host") {
    CHECK_THROWS_AS(open("socket://no-such-host.invalid:1", Deadline::never([] { return true; })), Interrupted);
}
