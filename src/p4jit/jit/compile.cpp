#include "p4jit/jit/compile.hpp"

#include "p4jit/base/text.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace p4jit::jit {

namespace {

toolchain::CompileOptions compile_options(const DeviceState& device, const LoadOptions& options) {
    return {.optimization = options.optimization,
            .defines = options.defines,
            .include_folders = options.include_folders,
            .flags = options.flags,
            .revision = device.revision()};
}

Attempt attempt(const toolchain::Compiler& compiler, const toolchain::Source& source,
                const toolchain::CompileOptions& options, const Deadline& deadline) {
    try {
        return {compiler.compile(source, options, deadline), nullptr};
    } catch (const Interrupted&) {
        throw;
    } catch (...) {
        return {{}, std::current_exception()};
    }
}

/// Threads that take the next source until there is none. Ctrl-C is asked for
/// by the thread that waits for them: nobody else may.
class Crew {
public:
    Crew(const toolchain::Compiler& compiler, std::span<const toolchain::Source> sources,
         const toolchain::CompileOptions& options)
        : compiler_(compiler), sources_(sources), options_(options), attempts_(sources.size()) {}

    std::vector<Attempt> run(const InterruptCheck& interrupted) {
        const auto size = std::min<std::size_t>(sources_.size(), std::max(2u, std::thread::hardware_concurrency()));
        {
            std::vector<std::jthread> threads;
            working_ = size;
            for (std::size_t i = 0; i < size; ++i) threads.emplace_back([this] { work(); });
            wait(Deadline::never(interrupted));
        }
        if (stop_) Deadline::never([] { return true; }).check();
        return std::move(attempts_);
    }

private:
    void work() {
        try {
            const auto deadline = Deadline::never([this] { return stop_.load(); });
            for (std::size_t i; (i = next_++) < sources_.size() && !stop_;)
                attempts_[i] = attempt(compiler_, sources_[i], options_, deadline);
        } catch (const Interrupted&) {
        }
        const std::lock_guard lock(mutex_);
        --working_;
        done_.notify_one();
    }

    void wait(const Deadline& deadline) {
        std::unique_lock lock(mutex_);
        while (working_ != 0) {
            try {
                done_.wait_for(lock, deadline.slice());
            } catch (const Interrupted&) {
                stop_ = true;
                return;
            }
        }
    }

    const toolchain::Compiler& compiler_;
    std::span<const toolchain::Source> sources_;
    const toolchain::CompileOptions& options_;
    std::vector<Attempt> attempts_;
    std::atomic<std::size_t> next_ = 0;
    std::atomic<bool> stop_ = false;
    std::mutex mutex_;
    std::condition_variable done_;
    std::size_t working_ = 0;
};

/// Rethrows what went wrong: the errors of all sources if the compiler said
/// them, else the first.
void check(const std::vector<Attempt>& attempts) {
    std::vector<std::string> words;
    std::exception_ptr other;
    for (const auto& attempt : attempts) {
        if (!attempt.error) continue;
        try {
            std::rethrow_exception(attempt.error);
        } catch (const CompileError& error) {
            words.emplace_back(error.what());
        } catch (...) {
            if (!other) other = attempt.error;
        }
    }
    if (other) std::rethrow_exception(other);
    if (!words.empty()) throw CompileError(join(words, "\n"));
}

} // namespace

std::vector<Attempt> try_to_compile(DeviceState& device, std::span<const toolchain::Source> sources,
                                    const LoadOptions& options) {
    const auto& compiler = device.compiler();
    const auto& interrupted = device.options().interrupted;
    const auto how = compile_options(device, options);
    if (sources.size() != 1) return Crew(compiler, sources, how).run(interrupted);
    std::vector<Attempt> attempts;
    attempts.push_back(attempt(compiler, sources.front(), how, Deadline::never(interrupted)));
    return attempts;
}

std::vector<toolchain::Compiled> compile_each(DeviceState& device, std::span<const toolchain::Source> sources,
                                              const LoadOptions& options) {
    auto attempts = try_to_compile(device, sources, options);
    check(attempts);
    std::vector<toolchain::Compiled> compiled;
    for (auto& attempt : attempts) compiled.push_back(std::move(attempt.compiled));
    return compiled;
}

toolchain::Compiled compile_as_one(DeviceState& device, std::span<const toolchain::Source> sources,
                                   const LoadOptions& options) {
    auto how = compile_options(device, options);
    how.flags.insert(how.flags.begin(), "-flto");
    return device.compiler().compile(sources, how, Deadline::never(device.options().interrupted));
}

} // namespace p4jit::jit
