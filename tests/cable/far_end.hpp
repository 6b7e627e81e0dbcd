// A device of protocol v1 in a few lines: the far end for session tests.
//
// It is a pipe itself: what is written to it is worked on at once, and the
// answers wait to be read. So nothing here waits, no thread runs, and a test
// that loses a byte sees the "timeout" without sleeping: a read that can get
// nothing returns 0 at once, as if the deadline had come. Its receiver goes
// step by step like the original's, faults included. Only EXEC takes time, in
// ticks, one for each look at the line.
#pragma once

#include "p4jit/base/error.hpp"
#include "p4jit/transport/pipe.hpp"
#include "p4jit/wire/messages.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <utility>

namespace p4jit::tests {

class FarEnd : public transport::Pipe {
public:
    /// What a function does when it is called.
    struct Run {
        std::uint32_t result = 0;
        std::uint64_t ticks = 0; ///< how long it takes
        bool crashes = false;
    };
    static constexpr std::uint64_t for_ever = UINT64_MAX;

    enum class Firmware {
        ours,     ///< stops a function when bytes arrive, checks addresses
        original, ///< finishes the function first; a bad address is the end of it
    };

    explicit FarEnd(Firmware firmware = Firmware::ours) : firmware_(firmware) {}

    // What tests set and see.
    std::function<Run(std::uint32_t address)> function = [](std::uint32_t address) { return Run{address ^ 0x5555}; };
    std::map<std::uint32_t, Bytes> blocks;
    std::vector<wire::Command> requests;
    std::size_t longest_request = 0;
    bool serial = false;
    std::uint32_t free_spiram = 31'388'992;

    /// A function that runs comes to its end.
    void finish() {
        if (running_) running_->ticks = 0;
    }
    /// Answers the next request (and after several calls the ones after it)
    /// with these bytes instead.
    void say(Bytes bytes) { instead_.push_back(std::move(bytes)); }

    void write(ByteView bytes, const Deadline& deadline) override {
        deadline.check();
        if (crashed_) throw ConnectionLost("far end crashed");
        inbox_.insert(inbox_.end(), bytes.begin(), bytes.end());
        if (running_ && firmware_ == Firmware::ours) {
            running_.reset();
            refuse(wire::Command::EXEC, wire::ErrorCode::STOPPED);
        }
        work();
    }

    std::size_t read(MutableBytes into, const Deadline& deadline) override {
        deadline.check();
        while (outbox_.empty() && running_) {
            deadline.check();
            if (running_->ticks-- == 0) {
                const auto run = *running_;
                running_.reset();
                answer(wire::Command::EXEC, wire::ExecAnswer{run.result});
                work();
            } else if (deadline.expired()) {
                return 0;
            }
        }
        if (crashed_ && outbox_.empty()) throw ConnectionLost("far end crashed");
        const auto count = std::min(into.size(), outbox_.size());
        std::copy_n(outbox_.begin(), count, into.begin());
        outbox_.erase(outbox_.begin(), outbox_.begin() + static_cast<std::ptrdiff_t>(count));
        return count;
    }

    std::string name() const override { return "far end"; }
    bool is_serial() const override { return serial; }

private:
    /// Takes one frame after another from the inbox, as long as there is one
    /// and no function runs.
    void work() {
        std::size_t at = 0;
        while (!running_ && !crashed_) {
            const auto used = take_frame(ByteView(inbox_).subspan(at));
            if (used == 0) break;
            at += used;
        }
        inbox_.erase(inbox_.begin(), inbox_.begin() + static_cast<std::ptrdiff_t>(at));
    }

    /// One step of the original's receiver; returns the bytes used, 0 if it
    /// waits for more.
    std::size_t take_frame(ByteView bytes) {
        if (bytes.empty()) return 0;
        if (bytes[0] != 0xA5) return static_cast<std::size_t>(std::ranges::find(bytes, 0xA5) - bytes.begin());
        if (bytes.size() < 2) return 0;
        if (bytes[1] != 0x5A) return 2;
        if (bytes.size() < wire::header_size) return 0;
        const auto length = load_le<std::uint32_t>(&bytes[4]);
        if (length > wire::max_payload) return wire::header_size;
        if (bytes.size() < length + wire::frame_overhead) return 0;

        const auto command = static_cast<wire::Command>(bytes[2]);
        const auto summed = bytes.first(length + wire::header_size);
        const auto size = length + wire::frame_overhead;
        longest_request = std::max(longest_request, size);
        if (load_le<std::uint16_t>(&bytes[summed.size()]) == wire::checksum(summed))
            dispatch(command, summed.subspan(wire::header_size));
        else
            refuse(command, wire::ErrorCode::CHECKSUM);
        return size;
    }

