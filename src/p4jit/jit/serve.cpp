#include "p4jit/jit/serve.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/board/virtual_board.hpp"
#include "p4jit/transport/pty.hpp"
#include "p4jit/transport/tcp.hpp"
#include "p4jit/transport/token_gate.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>

namespace p4jit {

namespace {

using namespace std::chrono_literals;

/// Carries bytes both ways between a client and the board, until the client
/// leaves.
void carry(transport::Pipe& client, board::VirtualBoard& board, const InterruptCheck& interrupted) {
    std::array<std::uint8_t, 1 << 16> piece;
    bool board_is_busy = false;
    for (;;) {
        // A busy board is not kept waiting for a silent client.
        const auto patience = board_is_busy ? Deadline::after(0ms, interrupted) : Deadline::never(interrupted);
        if (const auto count = client.read(piece, patience); count != 0)
            board.write(ByteView(piece).first(count), Deadline::never());
        board_is_busy = board.step(200'000);
        while (const auto count = board.machine().link().host_receives(piece))
            client.write(ByteView(piece).first(count), Deadline::never(interrupted));
    }
}

/// `door` lets clients in, one after the other.
template <typename Door>
void serve_clients(Door& door, board::VirtualBoard& board, const InterruptCheck& interrupted) {
    for (;;) {
        const auto client = door.accept(Deadline::never(interrupted));
        try {
            carry(*client, board, interrupted);
        } catch (const ConnectionLost&) {
            // The next one, please.
        }
    }
}

/// The token that clients must know; empty for none.
std::string token_of(const ServeOptions& options) {
    constexpr std::size_t shortest = 16;
    auto token = options.token;
    if (token.empty() && !options.token_file.empty()) token = transport::read_token(options.token_file);
    const char* variable = std::getenv("P4JIT_TOKEN");
    if (token.empty() && variable != nullptr) token = variable;
    if (!token.empty() && token.size() < shortest)
        throw UsageError(fmt::format("a token of {} characters can be guessed: take at least {}, such as what "
                                     "`openssl rand -hex 16` prints",
                                     token.size(), shortest));
    return token;
}

void check(const ServeOptions& options) {
    if (options.tcp.empty() && !(options.token.empty() && options.token_file.empty()))
        throw UsageError(
            "a token guards a TCP port: name one, or leave the token out. A pseudo-terminal is yours alone");
    if (!options.tcp.empty() && options.tcp.find(':') == std::string::npos)
        throw UsageError(fmt::format("'{}' names no port: write HOST:PORT, such as localhost:3333", options.tcp));
}

void serve_tcp(const ServeOptions& options, board::VirtualBoard& board) {
    const auto token = token_of(options);
    const auto reach = token.empty() ? transport::Reach::this_machine : transport::Reach::anyone;
    transport::TcpListener listener(transport::parse_tcp_address("socket://" + options.tcp),
                                    Deadline::never(options.interrupted), reach);
    options.ready(listener.address().text());
    if (token.empty()) return serve_clients(listener, board, options.interrupted);
    transport::TokenGate gate(listener, token);
    serve_clients(gate, board, options.interrupted);
}

} // namespace

void serve(const ServeOptions& options) {
    check(options);
    board::VirtualBoard board({.revision = options.revision, .console = options.console});
    try {
        if (options.tcp.empty()) {
            const auto pty = transport::Pty::open();
            options.ready(pty->path());
            carry(*pty, board, options.interrupted);
        } else {
            serve_tcp(options, board);
        }
    } catch (const Interrupted&) {
        // How it ends.
    }
}

} // namespace p4jit
