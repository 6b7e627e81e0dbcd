#include "p4jit/transport/token.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/file.hpp"
#include "p4jit/transport/memory_pipe.hpp"
#include "p4jit/transport/open.hpp"
#include "p4jit/transport/token_gate.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

using namespace p4jit;
using namespace p4jit::transport;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

const std::string token = "0123456789abcdef";

Deadline soon() { return Deadline::after(10s); }

std::string read_text_from(Pipe& pipe, std::size_t count) {
    Bytes bytes(count);
    for (std::size_t at = 0; at < count;) {
        const auto got = pipe.read(MutableBytes(bytes).subspan(at), soon());
        REQUIRE(got > 0);
        at += got;
    }
    return std::string(as_text(bytes));
}

/// What the client is told; empty if it got in.
std::string refusal(const std::string& address, const std::string& theirs) {
    try {
        const auto pipe = open(address, soon(), theirs);
        pipe->write(as_bytes("hello"), soon());
        Bytes answer(1);
        while (pipe->read(answer, soon()) == 0) {
        }
        return {};
    } catch (const ConnectError& error) {
        return error.what();
    }
}

bool contains(const std::string& text, const std::string& piece) { return text.find(piece) != text.npos; }

/// A gate on a port of this computer.
struct Door {
    TcpListener listener{{"127.0.0.1", 0}, soon()};
    TokenGate gate{listener, token};
    std::string address = listener.address().text();
};

/// Both ends of a conversation in one thread: the server looks after every step.
struct Conversation {
    explicit Conversation(std::string clients_token) : Conversation(memory_pipe(), std::move(clients_token)) {}
    Conversation(std::pair<std::unique_ptr<Pipe>, std::unique_ptr<Pipe>> ends, std::string clients_token)
        : client(std::move(ends.first), std::move(clients_token)),
          server(std::move(ends.second), Newcomer::Clock::now() + 5s) {}

    TokenPipe client;
    Newcomer server;
    Bytes nothing = Bytes(1);
};

} // namespace

TEST_CASE("who knows the token gets in, and then every byte passes") {
    Door door;
    const auto client = open(door.address, soon(), token);
    const auto server = door.gate.accept(soon());
    REQUIRE(server);
    client->write(as_bytes("P4JITtk1 and more"), soon());
    CHECK(read_text_from(*server, 17) == "P4JITtk1 and more");
    server->write(as_bytes("P4JITno1"), soon());
    CHECK(read_text_from(*client, 8) == "P4JITno1");
    CHECK(client->is_shared());
}

TEST_CASE("a wrong token and none are refused, with the cure, and take their time") {
    Door door;
    const auto start = Deadline::Clock::now();
    CHECK(contains(refusal(door.address, "0123456789abcdeF"), "refused the token"));
    CHECK(Deadline::Clock::now() - start >= 1s);
    CHECK(contains(refusal(door.address, ""), "asks for a token: set the environment variable P4JIT_TOKEN"));
    CHECK(door.gate.accept(Deadline::after(0s)) == nullptr);
}

TEST_CASE("those who do not answer hold up nobody") {
    Door door;
    std::vector<std::unique_ptr<Pipe>> silent;
    for (int i = 0; i < 40; ++i) silent.push_back(connect_tcp(door.listener.address(), soon()));
    std::jthread client([&] { CHECK(refusal(door.address, token).empty()); });
    const auto let_in = door.gate.accept(soon());
    REQUIRE(let_in);
    CHECK(read_text_from(*let_in, 5) == "hello");
    let_in->write(as_bytes("!"), soon());
}

TEST_CASE("nothing that is said before the token reaches the board") {
    Conversation both(token);
    both.client.write(as_bytes("before"), soon());
    both.client.read(both.nothing, Deadline::after(0s)); // answers the question
    CHECK(both.server.look(token) == Newcomer::Verdict::accepted);
    both.client.read(both.nothing, Deadline::after(0s));
    both.client.write(as_bytes("after"), soon());
    CHECK(read_text_from(*both.server.take(), 5) == "after");
}

TEST_CASE("who says much, or nothing for long, is sent away") {
    Conversation talker(token);
    auto verdict = Newcomer::Verdict::waits;
    for (int i = 0; i < 100 && verdict == Newcomer::Verdict::waits; ++i) {
        talker.client.write(Bytes(4096, 'x'), soon());
        verdict = talker.server.look(token);
    }
    CHECK(verdict == Newcomer::Verdict::refused);

    auto [near, far] = memory_pipe();
    Newcomer late(std::move(far), Newcomer::Clock::now() - 1s);
    CHECK(late.look(token) == Newcomer::Verdict::refused);
}

