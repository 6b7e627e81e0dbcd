// A pipe that harms bytes at random, for as long as it is used.
#pragma once

#include "p4jit/transport/pipe.hpp"

#include <algorithm>
#include <random>

namespace p4jit::tests {

/// Keeps bytes back and lets them go in other pieces; harms some of them: each
/// byte is lost, doubled or flipped with a probability of `harm` in a million,
/// and pieces change places.
class NoisyLine : public transport::Pipe {
public:
    NoisyLine(transport::Pipe& inner, unsigned harm, unsigned seed) : inner_(inner), harm_(harm), random_(seed) {}

    void write(ByteView bytes, const Deadline& deadline) override { inner_.write(harmed(bytes), deadline); }
    std::size_t read(MutableBytes into, const Deadline& deadline) override {
        while (kept_.empty()) {
            Bytes bytes(1 + random_() % 5000);
            bytes.resize(inner_.read(bytes, deadline));
            if (bytes.empty()) return 0;
            kept_ = harmed(bytes);
        }
        const auto size = std::min(into.size(), kept_.size());
        std::copy_n(kept_.begin(), size, into.begin());
        kept_.erase(kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(size));
        return size;
    }
    std::string name() const override { return inner_.name(); }

    std::size_t harms() const { return harms_; }
    void heal() { harm_ = 0; }

private:
    Bytes harmed(ByteView bytes) {
        Bytes result;
        for (auto byte : bytes) {
            if (random_() % 1'000'000 >= harm_) {
                result.push_back(byte);
                continue;
            }
            ++harms_;
            switch (random_() % 4) {
            case 0: break;
            case 1: result.insert(result.end(), 2, byte); break;
            case 2: result.push_back(byte ^ static_cast<std::uint8_t>(1 << random_() % 8)); break;
            case 3: // what came before and what follows change places
                if (result.size() > 4) std::rotate(result.begin(), result.begin() + 3, result.end());
                result.push_back(byte);
            }
        }
        return result;
    }

    transport::Pipe& inner_;
    unsigned harm_;
    std::mt19937 random_;
    Bytes kept_;
    std::size_t harms_ = 0;
};

} // namespace p4jit::tests
