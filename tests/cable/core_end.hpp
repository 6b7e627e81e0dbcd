// The firmware's core at the other end of a line, natively: what is written to
// it is worked on at once, and the answers wait to be read. Nothing here waits:
// a read that can get nothing lets the core notice a silence, and returns.
#pragma once

#include "p4jit/transport/pipe.hpp"
#include "tests/firmware/fake_world.hpp"

#include <mutex>

namespace p4jit::tests {

class CoreEnd : public transport::Pipe {
public:
    CoreEnd() : device(8 << 20) {}

    void write(ByteView bytes, const Deadline& deadline) override {
        deadline.check();
        const std::lock_guard lock(mutex_);
        if (!bytes.empty()) take(device.play(Bytes(bytes.begin(), bytes.end())));
    }
    std::size_t read(MutableBytes into, const Deadline& deadline) override {
        deadline.check();
        const std::lock_guard lock(mutex_);
        if (out_.empty()) take(device.play(test::silence));
        const auto count = std::min(into.size(), out_.size());
        std::copy_n(out_.begin(), count, into.begin());
        out_.erase(out_.begin(), out_.begin() + static_cast<std::ptrdiff_t>(count));
        return count;
    }
    std::string name() const override { return "core"; }

    test::Device device;

private:
    void take(const Bytes& bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }
    Bytes out_;
    std::mutex mutex_; // sessions keep themselves alive from a thread of their own
};

} // namespace p4jit::tests
