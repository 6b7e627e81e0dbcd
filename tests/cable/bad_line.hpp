// A pipe that does one bad thing, at one byte.
//
// Put around any pipe, it harms the byte with a given number in one direction,
// counted from its beginning, so that a test can harm every byte of a
// conversation in turn. heal() makes it a good line again.
#pragma once

#include "p4jit/base/error.hpp"
#include "p4jit/transport/pipe.hpp"

#include <algorithm>
#include <array>
#include <thread>

namespace p4jit::tests {

enum class Harm {
    none,
    drop,      ///< the byte is lost
    duplicate, ///< it comes twice
    flip,      ///< one of its bits is inverted
    hush,      ///< it and all that follow are lost
    stall,     ///< it and all that follow come late, some 10 ms
    reorder,   ///< it and the bytes behind it, up to eight, change places with the eight that follow
    refuse,    ///< the far end takes no more: Timeout when written; when read, lost like hush
    interrupt, ///< Ctrl-C at this byte
    cut,       ///< the far end is gone, for good
};
inline constexpr std::array every_harm{Harm::drop,   Harm::duplicate, Harm::flip,    Harm::hush, Harm::stall,
                                       Harm::refuse, Harm::interrupt, Harm::reorder, Harm::cut};

constexpr const char* name(Harm harm) {
    constexpr const char* names[] = {"none",  "drop",    "duplicate", "flip",      "hush",
                                     "stall", "reorder", "refuse",    "interrupt", "cut"};
    return names[static_cast<int>(harm)];
}

enum class Direction { to_device, to_host };

class BadLine : public transport::Pipe {
public:
    BadLine(transport::Pipe& inner, Harm harm, Direction direction, std::size_t at)
        : inner_(inner), harm_(harm), direction_(direction), at_(at) {}

    /// From now on every byte passes, unless the line was cut.
    void heal() { healed_ = true; }
    /// Has the harm been done?
    bool happened() const { return happened_; }
    std::size_t passed(Direction direction) const { return passed_[static_cast<int>(direction)]; }
    std::size_t longest_write() const { return longest_write_; }
    int writes() const { return writes_; }

    void write(ByteView bytes, const Deadline& deadline) override {
        ++writes_;
        longest_write_ = std::max(longest_write_, bytes.size());
        const auto good = undisturbed(Direction::to_device, bytes.size());
        inner_.write(bytes.first(good), deadline);
        count(Direction::to_device, good);
        if (good == bytes.size()) return;
        happen();
        if (harm_ == Harm::refuse) {
            healed_ = true;
            throw Timeout("the line takes no more bytes");
        }
        count(Direction::to_device, bytes.size() - good);
        inner_.write(harmed(bytes.subspan(good)), deadline);
    }

    std::size_t read(MutableBytes into, const Deadline& deadline) override {
        if (kept_.empty()) {
            Bytes bytes(into.size());
            bytes.resize(inner_.read(bytes, deadline));
            const auto good = undisturbed(Direction::to_host, bytes.size());
            count(Direction::to_host, bytes.size());
            kept_.assign(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(good));
            if (good < bytes.size()) {
                happen();
                const auto rest = harmed(ByteView(bytes).subspan(good));
                kept_.insert(kept_.end(), rest.begin(), rest.end());
            }
        }
        const auto size = std::min(into.size(), kept_.size());
        std::copy_n(kept_.begin(), size, into.begin());
        kept_.erase(kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(size));
        return size;
    }

    std::string name() const override { return "bad line"; }
    bool is_serial() const override { return inner_.is_serial(); }

private:
    /// How many of the next `size` bytes pass before the harm.
    std::size_t undisturbed(Direction direction, std::size_t size) const {
        if (harm_ == Harm::cut && happened_) throw ConnectionLost("the line was cut");
        if (harm_ == Harm::none || healed_ || direction != direction_) return size;
        const auto passed = passed_[static_cast<int>(direction)];
        return at_ > passed ? std::min(size, at_ - passed) : 0;
    }
    void count(Direction direction, std::size_t bytes) { passed_[static_cast<int>(direction)] += bytes; }

    void happen() {
        happened_ = true;
        if (harm_ == Harm::cut) throw ConnectionLost("the line was cut");
        if (harm_ == Harm::interrupt) {
            healed_ = true;
            throw Interrupted("interrupted");
        }
    }

    /// What becomes of bytes of which the first is harmed.
    Bytes harmed(ByteView bytes) {
        Bytes result(bytes.begin(), bytes.end());
        if (harm_ == Harm::hush || harm_ == Harm::refuse) return {};
        healed_ = true;
        if (harm_ == Harm::drop) result.erase(result.begin());
        if (harm_ == Harm::duplicate) result.insert(result.begin(), result.front());
        if (harm_ == Harm::flip) result.front() ^= static_cast<std::uint8_t>(1 << at_ % 8);
        if (harm_ == Harm::reorder) std::rotate(result.begin(), middle(result), end_of_both(result));
        if (harm_ == Harm::stall) std::this_thread::sleep_for(std::chrono::milliseconds(10));
        return result;
    }

    static constexpr std::ptrdiff_t chunk = 8;
    static Bytes::iterator end_of_both(Bytes& bytes) { return bytes.begin() + std::min(std::ssize(bytes), 2 * chunk); }
    static Bytes::iterator middle(Bytes& bytes) { return bytes.begin() + std::min(std::ssize(bytes) / 2, chunk); }

    transport::Pipe& inner_;
    Harm harm_;
    Direction direction_;
    std::size_t at_;
    std::array<std::size_t, 2> passed_{};
    std::size_t longest_write_ = 0;
    int writes_ = 0;
    Bytes kept_;
    bool healed_ = false;
    bool happened_ = false;
};

} // namespace p4jit::tests
