// One compiler under questions, each a process. Private to probe.
#pragma once

#include "p4jit/base/bytes.hpp"
#include "p4jit/toolchain/flags.hpp"
#include "p4jit/toolchain/process.hpp"
#include "p4jit/toolchain/temporary_folder.hpp"

namespace p4jit::toolchain {

class Prober {
public:
    Prober(std::filesystem::path compiler, const Environment& environment, const Deadline& deadline)
        : compiler_(std::move(compiler)),
          environment_(compiler_environment(environment, folder_.path()).entries()),
          deadline_(deadline) {}

    /// What the compiler writes; empty if it fails.
    std::string ask(const std::vector<std::string>& arguments) const;
    Outcome run(const std::vector<std::string>& arguments) const;
    /// A source file to try.
    std::filesystem::path source(const std::string& name, std::string_view text) const;
    /// Does the compiler take it, and make an object for the P4?
    bool compiles(const std::filesystem::path& source, const std::vector<std::string>& flags) const;
    /// Does the compiler take it, and are these bytes in the object?
    bool assembles(const std::filesystem::path& source, const std::vector<std::string>& flags, ByteView bytes) const;
    /// Can the source be preprocessed?
    bool preprocesses(const std::filesystem::path& source, const std::vector<std::string>& flags) const;

private:
    TemporaryFolder folder_;
    std::filesystem::path compiler_;
    std::vector<std::string> environment_;
    const Deadline& deadline_;
};

} // namespace p4jit::toolchain
