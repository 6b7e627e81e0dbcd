#include "p4jit/toolchain/cache.hpp"

#include "p4jit/base/file.hpp"
#include "p4jit/toolchain/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <random>
#include <thread>

#include <sys/stat.h>
#include <unistd.h>

using namespace p4jit;
using namespace p4jit::toolchain;
namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

const Hash key = hash(as_bytes("key"));
const Bytes content{1, 2, 3, 0, 255};

fs::path only_file(const fs::path& folder) { return fs::directory_iterator(folder)->path(); }

std::size_t count_files(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), {}));
}

} // namespace

TEST_CASE("what was stored is loaded, by kind and key") {
    const TemporaryFolder folder;
    const Cache cache(folder.path() / "deep/p4jit");
    REQUIRE(cache.why_off().empty());
    CHECK_FALSE(cache.load("object", key));
    cache.store("object", key, content);
    CHECK(cache.load("object", key) == content);
    CHECK_FALSE(cache.load("other", key));
    CHECK_FALSE(cache.load("object", hash({})));
    cache.store("object", key, {});
    CHECK(cache.load("object", key) == Bytes());

    struct stat status{};
    REQUIRE(::stat(cache.folder().c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0700);
}

TEST_CASE("an entry with any byte wrong, missing or added is none") {
    const TemporaryFolder folder;
    const Cache cache(folder.path() / "p4jit");
    cache.store("object", key, content);
    const auto file = only_file(cache.folder());
    const auto good = read_file(file);
    for (std::size_t i = 0; i < good.size(); ++i) {
        auto bad = good;
        bad[i] ^= 1;
        write_file(file, bad);
        CHECK_FALSE(cache.load("object", key));
        write_file(file, ByteView(good).first(i));
        CHECK_FALSE(cache.load("object", key));
    }
    auto longer = good;
    longer.push_back(0);
    write_file(file, longer);
    CHECK_FALSE(cache.load("object", key));
    write_file(file, good);
    CHECK(cache.load("object", key) == content);
}

TEST_CASE("a sound entry under another's name is none") {
    const TemporaryFolder folder;
    const Cache cache(folder.path() / "p4jit");
    cache.store("object", key, content);
    const auto other = hash(as_bytes("other"));
    fs::rename(only_file(cache.folder()), cache.folder() / (hex(other) + ".object"));
    CHECK_FALSE(cache.load("object", other));
}

TEST_CASE("a folder that others may write to, or that is none, is not used") {
    const TemporaryFolder folder;
    fs::create_directory(folder.path() / "open");
    ::chmod((folder.path() / "open").c_str(), 0777);
    CHECK(Cache(folder.path() / "open").why_off().find("can be written by others") != std::string::npos);
    write_file(folder.path() / "file", {});
    CHECK(Cache(folder.path() / "file").why_off().find("is no folder") != std::string::npos);
    for (const char* path : {"/proc/p4jit", "/proc/nix/p4jit"}) {
        const auto why = Cache(path).why_off();
        CHECK(why.starts_with(path + std::string(" cannot be made: ")));
        CHECK(why.ends_with("XDG_CACHE_HOME can name another folder for them"));
    }
    if (::geteuid() == 0) {
        fs::create_directory(folder.path() / "theirs");
        REQUIRE(::chown((folder.path() / "theirs").c_str(), 12345, 12345) == 0);
        CHECK(Cache(folder.path() / "theirs").why_off().find("belongs to another user") != std::string::npos);
    }
}

TEST_CASE("an entry that others can write, or that is a link, is none") {
    const TemporaryFolder folder;
    const Cache cache(folder.path() / "p4jit");
    const auto before = ::umask(0);
    cache.store("object", key, content);
    ::umask(before);
    CHECK(cache.load("object", key) == content); // whatever the umask is
    const auto file = only_file(cache.folder());
    fs::permissions(file, fs::perms::others_write, fs::perm_options::add);
    CHECK_FALSE(cache.load("object", key));
    fs::permissions(file, fs::perms::others_write, fs::perm_options::remove);
    CHECK(cache.load("object", key));
    fs::rename(file, folder.path() / "elsewhere");
    fs::create_symlink(folder.path() / "elsewhere", file);
    CHECK_FALSE(cache.load("object", key));
    if (::geteuid() != 0) return; // who is not root cannot give files away
    fs::remove(file);
    fs::rename(folder.path() / "elsewhere", file);
    REQUIRE(::lchown(file.c_str(), 65534, 65534) == 0);
    CHECK_FALSE(cache.load("object", key));
}

TEST_CASE("a cache that is off finds and keeps nothing") {
    const Cache cache;
    cache.store("object", key, content);
    CHECK_FALSE(cache.load("object", key));
    CHECK(Cache::of_user(Environment{}).why_off() == "neither XDG_CACHE_HOME nor HOME is set");
}

TEST_CASE("a cache that cannot be written to is read all the same") {
    const TemporaryFolder folder;
    // Also root cannot make a file where a folder of that name stands.
    const Cache cache(folder.path() / "p4jit");
    cache.store("object", key, content);
    const auto other = hash(as_bytes("other"));
    fs::create_directory(cache.folder() / (hex(other) + ".object"));
    cache.store("object", other, content);
    CHECK_FALSE(cache.load("object", other));
    CHECK(cache.load("object", key) == content);
}

TEST_CASE("trimming removes the entries not used for the longest time") {
    const TemporaryFolder folder;
    const Cache cache(folder.path() / "p4jit");
    std::vector<Hash> keys;
    for (int i = 0; i < 20; ++i) {
        keys.push_back(hash(as_bytes(std::to_string(i))));
        cache.store("object", keys.back(), Bytes(900));
        fs::last_write_time(cache.folder() / (hex(keys.back()) + ".object"),
                            fs::file_time_type::clock::now() - 100h + i * 1h);
    }
    CHECK(cache.load("object", keys[0])); // used now
    Cache(cache.folder(), 10'000).trim();
    CHECK(count_files(cache.folder()) == 10);
    CHECK(cache.load("object", keys[0]));
    CHECK_FALSE(cache.load("object", keys[1]));
    CHECK(cache.load("object", keys[19]));
}

TEST_CASE("a cache does not grow without end") {
    const TemporaryFolder folder;
    const Cache cache(folder.path() / "p4jit", 20'000);
    for (int i = 0; i < 1000; ++i) cache.store("object", hash(as_bytes(std::to_string(i))), Bytes(900));
    // Between two trims a few dozen more may come.
    CHECK(count_files(cache.folder()) < 20 + 300);
}

TEST_CASE("two threads that store and load the same key never see half an entry") {
    const TemporaryFolder folder;
    const Cache cache(folder.path() / "p4jit");
    const Bytes a(50'000, 1), b(80'000, 2);
    cache.store("object", key, a);
    std::jthread writer([&](std::stop_token stop) {
        while (!stop.stop_requested()) {
            cache.store("object", key, b);
            cache.store("object", key, a);
        }
    });
    for (int i = 0; i < 500; ++i) {
        const auto loaded = cache.load("object", key);
        REQUIRE(loaded);
        CHECK((*loaded == a || *loaded == b));
    }
}
