// A device that was unplugged, reset or lost, and is there again.
#include "p4jit/jit/state.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/text.hpp"
#include "p4jit/transport/open.hpp"

#include <fmt/format.h>

#include <thread>

namespace p4jit {

std::string Reconnected::text() const {
    auto result = fmt::format("connected to {} again", name);
    if (modules.empty() && buffers == 0) return result + "; nothing was lost";
    result += fmt::format("; gone: {} module{}", modules.size(), modules.size() == 1 ? "" : "s");
    if (!modules.empty()) result += fmt::format(" ({})", join(modules, ", "));
    return result + fmt::format(", {} buffer{}. Load and fill them again", buffers, buffers == 1 ? "" : "s");
}

} // namespace p4jit

namespace p4jit::jit {

using namespace std::chrono_literals;

/// The port, or another one where the same board is now. Waits for it.
std::unique_ptr<transport::Pipe> DeviceState::open_again(const Deadline& deadline) {
    if (is_virtual_) return virtual_board();
    for (;;) {
        const auto port = port_ ? transport::same_device(*port_, transport::ports()) : std::nullopt;
        try {
            return transport::open(port ? port->path : address_, Deadline::after(5s, options_.interrupted),
                                   options_.token);
        } catch (const ConnectError&) {
            if (deadline.expired()) throw;
        }
        deadline.check();
        std::this_thread::sleep_for(50ms);
    }
}

/// Names of the modules that were there. Takes the blocks that they had off the
/// number of blocks.
std::vector<std::string> DeviceState::drop_modules(std::size_t& blocks) {
    std::vector<std::string> names;
    std::vector<std::weak_ptr<ModuleState>> known;
    {
        const std::lock_guard lock(mutex_);
        known = modules_;
    }
    for (const auto& one : known) {
        const auto module = one.lock();
        if (!module) continue;
        const auto lock = module->lock();
        if (!module->code) continue;
        names.push_back(module->name);
        for (auto* block : {&module->code, &module->data, &module->arguments}) {
            blocks -= *block && blocks != 0 ? 1 : 0;
            block->reset();
        }
        module->lost = true;
    }
    return names;
}

Reconnected DeviceState::reconnect(std::chrono::nanoseconds patience) {
    Reconnected result;
    const auto blocks = session_->blocks();
    // Beyond this point what is on the device is lost to us.
    ++epoch_;
    result.buffers = blocks.size();
    result.modules = drop_modules(result.buffers);
    const auto deadline = Deadline::after(patience, options_.interrupted);
    session_->reconnect([&] { return open_again(deadline); });
    result.name = session_->name();
    if (!is_virtual_) {
        match_firmware();
        match_chip();
    }
    options_.log(LogLevel::info, "{}", result.text());
    return result;
}

HeapStats DeviceState::heap_stats() {
    const auto ask = [this] {
        const auto info = session_->heap_info();
        return HeapStats{info.free_spiram, info.total_spiram, info.free_internal, info.total_internal};
    };
    try {
        return ask();
    } catch (const ConnectionLost& lost) {
        if (session_->taken() || session_->is_closed()) throw;
        try {
            const auto again = reconnect(0s);
            options_.log(LogLevel::warning, "{}: {}", lost.what(), again.text());
        } catch (const ConnectError& error) {
            throw ConnectionLost(fmt::format("{}\n  connecting again: {}", lost.what(), error.what()));
        }
        return ask();
    }
}

} // namespace p4jit::jit
