// One conversation with a device: its memory, and running code in it. Owns
// deadlines, chunking and what has been allocated.
//
// Speaks protocol v2 with our firmware and v1 with the original's; greeting.hpp
// finds out. Read link.hpp (v1) and dialog.hpp (v2) for how requests and
// answers are kept in step.
#pragma once

#include "p4jit/base/error.hpp"
#include "p4jit/session/allocations.hpp"
#include "p4jit/session/dialog.hpp"
#include "p4jit/session/greeting.hpp"
#include "p4jit/session/link.hpp"
#include "p4jit/wire/v2_call.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

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
    /// v2: how long an answer may take until the device is asked where it
    /// stands; twice as long each time.
    Duration patience = std::chrono::milliseconds(250);
    /// v2: how long the board is ours without a word from us, if others can
    /// reach it.
    Duration lease = std::chrono::seconds(2);
    /// For servers that ask for one: transport/token.hpp.
    std::string token;
    /// v2: write, read and run code also in memory that is no block of the
    /// session, wherever the device has some.
    bool unsafe = false;
    /// Speak v1 even if the device knows v2.
    bool only_v1 = false;
    /// Who we are, for others who ask for the board. Empty: this program's name
    /// and number.
    std::string client;
    /// v2: takes what kernels print. Called with the session locked, like
    /// `interrupted`. Empty: they print on the device's own console.
    std::function<void(std::string_view)> console;
    /// v1: the most data that one request writes or reads. 0: 8 KiB and 64 KiB on a
    /// serial port (the original's firmware loses what comes faster than it
    /// reads, beyond 16 KiB), else the most that a frame takes.
    std::size_t write_chunk = 0;
    std::size_t read_chunk = 0;
    /// Ctrl-C. Called with the session locked: it must not use the session, nor
    /// wait for a lock that is held while a call of the session is waited for.
    InterruptCheck interrupted;
    Log log;
};

/// What became of calls.
struct Called {
    Bytes payload;                             ///< what the answers view
    std::vector<wire::v2::CallAnswer> answers; ///< one for each call
    /// Timeout or Interrupted: why the host had them stopped.
    std::optional<ErrorKind> cut_short;
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

    /// Frees what is still allocated, and gives up the line. Every later request
    /// throws ConnectionLost, besides free(), until reconnect().
    void close();
    /// Closes the line and begins a new session over the one that `open` makes.
    /// Nothing of the old session is left, whether this succeeds or throws:
    /// ConnectError, or what `open` throws. The blocks that are gone.
    std::vector<Block> reconnect(const std::function<std::unique_ptr<transport::Pipe>()>& open);

    /// Is there a device that answers within `patience`?
    bool hello(SessionOptions::Duration patience);

    /// The device sends the bytes back; ProtocolError if it sends others.
    void ping(ByteView bytes);

    /// A block of device memory. Throws OutOfMemory.
    Block allocate(std::uint32_t size, std::uint32_t caps, std::uint32_t alignment);
    /// Throws UsageError unless a block of this session starts there.
    void free(std::uint32_t address);
    /// For destructors: the same, but it never waits for another request. While
    /// one is under way, perhaps this thread's own, the block is put aside, and
    /// freed before the next.
    void free_soon(std::uint32_t address);

    /// The range must lie in one block of this session, else AccessDenied and
    /// nothing is sent; unless the session is unsafe: then AccessDenied if the
    /// device has no such memory. A long transfer is several requests: when it
    /// throws, part of it may have been done.
    void write(std::uint32_t address, ByteView bytes, const Moved& moved = {});
    void read(std::uint32_t address, MutableBytes into, const Moved& moved = {});

    /// Calls int f(void) at address, which must lie in a block of this session.
    /// Without a timeout it may run for ever, or until Ctrl-C. Throws
    /// DeviceFault if it crashed or was stopped; Timeout and Interrupted say
    /// whether the device could stop it.
    std::uint32_t execute(std::uint32_t address, std::optional<SessionOptions::Duration> timeout = std::nullopt);

    /// Does the device speak v2? Asks it if that is not known yet.
    bool speaks_v2();
    /// Calls in one frame, one after the other until one does not return. Only
    /// with v2. How each ended is in its answer: nothing is thrown for crashes
    /// and limits; Timeout and Interrupted only if the device does not say.
    Called call(std::span<const wire::v2::Call> calls, std::optional<SessionOptions::Duration> timeout = std::nullopt);
    /// The most bytes that encode_calls() and its answer may have.
    std::size_t most_bytes_of_calls() const { return dialog_ ? dialog_->hello().payload : wire::v2::limit::PAYLOAD; }

