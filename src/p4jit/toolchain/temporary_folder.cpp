#include "p4jit/toolchain/temporary_folder.hpp"

#include "p4jit/base/error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace p4jit::toolchain {

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder() {
    std::error_code failed;
    auto parent = fs::temp_directory_path(failed);
    if (failed) parent = "/tmp";
    // The compiler runs in other folders than this process.
    auto name = (fs::absolute(parent) / "p4jit-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) // mode 0700
        throw SystemError(fmt::format("cannot make a folder for temporary files in {}: {}; set TMPDIR to one that is "
                                      "writable",
                                      parent.string(), std::strerror(errno)));
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

} // namespace p4jit::toolchain
