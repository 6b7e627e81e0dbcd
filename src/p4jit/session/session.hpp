// One conversation with a device, protocol v1: its memory, and running code in
// it. Owns deadlines, chunking and what has been allocated.
//
// Read link.hpp for how requests and answers are kept in step.
#pragma once

#include "p4jit/session/allocations.hpp"
#include "p4jit/session/link.hpp"

#include <mutex>

namespace p4jit::session {

struct SessionOptions {
    using Duration = Deadline::Duration;

    /// How long an answer may take, besides the time its bytes need.
    Duration timeout = std::chrono::seconds(1);
    /// How slow a line may be, in bytes a second.
    std::size_t slowest_line = 100'000;
    /// After trouble: how long to wait until the device answers again.
    Duration recovery = std::chrono::seconds(5);
    /// After Ctrl-C or a timeout in a function: how long it may take to stop.
    Duration stop = std::chrono::milliseconds(250);
    /// The most data that one request writes or reads. 0: 8 KiB and 64 KiB on a
    /// serial port (the original's firmware loses what comes faster than it
    /// reads, beyond 16 KiB), else the most that a frame takes.
    std::size_t write_chunk = 0;
    std::size_t read_chunk = 0;
    /// Ctrl-C. Called with the session locked: it must not use the session, nor
    /// wait for a lock that is held while a call of the session is waited for.
    InterruptCheck interrupted;
    Log log;
};

/// Threads may share a session: one request at a time.
///
/// All calls throw ConnectionLost, Timeout, ProtocolError and Interrupted;
/// after any of them the session may be used again: it gets in step with the
/// device first, or throws ConnectionLost if the device stays silent.
class Session {
public:
    explicit Session(std::unique_ptr<transport::Pipe> pipe, SessionOptions options = {});
    /// Frees what is still allocated, if the device can be reached.
    ~Session();

    /// Is there a device that answers within `patience`?
    bool hello(SessionOptions::Duration patience);

    /// The device sends the bytes back; ProtocolError if it sends others.
    void ping(ByteView bytes);

    /// A block of device memory. Throws OutOfMemory.
    Block allocate(std::uint32_t size, std::uint32_t caps, std::uint32_t alignment);
    /// Throws UsageError unless a block of this session starts there.
    void free(std::uint32_t address);

    /// The range must lie in one block of this session, else AccessDenied and
    /// nothing is sent. A long transfer is several requests: when it throws,
    /// part of it may have been done.
    void write(std::uint32_t address, ByteView bytes);
    void read(std::uint32_t address, MutableBytes into);

    /// Calls int f(void) at address, which must lie in a block of this session.
    /// Without a timeout it may run for ever, or until Ctrl-C. Throws
    /// DeviceFault if it crashed or was stopped; Timeout and Interrupted say
    /// whether the device could stop it.
    std::uint32_t execute(std::uint32_t address, std::optional<SessionOptions::Duration> timeout = std::nullopt);

    wire::HeapInfo heap_info();
    /// Throws DeviceError on the original's firmware, which cannot.
    wire::HeapCheck heap_check();

    /// The blocks that are allocated, by address.
    std::vector<Block> blocks() const;
    /// The pipe's name.
    std::string name() const { return link_.name(); }

private:
    std::unique_lock<std::timed_mutex> lock() const;
    Deadline within(SessionOptions::Duration duration) const;
    Deadline within_time_for(std::size_t bytes) const;
    void get_in_step();
    Bytes ask(wire::Command command, std::initializer_list<ByteView> payload, std::size_t answer_size = 0);
    template <wire::Message Result>
    Result ask_for(wire::Command command, std::initializer_list<ByteView> payload);
    [[noreturn]] void refused(wire::Command command, wire::ErrorCode code) const;
    [[noreturn]] void out_of_memory(const Block& block, wire::ErrorCode code);
    std::string outside(std::uint32_t address, std::size_t size) const;
    std::string stop(std::uint32_t address);
    void free_if_there(std::uint32_t address);

    SessionOptions options_;
    mutable std::timed_mutex mutex_;
    Link link_;
    Allocations allocations_;
};

} // namespace p4jit::session
