#include "p4jit/transport/memory_pipe.hpp"

#include "p4jit/base/error.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace p4jit::transport {

namespace {

/// One direction.
class Channel {
public:
    explicit Channel(std::size_t capacity) : capacity_(capacity) {}

    void write(ByteView bytes, const Deadline& deadline) {
        while (!bytes.empty()) {
            const bool last_look = deadline.expired();
            // The interrupt check is the user's code: never called with the lock held.
            const auto slice = deadline.slice();
            std::unique_lock lock(mutex_);
            changed_.wait_for(lock, slice, [&] { return closed_ || queue_.size() < capacity_; });
            if (closed_) throw ConnectionLost("the other end of the pipe was closed");
            const auto count = std::min(bytes.size(), capacity_ - queue_.size());
            queue_.insert(queue_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
            bytes = bytes.subspan(count);
            changed_.notify_all();
            if (count == 0 && last_look) throw Timeout("the other end of the pipe does not read");
        }
    }

    std::size_t read(MutableBytes into, const Deadline& deadline) {
        for (;;) {
            const bool last_look = deadline.expired();
            const auto slice = deadline.slice();
            std::unique_lock lock(mutex_);
            changed_.wait_for(lock, slice, [&] { return closed_ || !queue_.empty(); });
            if (!queue_.empty()) {
                const auto count = static_cast<std::ptrdiff_t>(std::min(into.size(), queue_.size()));
                std::copy_n(queue_.begin(), count, into.begin());
                queue_.erase(queue_.begin(), queue_.begin() + count);
                changed_.notify_all();
                return static_cast<std::size_t>(count);
            }
            if (closed_) throw ConnectionLost("the other end of the pipe was closed");
            if (last_look) return 0;
        }
    }

    void close() {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        changed_.notify_all();
    }

private:
    const std::size_t capacity_;
    std::mutex mutex_;
    std::condition_variable changed_;
    Bytes queue_;
    bool closed_ = false;
};

class MemoryPipe : public Pipe {
public:
    MemoryPipe(std::shared_ptr<Channel> in, std::shared_ptr<Channel> out) : in_(std::move(in)), out_(std::move(out)) {}
    ~MemoryPipe() override {
        in_->close();
        out_->close();
    }

    void write(ByteView bytes, const Deadline& deadline) override { out_->write(bytes, deadline); }
    std::size_t read(MutableBytes into, const Deadline& deadline) override { return in_->read(into, deadline); }
    std::string name() const override { return "pipe in memory"; }

private:
    std::shared_ptr<Channel> in_, out_;
};

} // namespace

std::pair<std::unique_ptr<Pipe>, std::unique_ptr<Pipe>> memory_pipe(std::size_t capacity) {
    auto there = std::make_shared<Channel>(capacity);
    auto back = std::make_shared<Channel>(capacity);
    return {std::make_unique<MemoryPipe>(back, there), std::make_unique<MemoryPipe>(there, back)};
}

} // namespace p4jit::transport
