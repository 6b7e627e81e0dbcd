#include "p4jit/transport/fd_pipe.hpp"

#include "p4jit/base/error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace p4jit::transport {

Fd::~Fd() {
    if (fd_ >= 0) ::close(fd_);
}

short wait(const Fd& fd, short events, const Deadline& deadline) {
    pollfd poll{fd.get(), events, 0};
    const auto ready = ::poll(&poll, 1, static_cast<int>(deadline.slice().count()));
    return ready > 0 ? poll.revents : short{0};
}

namespace {

bool not_now(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

} // namespace

void FdPipe::write(ByteView bytes, const Deadline& deadline) {
    const auto total = bytes.size();
    for (short ready = 0; !bytes.empty();) {
        deadline.check();
        // A socket whose far end is gone must not raise SIGPIPE.
        const auto count = kind_ == Kind::socket ? ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL)
                                                 : ::write(fd_.get(), bytes.data(), bytes.size());
        if (count > 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(count));
            continue;
        }
        if (count < 0 && !not_now(errno)) lost(errno);
        if (ready & (POLLERR | POLLHUP | POLLNVAL)) lost(EIO);
        if (deadline.expired())
            throw Timeout(
                fmt::format("{} takes no more bytes: {} of {} were sent in time", name_, total - bytes.size(), total));
        ready = wait(fd_, POLLOUT, deadline);
    }
}

std::size_t FdPipe::read(MutableBytes into, const Deadline& deadline) {
    for (short ready = 0;;) {
        deadline.check();
        const auto count = ::read(fd_.get(), into.data(), into.size());
        if (count > 0) return static_cast<std::size_t>(count);
        if (count == 0) lost(0);
        if (!not_now(errno)) lost(errno);
        if (ready & (POLLERR | POLLHUP | POLLNVAL)) lost(EIO);
        if (deadline.expired()) return 0;
        ready = wait(fd_, POLLIN, deadline);
    }
}

void FdPipe::lost(int error) const {
    const auto reason = error == 0 || error == EIO ? std::string() : fmt::format(" ({})", std::strerror(error));
    if (kind_ == Kind::socket)
        throw ConnectionLost(fmt::format("the far end of {} closed the connection{}", name_, reason));
    throw ConnectionLost(fmt::format("{} is gone{}: the device was unplugged or reset; connect again", name_, reason));
}

} // namespace p4jit::transport
