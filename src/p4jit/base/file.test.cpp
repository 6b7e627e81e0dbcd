#include "p4jit/base/file.hpp"

#include "p4jit/base/error.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace p4jit;

TEST_CASE("what write_file wrote, read_file reads, and no temporary is left") {
    const auto folder = std::filesystem::temp_directory_path() / "p4jit-file-test";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directory(folder);
    const Bytes bytes{0, 1, 255, '\n', '\r'};
    write_file(folder / "a", bytes);
    write_file(folder / "a", bytes);
    CHECK(read_file(folder / "a") == bytes);
    CHECK(std::distance(std::filesystem::directory_iterator(folder), {}) == 1);
    std::filesystem::remove_all(folder);
}

TEST_CASE("a missing file and a folder are named in the error") {
    CHECK_THROWS_WITH_AS(read_file("/nonexistent/x.c"), "cannot open /nonexistent/x.c: No such file or directory",
                         SourceNotFound);
    const auto here = std::filesystem::current_path().string();
    CHECK_THROWS_WITH_AS(read_file("nonexistent.c"),
                         ("cannot open nonexistent.c (in " + here + "): No such file or directory").c_str(),
                         SourceNotFound);
    CHECK_THROWS_WITH_AS(read_file(""), "cannot open '' (no name is given): No such file or directory", SourceNotFound);
    CHECK_THROWS_WITH_AS(read_file("/"), "/ is a folder, not a file", SourceNotFound);
    CHECK_THROWS_WITH_AS(write_file("/nonexistent/x", {}), "cannot write /nonexistent/x: No such file or directory",
                         SystemError);
    CHECK_THROWS_WITH_AS(write_file("/", {}), "cannot write /: it is a folder", SystemError);
}

TEST_CASE("a device or a pipe is written to, and stays what it is") {
    const auto path = std::filesystem::temp_directory_path() / fmt::format("p4jit-pipe-{}", ::getpid());
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    const int end = ::open(path.c_str(), O_RDWR | O_NONBLOCK);
    write_file(path, Bytes{1, 2, 3});
    std::uint8_t bytes[4] = {};
    CHECK(::read(end, bytes, sizeof bytes) == 3);
    CHECK(bytes[2] == 3);
    CHECK(std::filesystem::is_fifo(path));
    ::close(end);
    std::filesystem::remove(path);
}

TEST_CASE("a file may have the longest name that there can be") {
    const auto path = std::filesystem::temp_directory_path() / std::string(255, 'n');
    write_file(path, Bytes{1});
    CHECK(read_file(path) == Bytes{1});
    std::filesystem::remove(path);
}

TEST_CASE("devices, pipes and files beyond the limit are no files") {
    CHECK_THROWS_WITH_AS(read_file("/dev/zero"), "/dev/zero is a device or a pipe, not a file", SourceNotFound);
    const auto path = std::filesystem::temp_directory_path() / fmt::format("p4jit-limit-{}", ::getpid());
    write_file(path, Bytes(10));
    CHECK(read_file(path, 10).size() == 10);
    CHECK_THROWS_AS(read_file(path, 9), SourceNotFound);
    std::filesystem::remove(path);
}
