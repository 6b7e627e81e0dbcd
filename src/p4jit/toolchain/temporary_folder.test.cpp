#include "p4jit/toolchain/temporary_folder.hpp"

#include "p4jit/base/file.hpp"

#include <doctest/doctest.h>

#include <csignal>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace p4jit;
using namespace p4jit::toolchain;
namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

std::size_t count_in(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), {}));
}

/// A folder that a killed process has left, with a file in it.
void abandon_one_in(const fs::path& parent) {
    const auto child = ::fork();
    if (child == 0) {
        const TemporaryFolder left(parent);
        write_file(left.path() / "object.o", Bytes(3));
        ::kill(::getpid(), SIGKILL);
    }
    REQUIRE(::waitpid(child, nullptr, 0) == child);
}

} // namespace

TEST_CASE("a temporary folder is its owner's alone, and gone at the end with all in it") {
    fs::path path;
    {
        const TemporaryFolder folder;
        path = folder.path();
        struct stat status{};
        REQUIRE(::stat(path.c_str(), &status) == 0);
        CHECK((status.st_mode & 0777) == 0700);
        fs::create_directories(path / "a/b");
        write_file(path / "a/b/c", {});
    }
    CHECK_FALSE(fs::exists(path));
}

TEST_CASE("what a killed process has left is removed, and nothing else") {
    const TemporaryFolder parent;
    abandon_one_in(parent.path());
    REQUIRE(count_in(parent.path()) == 1);
    remove_abandoned_folders(parent.path());
    CHECK(count_in(parent.path()) == 1); // too young: its process may not have locked it yet

    const TemporaryFolder in_use(parent.path());
    fs::create_directory(parent.path() / "p4jit-abc123");
    fs::permissions(parent.path() / "p4jit-abc123", fs::perms(0755)); // of a kind that we never make
    fs::create_directory(parent.path() / "p4jit-longer-name");
    fs::create_directory_symlink(parent.path() / "p4jit-longer-name", parent.path() / "p4jit-linked");
    remove_abandoned_folders(parent.path(), 0s);
    CHECK(count_in(parent.path()) == 4);
    CHECK(fs::exists(in_use.path()));
}
