// `p4jit serve` in a thread.
#pragma once

#include "p4jit/jit/serve.hpp"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

namespace p4jit::tests {

class Serving {
public:
    explicit Serving(const std::string& tcp = {}, const std::filesystem::path& firmware = {}) {
        ServeOptions options;
        options.tcp = tcp;
        options.firmware_elf = firmware;
        options.console = [](std::string_view) {};
        options.ready = [this](const std::string& address) { address_ = address, ready_ = true; };
        options.interrupted = [this] { return ends_.load(); };
        thread_ = std::jthread([options] { serve(options); });
        while (!ready_) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    ~Serving() { ends_ = true; }
    const std::string& address() const { return address_; }

private:
    std::string address_;
    std::atomic<bool> ready_ = false, ends_ = false;
    std::jthread thread_;
};

} // namespace p4jit::tests
