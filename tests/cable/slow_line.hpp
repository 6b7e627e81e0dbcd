// A line without errors that nobody is in a hurry at the ends of.
#pragma once

#include "p4jit/transport/pipe.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <random>
#include <thread>

namespace p4jit::tests {

/// The far end reads slowly: what is written waits, and goes on a few bytes at a
/// time, whenever this end reads. So does what comes back. Now and then nothing
/// moves for a while.
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
            ++stalls_;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            return 0;
        }
        const auto some = 1 + random_() % std::min<std::size_t>(into.size(), 700);
        for (;;) {
            hand_on(deadline);
            const auto count = inner_.read(into.first(some), deadline.at_most(std::chrono::nanoseconds(0)));
            if (count != 0 || waiting_.empty()) return count;
        }
    }
    std::string name() const override { return inner_.name(); }

    std::size_t most_waiting() const { return most_waiting_; }
    int stalls() const { return stalls_; }

private:
    void hand_on(const Deadline& deadline) {
        const auto count = std::min<std::size_t>(waiting_.size(), 1 + random_() % 300);
        if (count == 0) return;
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
