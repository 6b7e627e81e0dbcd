#include "p4jit/jit/serve.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/file.hpp"
#include "p4jit/board/virtual_board.hpp"
#include "p4jit/transport/pty.hpp"
#include "p4jit/transport/tcp.hpp"

#include <fmt/format.h>

#include <array>

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

void serve_clients(transport::TcpListener& listener, board::VirtualBoard& board, const InterruptCheck& interrupted) {
    for (;;) {
        const auto client = listener.accept(Deadline::never(interrupted));
        try {
            carry(*client, board, interrupted);
        } catch (const ConnectionLost&) {
            // The next one, please.
        }
    }
}

} // namespace

void serve(const ServeOptions& options) {
    std::optional<elf::Object> firmware;
    if (const auto& file = options.firmware_elf; !file.empty())
        firmware = elf::Object::parse(read_file(file), file.string());
    board::VirtualBoard board({.revision = options.revision, .firmware = firmware, .console = options.console});
    try {
        if (options.tcp.empty()) {
            const auto pty = transport::Pty::open();
            options.ready(pty->path());
            carry(*pty, board, options.interrupted);
        } else {
            if (options.tcp.find(':') == std::string::npos)
                throw UsageError(
                    fmt::format("'{}' names no port: write HOST:PORT, such as localhost:3333", options.tcp));
            transport::TcpListener listener(transport::parse_tcp_address("socket://" + options.tcp),
                                            Deadline::never(options.interrupted));
            options.ready(listener.address().text());
            serve_clients(listener, board, options.interrupted);
        }
    } catch (const Interrupted&) {
        // How it ends.
    }
}

} // namespace p4jit
