#include "p4jit/toolchain/temporary_folder.hpp"

#include "p4jit/base/error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace p4jit::toolchain {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view prefix = "p4jit-";
constexpr std::string_view pattern = "p4jit-XXXXXX";

fs::path system_folder() {
    std::error_code failed;
    const auto folder = fs::temp_directory_path(failed);
    return failed ? fs::path("/tmp") : folder;
}

/// The open folder, locked; -1 if it is none of ours, or in use.
int lock(const fs::path& folder) {
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat status{};
    const bool ours = fd >= 0 && ::fstat(fd, &status) == 0 && status.st_uid == ::geteuid() &&
                      (status.st_mode & 0777) == 0700 && ::flock(fd, LOCK_EX | LOCK_NB) == 0;
    if (ours || fd < 0) return fd;
    ::close(fd);
    return -1;
}

bool may_be_abandoned(const fs::directory_entry& entry, std::chrono::seconds age) {
    std::error_code failed;
    const auto name = entry.path().filename().string();
    if (!name.starts_with(prefix) || name.size() != pattern.size() || !entry.is_directory(failed)) return false;
    const auto touched = entry.last_write_time(failed);
    return !failed && fs::file_time_type::clock::now() - touched >= age;
}

} // namespace

TemporaryFolder::TemporaryFolder() : TemporaryFolder(system_folder()) {}

TemporaryFolder::TemporaryFolder(const fs::path& parent) {
    static std::once_flag swept;
    std::call_once(swept, [&] { remove_abandoned_folders(parent); });
    // The compiler runs in other folders than this process.
    auto name = (fs::absolute(parent) / pattern).string();
    if (::mkdtemp(name.data()) == nullptr) // mode 0700
        throw SystemError(fmt::format("cannot make a folder for temporary files in {}: {}; set TMPDIR to one that is "
                                      "writable",
                                      parent.string(), std::strerror(errno)));
    path_ = name;
    lock_ = lock(path_);
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
    if (lock_ >= 0) ::close(lock_);
}

void remove_abandoned_folders(const fs::path& parent, std::chrono::seconds age) {
    std::error_code failed;
    for (fs::directory_iterator entry(parent, failed), end; !failed && entry != end; entry.increment(failed)) {
        if (!may_be_abandoned(*entry, age)) continue;
        const int held = lock(entry->path());
        if (held < 0) continue;
        std::error_code ignored;
        fs::remove_all(entry->path(), ignored);
        ::close(held);
    }
}

} // namespace p4jit::toolchain
