// Runs one program to its end. All of process handling is here and in
// process.cpp: POSIX, no shell.
#pragma once

#include "p4jit/base/deadline.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace p4jit::toolchain {

struct Process {
    /// The program's absolute path, then its arguments.
    std::vector<std::string> arguments;
    /// "NAME=value".
    std::vector<std::string> environment;
    /// Where it runs; empty: here.
    std::filesystem::path folder;
    /// How much of each output is kept; the rest is read and dropped.
    std::size_t output_limit = 1 << 20;
};

struct Outcome {
    int status = 0; ///< exit status, if signal is 0
    int signal = 0; ///< the signal that ended it
    std::string output;
    std::string errors; ///< what it wrote to the standard error

    bool succeeded() const { return signal == 0 && status == 0; }
};

/// Runs the process with nothing to read. Throws SystemError if it cannot be
/// started, Timeout and Interrupted; then it and what it started is dead.
Outcome run(const Process& process, const Deadline& deadline);

/// The arguments as one would type them in a shell.
std::string quoted(const std::vector<std::string>& arguments);

} // namespace p4jit::toolchain
