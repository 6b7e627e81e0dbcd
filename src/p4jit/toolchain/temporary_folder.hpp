// A folder that nobody else may look into, gone with everything in it at the end.
// What a process that was killed has left is removed by the next one.
#pragma once

#include <chrono>
#include <filesystem>

namespace p4jit::toolchain {

class TemporaryFolder {
public:
    /// In the system's folder for temporary files. Throws SystemError.
    TemporaryFolder();
    /// In another one, which must be there.
    explicit TemporaryFolder(const std::filesystem::path& parent);
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
    int lock_ = -1; ///< held open and locked for as long as the folder is in use
};

/// Removes this user's TemporaryFolders in a folder whose processes are gone.
/// They must have been untouched for `age`, as one is not locked at once.
void remove_abandoned_folders(const std::filesystem::path& parent, std::chrono::seconds age = std::chrono::minutes(10));

} // namespace p4jit::toolchain
