#include "p4jit/jit/serve.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/file.hpp"
#include "p4jit/board/virtual_board.hpp"
#include "p4jit/jit/console.hpp"
#include "p4jit/jit/waiting_room.hpp"
#include "p4jit/transport/pty.hpp"
#include "p4jit/transport/tcp.hpp"
#include "p4jit/transport/token_gate.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>

namespace p4jit {

namespace {

using namespace std::chrono_literals;

/// One round: what the client says to the board, work, what the board says to
/// the client. Waits at most `patience` if there is nothing to do.
/// Returns what the client said; `busy` is whether the board still works.
ByteView carry_once(transport::Pipe& client, board::VirtualBoard& board, MutableBytes piece, const Deadline& patience,
                    const InterruptCheck& interrupted, bool& busy) {
    const auto said = ByteView(piece).first(client.read(piece, patience));
    if (!said.empty()) board.write(said, Deadline::never());
    busy = board.step(200'000);
    std::array<std::uint8_t, 1 << 16> answer;
    while (const auto count = board.machine().link().host_receives(answer))
        client.write(ByteView(answer).first(count), Deadline::never(interrupted));
    return said;
}

/// Carries bytes both ways between a client and the board, until the client
/// leaves.
void carry(transport::Pipe& client, board::VirtualBoard& board, const InterruptCheck& interrupted) {
    std::array<std::uint8_t, 1 << 16> piece;
    // A busy board is not kept waiting for a silent client.
    for (bool busy = false;;)
        carry_once(client, board, piece, busy ? Deadline::after(0ms, interrupted) : Deadline::never(interrupted),
                   interrupted, busy);
}

/// What the board answers to HELLO.
wire::v2::Frame hello_of(board::VirtualBoard& board) {
    const wire::v2::HelloRequest request{wire::v2::limit::VERSION, wire::v2::limit::VERSION};
    board.write(wire::v2::encode({wire::v2::Message::HELLO, wire::v2::Kind::REQUEST, 0, 1}, {payload(request)}),
                Deadline::never());
    std::array<std::uint8_t, 1024> piece;
    wire::v2::FrameParser parser;
    const auto deadline = Deadline::after(5s);
    for (wire::v2::Frame frame; !deadline.expired();) {
        parser.feed(ByteView(piece).first(board.read(piece, deadline)));
        if (parser.next(frame)) return frame;
    }
    throw ConnectError("the board's firmware does not answer");
}

/// `door` lets clients in. One has the board at a time; those who come
/// meanwhile are told whose it is.
template <typename Door>
class Reception {
public:
    Reception(Door& door, board::VirtualBoard& board, InterruptCheck interrupted)
        : door_(door), board_(board), interrupted_(std::move(interrupted)), room_(hello_of(board)) {}

    /// Until interrupted.
    void serve() {
        for (;;) {
            auto client = room_.next();
            if (!client) client = jit::WaitingRoom::Client{door_.accept(Deadline::never(interrupted_)), {}};
            try {
                host(*client);
            } catch (const ConnectionLost&) {
                // The next one, please.
            }
        }
    }

private:
    /// Until the client leaves, or has been silent for its lease while others wait.
    void host(const jit::WaitingRoom::Client& client) {
        jit::Tenant tenant;
        tenant.sends(client.said);
        if (!client.said.empty()) board_.write(client.said, Deadline::never());
        // A client that does not read keeps the others waiting no longer than one that says nothing.
        const auto meanwhile = [&] {
            attend(tenant);
            if (is_over(tenant)) throw ConnectionLost(client.pipe->name() + " does not read");
            return interrupted_ && interrupted_();
        };
        for (bool busy = !client.said.empty(); !is_over(tenant);) {
            const auto patience = Deadline::after(busy ? 0ms : 20ms, interrupted_);
            if (const auto said = carry_once(*client.pipe, board_, piece_, patience, meanwhile, busy); !said.empty())
                tenant.sends(said);
            attend(tenant);
        }
    }

    bool is_over(const jit::Tenant& tenant) const { return room_.is_wanted() && tenant.is_gone(); }

    void attend(const jit::Tenant& tenant) {
        if (auto newcomer = door_.accept(Deadline::after(0ms))) room_.enter(std::move(newcomer));
        room_.look(tenant);
    }

    Door& door_;
    board::VirtualBoard& board_;
    InterruptCheck interrupted_;
    jit::WaitingRoom room_;
    std::array<std::uint8_t, 1 << 16> piece_{};
};

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
    if (token.empty()) return Reception(listener, board, options.interrupted).serve();
    transport::TokenGate gate(listener, token);
    Reception(gate, board, options.interrupted).serve();
}

} // namespace

void serve(const ServeOptions& options) {
    check(options);
    std::optional<elf::Object> firmware;
    if (const auto& file = options.firmware_elf; !file.empty())
        firmware = elf::Object::parse(read_file(file), file.string());
    // What clients' kernels print must not reach into this terminal either.
    const auto console = options.console ? options.console : jit::stdout_console();
    board::VirtualBoard board({.revision = options.revision, .firmware = firmware, .console = console});
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
