// A line to a device: bytes go in, bytes come out, both within a deadline.
//
// Everything above knows only this interface; a serial port, a socket, a
// pseudo-terminal, a queue in memory and the virtual board all are one. A pipe
// neither keeps messages apart nor promises that bytes arrive: that is the
// protocol's part. open.hpp makes a pipe from what a user typed.
#pragma once

#include "p4jit/base/bytes.hpp"
#include "p4jit/base/deadline.hpp"

#include <string>

namespace p4jit::transport {

class Pipe {
public:
    Pipe() = default;
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    virtual ~Pipe() = default;

    /// Writes all bytes. Throws Timeout at the deadline, Interrupted, and
    /// ConnectionLost when the far end is gone; then any part of the bytes may
    /// have been sent.
    virtual void write(ByteView bytes, const Deadline& deadline) = 0;

    /// Reads at least one byte, at most into.size(); returns how many. Returns 0
    /// only at the deadline; one that has expired takes what is there without
    /// waiting. Throws Interrupted, and ConnectionLost when the far end is gone
    /// and all it sent has been read.
    virtual std::size_t read(MutableBytes into, const Deadline& deadline) = 0;

    /// "/dev/ttyACM0", "socket://host:port", "virtual ESP32-P4".
    virtual std::string name() const = 0;

    /// Is it a serial port, whose far end may lose bytes that come faster than
    /// it reads them?
    virtual bool is_serial() const { return false; }

    /// Can others reach the same device while this pipe is open?
    virtual bool is_shared() const { return false; }
};

} // namespace p4jit::transport
