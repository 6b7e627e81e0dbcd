// Compiles small sources for the target while a test runs.
//
// The compilers are required: a test that cannot find one fails. What was
// compiled once in a test program is not compiled again.
#pragma once

#include "p4jit/base/file.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <stdexcept>
#include <string>

namespace p4jit::test {

inline const std::string target_flags = "-march=rv32imafc -mabi=ilp32f";
inline const std::string picolibc = "/usr/lib/picolibc/riscv64-unknown-elf";

inline const std::string gcc = "riscv64-unknown-elf-gcc " + target_flags + " -isystem " + picolibc + "/include";
inline const std::string gxx = "riscv64-unknown-elf-g++ " + target_flags;
inline const std::string clang =
    "clang-19 --target=riscv32-unknown-elf " + target_flags + " -isystem " + picolibc + "/include";
inline const std::string clangxx = "clang++-19 --target=riscv32-unknown-elf " + target_flags;

/// The flags the product compiles kernels with.
inline const std::string product_flags = "-O3 -mno-relax -mcmodel=medany -msmall-data-limit=0 -g -fno-var-tracking "
                                         "-gno-statement-frontiers -gno-column-info";

/// A folder that is gone when the test is over.
class TempFolder {
public:
    TempFolder() {
        auto pattern = (std::filesystem::temp_directory_path() / "p4jit-test-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a temporary folder");
        path_ = pattern;
    }
    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// What the shell command printed on its standard output. Throws, with the
/// command, if it fails.
inline std::string run(const std::string& command) {
    FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error("cannot start: " + command);
    std::string output;
    char chunk[4096];
    for (std::size_t count; (count = fread(chunk, 1, sizeof chunk, pipe)) > 0;) output.append(chunk, count);
    if (pclose(pipe) != 0) throw std::runtime_error("failed: " + command);
    return output;
}

/// The object that `command` (a compiler and its flags) makes of `source`,
/// standing as `file_name` in a folder of its own.
inline const Bytes& compile(const std::string& command, const std::string& source,
                            const std::string& file_name = "kernel.c") {
    static std::map<std::string, Bytes> known;
    const auto key = command + '\n' + file_name + '\n' + source;
    if (const auto found = known.find(key); found != known.end()) return found->second;
    const TempFolder folder;
    write_file(folder.path() / file_name, as_bytes(source));
    run(fmt::format("cd {} && {} -c {} -o kernel.o", folder.path().string(), command, file_name));
    return known[key] = read_file(folder.path() / "kernel.o");
}

} // namespace p4jit::test
