#include "p4jit/jit/progress.hpp"

namespace p4jit::jit {

Progress::Progress(const DeviceState& device, std::size_t total) : options_(device.options()), total_(total) {}

Progress::~Progress() {
    if (told_) options_.progress({done_, total_, true});
}

session::Moved Progress::moved() {
    if (!options_.progress) return {};
    return [this](std::size_t bytes) { advance(bytes); };
}

void Progress::advance(std::size_t bytes) {
    done_ += bytes;
    told_ = told_ || is_long();
    if (told_) options_.progress({done_, total_});
}

/// Is it going to take long, as fast as it goes? A moment must have passed, to
/// know how fast that is.
bool Progress::is_long() const {
    const auto took = std::chrono::steady_clock::now() - start_;
    if (took < options_.progress_after / 4) return false;
    using Seconds = std::chrono::duration<double>;
    const auto all = Seconds(took) * (static_cast<double>(total_) / static_cast<double>(done_));
    return all >= Seconds(options_.progress_after);
}

} // namespace p4jit::jit
