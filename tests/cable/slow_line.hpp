// A line without errors that nobody is in a hurry at the ends of.
#pragma once

#include "p4jit/transport/pipe.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <random>
#include <thread>

namespace p4jit::tests {

/// What is written waits until this end reads, and then goes on a few bytes at a
/// time. So does what comes back. Now and then nothing moves for a while.
class SlowLine : public transport::Pipe {
public:
    SlowLine(transport::Pipe& inner, unsigned seed) : inner_(inner), random_(seed) {}

    void write(ByteView bytes, const Deadline& deadline) override {
        deadline.check();
        waiting_.insert(waiting_.end(), bytes.begin(), bytes.end());
        most_waiting_ = std::max(most_waiting_, waiting_.size());
    }
    std::size_t read(MutableBytes into, const Deadline& deadline) override {
        deadline.check();
        if (random_() % 50 == 0) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            if (++stalls_ % 8 == 0) return 0; // for longer than anybody waits
        }
        const auto some = 1 + random_() % std::min<std::size_t>(into.size(), 700);
        // A device that is read from before it has the whole request takes that
        // for a silence in the middle of a frame.
        while (!waiting_.empty()) hand_on(deadline);
        return inner_.read(into.first(some), deadline.at_most(std::chrono::nanoseconds(0)));
    }
    std::string name() const override { return inner_.name(); }

    std::size_t most_waiting() const { return most_waiting_; }
    int stalls() const { return stalls_; }

private:
    void hand_on(const Deadline& deadline) {
        const auto count = std::min<std::size_t>(waiting_.size(), 1 + random_() % 300);
        const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
        inner_.write(Bytes(waiting_.begin(), end), deadline);
        waiting_.erase(waiting_.begin(), end);
    }

    transport::Pipe& inner_;
    std::mt19937 random_;
    std::deque<std::uint8_t> waiting_;
    std::size_t most_waiting_ = 0;
    int stalls_ = 0;
};

} // namespace p4jit::tests
