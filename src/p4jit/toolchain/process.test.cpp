#include "p4jit/toolchain/process.hpp"

#include "p4jit/base/error.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <fstream>

#include <unistd.h>

using namespace p4jit;
using namespace p4jit::toolchain;
using namespace std::chrono_literals;

namespace {

Outcome shell(const std::string& script, Deadline deadline = Deadline::after(20s), std::filesystem::path folder = {}) {
    return run(
        {.arguments = {"/bin/sh", "-c", script}, .environment = {"PATH=/usr/bin:/bin", "WORD=hello"}, .folder = folder},
        deadline);
}

/// Neither gone nor waiting for its parent to notice.
bool is_alive(const std::string& pid) {
    std::ifstream stat("/proc/" + pid + "/stat");
    std::string number, name, state;
    return stat >> number >> name >> state && state != "Z";
}

/// Runs a script that would last, with a child, and has to be stopped with
/// `Stop`; afterwards neither may be alive.
template <typename Stop>
void check_nothing_survives(const Deadline& deadline) {
    const auto file = std::filesystem::temp_directory_path() / ("p4jit-process-" + std::to_string(::getpid()));
    const auto start = Deadline::Clock::now();
    CHECK_THROWS_AS(shell("sleep 60 & echo $! $$ > " + file.string() + "; sleep 60", deadline), Stop);
    CHECK(Deadline::Clock::now() - start < 5s);
    std::string child, parent;
    std::ifstream(file) >> child >> parent;
    std::filesystem::remove(file);
    REQUIRE_FALSE(parent.empty());
    // A process that was killed may need a moment to die.
    for (int i = 0; i < 100 && is_alive(child); ++i) ::usleep(10'000);
    CHECK_FALSE(is_alive(child));
    CHECK_FALSE(is_alive(parent));
}

} // namespace

TEST_CASE("output, errors and status of a process are told apart") {
    const auto outcome = shell("echo out; echo err >&2; exit 3");
    CHECK(outcome.output == "out\n");
    CHECK(outcome.errors == "err\n");
    CHECK(outcome.status == 3);
    CHECK(outcome.signal == 0);
    CHECK_FALSE(outcome.succeeded());
    CHECK(shell("true").succeeded());
}

TEST_CASE("a process gets its arguments as they are, its environment, and its folder") {
    const auto outcome = run({.arguments = {"/bin/sh", "-c", "printf '%s|' \"$@\"", "sh", "a b", "$HOME", "", "ü'\""}},
                             Deadline::after(20s));
    CHECK(outcome.output == "a b|$HOME||ü'\"|");
    CHECK(shell("echo $WORD").output == "hello\n");
    CHECK(shell("pwd", Deadline::after(20s), "/usr").output == "/usr\n");
}

TEST_CASE("a process has nothing to read") { CHECK(shell("cat; echo end").output == "end\n"); }

TEST_CASE("a signal that ends a process is told") {
    const auto outcome = shell("kill -SEGV $$");
    CHECK(outcome.signal == SIGSEGV);
    CHECK_FALSE(outcome.succeeded());
}

TEST_CASE("much output on both sides is read to its end and kept up to the limit") {
    const auto outcome =
        shell("for i in 1 2 3; do head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2; done; exit 7");
    CHECK(outcome.output.size() == 1 << 20);
    CHECK(outcome.errors.size() == 1 << 20);
    CHECK(outcome.status == 7);
}

TEST_CASE("a process that cannot be started is named with the reason") {
    CHECK_THROWS_WITH_AS(run({.arguments = {"/nonexistent/gcc"}}, Deadline::never()),
                         "cannot run /nonexistent/gcc: No such file or directory", SystemError);
    CHECK_THROWS_WITH_AS(run({.arguments = {"/etc/passwd"}}, Deadline::never()),
                         "cannot run /etc/passwd: Permission denied", SystemError);
    CHECK_THROWS_AS(run({.arguments = {"/bin/true"}, .folder = "/nonexistent"}, Deadline::never()), SystemError);
}

TEST_CASE("at the deadline a process and all it started is ended") {
    check_nothing_survives<Timeout>(Deadline::after(200ms));
}

TEST_CASE("Ctrl-C ends a process and all it started") {
    const auto pressed = Deadline::Clock::now() + 200ms;
    check_nothing_survives<Interrupted>(Deadline::never([&] { return Deadline::Clock::now() > pressed; }));
}

TEST_CASE("a process that closes its outputs and lives on is stopped at the deadline") {
    CHECK_THROWS_AS(shell("exec >&- 2>&-; sleep 60", Deadline::after(100ms)), Timeout);
}

TEST_CASE("a process whose child holds the outputs open is over when it ends itself") {
    const auto start = Deadline::Clock::now();
    CHECK(shell("sleep 60 & echo done").output == "done\n");
    CHECK(Deadline::Clock::now() - start < 5s);
}

TEST_CASE("a quoted command line gives the same arguments to a shell") {
    const std::vector<std::string> arguments{"gcc", "-O3", "-DA=\"b c\"", "it's", "", "$x", "ü", "a;b", "*"};
    CHECK(shell("printf '%s|' " + quoted(arguments)).output == "gcc|-O3|-DA=\"b c\"|it's||$x|ü|a;b|*|");
    CHECK(quoted({"gcc", "-O3", "a b"}) == "gcc -O3 'a b'");
}