    void dispatch(wire::Command command, ByteView payload) {
        using wire::Command;
        requests.push_back(command);
        if (payload.size() < wire::request_size(command)) return refuse(command, wire::ErrorCode::UNKNOWN_COMMAND);
        switch (command) {
        case Command::PING: return send(command, wire::Flag::OK, payload);
        case Command::ALLOC: return allocate(*wire::parse<wire::AllocRequest>(payload));
        case Command::FREE: return free(wire::parse<wire::FreeRequest>(payload)->address);
        case Command::WRITE_MEM: return store(wire::parse<wire::WriteRequest>(payload)->address, payload.subspan(4));
        case Command::READ_MEM: return load(*wire::parse<wire::ReadRequest>(payload));
        case Command::EXEC: return execute(wire::parse<wire::ExecRequest>(payload)->address);
        case Command::HEAP_INFO: return answer(command, wire::HeapInfo{free_spiram, 33'554'432, 384'063, 464'119});
        case Command::HEAP_CHECK:
            if (firmware_ == Firmware::ours)
                return answer(command, wire::HeapCheck{0, static_cast<std::uint32_t>(blocks.size()), free_spiram, 1});
        }
        refuse(command, wire::ErrorCode::UNKNOWN_COMMAND);
    }

    void allocate(const wire::AllocRequest& request) {
        const bool possible =
            request.size && request.size <= free_spiram && request.caps && std::has_single_bit(request.alignment);
        if (!possible) return answer(wire::Command::ALLOC, wire::AllocAnswer{0, wire::ErrorCode::ALLOC_FAIL});
        const auto address = align_up(next_address_, request.alignment);
        next_address_ = address + request.size + 16;
        free_spiram -= request.size;
        blocks[address] = Bytes(request.size, 0xEE);
        answer(wire::Command::ALLOC, wire::AllocAnswer{address, wire::ErrorCode::NONE});
    }

    void free(std::uint32_t address) {
        if (!blocks.count(address)) return not_owned(wire::Command::FREE);
        free_spiram += static_cast<std::uint32_t>(blocks[address].size());
        blocks.erase(address);
        answer(wire::Command::FREE, wire::FreeAnswer{0});
    }

    void store(std::uint32_t address, ByteView data) {
        const auto memory = range(address, data.size());
        if (memory.data() == nullptr) return not_owned(wire::Command::WRITE_MEM);
        std::copy(data.begin(), data.end(), memory.begin());
        answer(wire::Command::WRITE_MEM,
               wire::WriteAnswer{static_cast<std::uint32_t>(data.size()), wire::WriteStatus::SYNCED});
    }

    void load(const wire::ReadRequest& request) {
        const auto memory = range(request.address, request.size);
        if (memory.data() == nullptr) return not_owned(wire::Command::READ_MEM);
        send(wire::Command::READ_MEM, wire::Flag::OK, memory);
    }

    void execute(std::uint32_t address) {
        if (range(address, 1).data() == nullptr) return not_owned(wire::Command::EXEC);
        const auto run = function(address);
        if (run.crashes) {
            if (firmware_ == Firmware::ours) return refuse(wire::Command::EXEC, wire::ErrorCode::FAULT);
            crashed_ = true;
        } else if (run.ticks) {
            running_ = run;
        } else {
            answer(wire::Command::EXEC, wire::ExecAnswer{run.result});
        }
    }

    MutableBytes range(std::uint32_t address, std::size_t size) {
        for (auto& [start, bytes] : blocks)
            if (address >= start && address - start + size <= bytes.size())
                return MutableBytes(bytes).subspan(address - start, size);
        return {};
    }

    void not_owned(wire::Command command) {
        if (firmware_ == Firmware::ours) return refuse(command, wire::ErrorCode::NOT_OWNED);
        crashed_ = true;
    }

    template <wire::Message M>
    void answer(wire::Command command, const M& message) {
        send(command, wire::Flag::OK, wire::payload(message));
    }
    void refuse(wire::Command command, wire::ErrorCode code) {
        send(command, wire::Flag::ERROR, wire::payload(wire::ErrorAnswer{code}));
    }
    void send(wire::Command command, wire::Flag flag, ByteView payload) {
        auto frame = wire::encode(command, flag, {payload});
        if (!instead_.empty()) {
            frame = std::move(instead_.front());
            instead_.pop_front();
        }
        outbox_.insert(outbox_.end(), frame.begin(), frame.end());
    }

    Firmware firmware_;
    Bytes inbox_, outbox_;
    std::deque<Bytes> instead_;
    std::optional<Run> running_;
    bool crashed_ = false;
    std::uint32_t next_address_ = 0x48210AE0;
};

/// The same far end, owned by the test, as a pipe that a session may own.
class Borrowed : public transport::Pipe {
public:
    explicit Borrowed(transport::Pipe& pipe) : pipe_(pipe) {}
    void write(ByteView bytes, const Deadline& deadline) override { pipe_.write(bytes, deadline); }
    std::size_t read(MutableBytes into, const Deadline& deadline) override { return pipe_.read(into, deadline); }
    std::string name() const override { return pipe_.name(); }
    bool is_serial() const override { return pipe_.is_serial(); }

private:
    transport::Pipe& pipe_;
};

} // namespace p4jit::tests