    /// What the device said of itself; nothing with v1.
    const wire::v2::HelloAnswer* device() const { return dialog_ ? &dialog_->hello() : nullptr; }
    /// Requests that waited for an answer, so far.
    std::uint64_t round_trips() const;

    wire::HeapInfo heap_info();
    /// Throws DeviceError on the original's firmware, which cannot.
    wire::HeapCheck heap_check();

    /// The blocks that are allocated, by address.
    std::vector<Block> blocks() const;
    /// After close().
    bool is_closed() const { return is_closed_; }
    /// Has another program got the board?
    bool taken() const { return dialog_ && dialog_->taken(); }
    /// Throws UsageError on a thread whose request is under way: it is in a
    /// callback, and would wait for itself. All requests begin with this.
    void check_not_in_callback() const;
    /// The pipe's name.
    std::string name() const { return link_.name(); }

private:
    /// The right to speak with the device.
    class Turn {
    public:
        Turn() = default;
        Turn(const Session& session, std::unique_lock<std::timed_mutex> guard);
        Turn(Turn&&) = default;
        ~Turn();
        explicit operator bool() const { return guard_.owns_lock(); }

    private:
        const Session* session_ = nullptr;
        std::unique_lock<std::timed_mutex> guard_;
    };
    Turn lock() const;
    Turn try_lock() const; ///< at once or not at all
    void free_put_aside();
    void free_now(std::uint32_t address);
    Deadline within(SessionOptions::Duration duration) const;
    Deadline within_time_for(std::size_t bytes) const;
    void check_open() const;
    void get_in_step();
    void reach();
    Bytes ask(wire::Command command, std::initializer_list<ByteView> payload, std::size_t answer_size = 0);
    template <wire::Message Result>
    Result ask_for(wire::Command command, std::initializer_list<ByteView> payload);
    [[noreturn]] void refused(wire::Command command, wire::ErrorCode code) const;
    std::string free_memory();
    [[noreturn]] void out_of_memory(const Block& block, wire::ErrorCode code);
    std::string outside(std::uint32_t address, std::size_t size) const;
    std::string stop(std::uint32_t address);
    void free_if_there(std::uint32_t address);
    void leave();
    void free_all_v1();

    bool meet(SessionOptions::Duration patience);
    std::uint32_t allocate_block(const Block& block);
    void check_entry(std::uint32_t address);
    void check_outside(const std::string& what, std::uint32_t address, std::size_t size);

    // With v2: session_v2.cpp.
    void begin_v2(const Greeting& greeting);
    void end(const Deadline& deadline);
    void stay_alive(const std::stop_token& stop);
    Deadline for_ever() const { return Deadline::never(options_.interrupted); }
    Bytes ask(wire::v2::Message message, std::initializer_list<ByteView> payload);
    std::uint32_t allocate_v2(const Block& block);
    void free_v2(std::uint32_t address);
    void write_v2(std::uint32_t address, ByteView bytes, const Moved& moved);
    void read_v2(std::uint32_t address, MutableBytes into, const Moved& moved);
    void write_outside(std::uint32_t address, ByteView bytes);
    void read_outside(std::uint32_t address, MutableBytes into);
    std::pair<wire::HeapInfo, wire::HeapCheck> heap_v2();
    std::uint32_t execute_v2(std::uint32_t address, std::optional<SessionOptions::Duration> timeout);
    Called run(std::span<const wire::v2::Call> calls, std::optional<SessionOptions::Duration> timeout);
    Answered stopped_call(const std::string& why, ErrorKind kind);
    [[noreturn]] void refused(wire::v2::Message message, wire::v2::Refusal refusal) const;

    SessionOptions options_;
    mutable std::timed_mutex mutex_;
    mutable std::atomic<std::thread::id> speaker_; ///< the thread that has the turn
    std::mutex aside_mutex_;
    std::vector<std::uint32_t> aside_; ///< blocks that nobody needs
    Link link_;
    Allocations allocations_;
    Protocol protocol_ = Protocol::unknown;
    bool is_closed_ = false;
    std::optional<Dialog> dialog_;
    std::atomic<std::uint64_t> round_trips_ = 0; ///< with v1
    std::condition_variable_any ending_;
    std::jthread alive_; ///< last: it ends first
};

} // namespace p4jit::session
