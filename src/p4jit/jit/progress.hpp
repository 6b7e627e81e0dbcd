// Telling the user how far a long transfer is.
#pragma once

#include "p4jit/jit/state.hpp"
#include "p4jit/session/moved.hpp"

namespace p4jit::jit {

/// One transfer, perhaps of several pieces of memory, while it lasts.
class Progress {
public:
    Progress(const DeviceState& device, std::size_t total);
    ~Progress(); ///< tells the end to who was told of a beginning
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// What the session calls; empty if nobody wants to know.
    session::Moved moved();

private:
    void advance(std::size_t bytes);
    bool is_long() const;

    const DeviceOptions& options_;
    std::size_t done_ = 0, total_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    bool told_ = false;
};

} // namespace p4jit::jit
