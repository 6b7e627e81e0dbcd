// A pseudo-terminal: a serial port that a program offers to others, so that
// anything that opens ports, the original host included, can use our device.
#pragma once

#include "p4jit/transport/fd_pipe.hpp"

#include <memory>

namespace p4jit::transport {

/// Our side of a pseudo-terminal. Like a wire it knows nothing of who is at
/// the other end: a user that leaves is no ConnectionLost, and another may come.
class Pty : public Pipe {
public:
    /// Throws SystemError if the system has none left.
    static std::unique_ptr<Pty> open();

    /// What others open: "/dev/pts/3".
    const std::string& path() const { return path_; }

    void write(ByteView bytes, const Deadline& deadline) override { master_.write(bytes, deadline); }
    std::size_t read(MutableBytes into, const Deadline& deadline) override { return master_.read(into, deadline); }
    std::string name() const override { return master_.name(); }

private:
    Pty(Fd master, Fd slave, std::string path);

    FdPipe master_;
    // Held open so that the settings stay and the master never sees a hang-up.
    Fd slave_;
    std::string path_;
};

} // namespace p4jit::transport
