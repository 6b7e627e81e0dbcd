// A pipe over a POSIX file descriptor: serial port, socket, pseudo-terminal.
// Private to this part; the forms that make one are beside it.
#pragma once

#include "p4jit/transport/pipe.hpp"

#include <utility>

namespace p4jit::transport {

/// Owns a file descriptor.
class Fd {
public:
    explicit Fd(int fd = -1) : fd_(fd) {}
    Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Fd& operator=(Fd&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Fd();

    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }

private:
    int fd_;
};

/// Waits until fd is ready for `events` (POLLIN, POLLOUT) or a slice of the
/// deadline has passed; returns what poll() reports, 0 if nothing.
short wait(const Fd& fd, short events, const Deadline& deadline);

class FdPipe : public Pipe {
public:
    enum class Kind { serial, terminal, socket };

    /// fd must be non-blocking.
    FdPipe(Fd fd, Kind kind, std::string name) : fd_(std::move(fd)), kind_(kind), name_(std::move(name)) {}

    void write(ByteView bytes, const Deadline& deadline) override;
    std::size_t read(MutableBytes into, const Deadline& deadline) override;
    std::string name() const override { return name_; }
    bool is_serial() const override { return kind_ == Kind::serial; }
    bool is_shared() const override { return kind_ == Kind::socket; }

private:
    [[noreturn]] void lost(int error) const;

    Fd fd_;
    Kind kind_;
    std::string name_;
};

} // namespace p4jit::transport