TEST_CASE("an answer cannot be used a second time: each question is another one") {
    const auto question_of = [] {
        auto [near, far] = memory_pipe();
        const Newcomer server(std::move(far), Newcomer::Clock::now() + 5s);
        return read_text_from(*near, 40);
    };
    const auto first = question_of(), second = question_of();
    CHECK(first.substr(0, 8) == "P4JITtk1");
    CHECK(first != second);
}

TEST_CASE("a server that accepts everything is found out") {
    auto [near, far] = memory_pipe();
    TokenPipe client(std::move(near), token);
    far->write(Bytes(as_bytes("P4JITtk1").begin(), as_bytes("P4JITtk1").end()), soon());
    far->write(Bytes(32), soon());
    far->write(as_bytes("P4JITok1"), soon());
    far->write(Bytes(32), soon());
    CHECK_THROWS_WITH_AS(client.meet(soon(), soon()),
                         "pipe in memory does not know the token itself: it is not the server that you mean",
                         ConnectError);
}

TEST_CASE("with a far end that asks for no token, a client that has one notices nothing") {
    auto [near, far] = memory_pipe();
    TokenPipe client(std::move(near), token);
    client.meet(Deadline::after(1ms), soon());
    far->write(as_bytes("P4JITt and then something else"), soon());
    CHECK(read_text_from(client, 30) == "P4JITt and then something else");
    far->write(as_bytes("x"), soon());
    CHECK(read_text_from(client, 1) == "x");

    auto [short_near, short_far] = memory_pipe();
    TokenPipe cut(std::move(short_near), token);
    short_far->write(as_bytes("P4JI"), soon());
    short_far.reset();
    CHECK(read_text_from(cut, 4) == "P4JI");
    Bytes more(1);
    CHECK_THROWS_AS(cut.read(more, soon()), ConnectionLost);
}

TEST_CASE("a client is asked for the token in whatever pieces the question comes") {
    Conversation both(token);
    for (int cut = 1; cut < 40; ++cut) {
        auto [near, far] = memory_pipe();
        TokenPipe client(std::move(near), "");
        const Bytes question = [] {
            Bytes bytes(as_bytes("P4JITtk1").begin(), as_bytes("P4JITtk1").end());
            bytes.resize(40, 7);
            return bytes;
        }();
        far->write(ByteView(question).first(static_cast<std::size_t>(cut)), soon());
        CHECK(client.read(both.nothing, Deadline::after(0s)) == 0);
        far->write(ByteView(question).subspan(static_cast<std::size_t>(cut)), soon());
        CHECK_THROWS_AS(client.read(both.nothing, soon()), ConnectError);
    }
}

TEST_CASE("without a token only addresses of this computer are listened at") {
    for (const char* host : {"127.0.0.1", "127.1.2.3", "localhost"}) {
        CAPTURE(host);
        CHECK_NOTHROW(TcpListener({host, 0}, soon(), Reach::this_machine));
    }
    for (const char* host : {"0.0.0.0", "::", "::ffff:0.0.0.0", "192.0.2.1"}) {
        CAPTURE(host);
        CHECK_THROWS_AS(TcpListener({host, 0}, soon(), Reach::this_machine), UsageError);
    }
    CHECK_NOTHROW(TcpListener({"0.0.0.0", 0}, soon(), Reach::anyone));
}

TEST_CASE("a token file has one line and is its owner's alone") {
    const auto file = fs::temp_directory_path() / ("p4jit-token-" + std::to_string(::getpid()));
    write_file(file, as_bytes(token + "\n"));
    fs::permissions(file, fs::perms::owner_read | fs::perms::group_read);
    CHECK_THROWS_AS(read_token(file), UsageError);
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    CHECK(read_token(file) == token);
    for (const char* wrong : {"", "\n", "one\ntwo\n"}) {
        write_file(file, as_bytes(wrong));
        fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
        CHECK_THROWS_AS(read_token(file), UsageError);
    }
    fs::remove(file);
    CHECK_THROWS_AS(read_token(file), SourceNotFound);
}
