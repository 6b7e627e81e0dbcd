// From a source to an object file, or to the compiler's own words about it.
#pragma once

#include "p4jit/base/deadline.hpp"
#include "p4jit/base/log.hpp"
#include "p4jit/toolchain/cache.hpp"
#include "p4jit/toolchain/flags.hpp"

#include <span>

namespace p4jit::toolchain {

/// A source file, or text that is compiled as if it were one.
struct Source {
    std::filesystem::path name;
    std::optional<std::string> content;
    /// Of a text: where its own headers are, as they are beside a file; or empty.
    std::filesystem::path folder{};

    static Source file(std::filesystem::path path) { return {std::move(path), std::nullopt}; }
    /// The extension of the name tells the language; messages carry the name.
    static Source text(std::string content, std::filesystem::path name = "kernel.c") {
        return {std::move(name), std::move(content)};
    }
};

struct Compiled {
    Bytes object;
    std::string warnings;    ///< what the compiler said; mostly empty
    std::string command;     ///< as one would type it in a shell
    bool from_cache = false; ///< the compiler was not started
    Deadline::Duration took{};
};

/// Threads may share one.
class Compiler {
public:
    Compiler(Toolchain toolchain, Environment environment, Cache cache, Log log = {})
        : toolchain_(std::move(toolchain)),
          environment_(std::move(environment)),
          cache_(std::move(cache)),
          log_(std::move(log)) {}

    const Toolchain& toolchain() const { return toolchain_; }

    /// Looks the object up in the cache, or runs the compiler, as one process
    /// and without a shell. The source's own folder is searched for headers.
    /// An assembler that does not know the chip's esp.* instructions is fed
    /// macros for them (docs/pie-assembly.md).
    ///
    /// Throws CompileError with what the compiler said, also if it crashed or
    /// did not end within `time_limit`; SourceNotFound; UsageError for a name
    /// whose language is unknown; Interrupted and Timeout by the deadline.
    Compiled compile(const Source& source, const CompileOptions& options = {},
                     const Deadline& deadline = Deadline::never()) const;

    /// Compiles each, then merges them into one object: optimized as a whole
    /// unless the flags say -fno-lto. One source with -flto is finished likewise.
    Compiled compile(std::span<const Source> sources, const CompileOptions& options = {},
                     const Deadline& deadline = Deadline::never()) const;

    /// How long the compiler may take for one source.
    Deadline::Duration time_limit = std::chrono::minutes(2);

private:
    struct Job;
    struct Result;
    Compiled compile_one(const Source& source, const CompileOptions& options, const Deadline& deadline) const;
    Compiled merge(std::span<const Compiled> parts, const CompileOptions& options, const Deadline& deadline) const;
    Bytes run_merge(std::vector<std::string> words, std::span<const Compiled> parts, const CompileOptions& options,
                    const Deadline& deadline) const;
    Job plan(const Source& source, const CompileOptions& options) const;
    /// The text of the macros for the revision; empty if the assembler needs none.
    const std::string& macros(const isa::ChipRevision& revision) const;
    void add_macros(Job& job) const;
    Result make(Job& job, const Deadline& deadline) const;
    std::optional<Result> look_up(Job& job) const;
    Result run(const Job& job, const Deadline& deadline) const;
    std::vector<std::string> arguments(const Job& job, const std::filesystem::path& temporary) const;
    void keep(const Job& job, const Result& result, const std::filesystem::path& rule, std::int64_t started) const;
    [[noreturn]] void fail(const Job& job, std::string errors, int status, int signal) const;

    Toolchain toolchain_;
    Environment environment_;
    Cache cache_;
    Log log_;
};

} // namespace p4jit::toolchain
