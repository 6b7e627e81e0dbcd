// A folder that nobody else may look into, gone with everything in it at the end.
#pragma once

#include <filesystem>

namespace p4jit::toolchain {

class TemporaryFolder {
public:
    /// In the system's folder for temporary files. Throws SystemError.
    TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

} // namespace p4jit::toolchain
