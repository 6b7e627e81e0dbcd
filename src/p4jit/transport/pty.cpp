#include "p4jit/transport/pty.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/transport/raw_terminal.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>

namespace p4jit::transport {

Pty::Pty(Fd master, Fd slave, std::string path)
    : master_(std::move(master), FdPipe::Kind::terminal, "pseudo-terminal " + path),
      slave_(std::move(slave)),
      path_(std::move(path)) {}

std::unique_ptr<Pty> Pty::open() {
    const auto refused = [] {
        return SystemError(fmt::format("cannot make a pseudo-terminal: {}", std::strerror(errno)));
    };
    Fd master(::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
    std::array<char, 64> path{};
    if (!master || ::grantpt(master.get()) != 0 || ::unlockpt(master.get()) != 0 ||
        ::ptsname_r(master.get(), path.data(), path.size()) != 0)
        throw refused();
    Fd slave(::open(path.data(), O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!slave || !make_raw(slave.get())) throw refused();
    return std::unique_ptr<Pty>(new Pty(std::move(master), std::move(slave), path.data()));
}

} // namespace p4jit::transport
